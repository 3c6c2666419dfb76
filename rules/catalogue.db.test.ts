import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalogue, readCatalogue } from '@jieqing/server/platform/testing/catalogue'
import { type TestDatabase, testDatabase } from '@jieqing/server/platform/testing/database'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from './sources.ts'

let database: TestDatabase
let catalogue: Catalogue
beforeAll(async () => {
  database = await testDatabase()
  catalogue = await readCatalogue(database)
})
afterAll(() => database.close())

/** Tables of a cell that belong to no customer: its days, its totals, its progress. */
const withoutCustomer = [
  'accrual_aggregate',
  'book_import_progress',
  'book_import_refusal',
  'business_day',
  'eod_step',
  'gl_journal',
  'migration',
]

/** What every cell reads and none may hang on. */
const referenceTables = ['gl_account', 'installation', 'policy_version', 'product_version']

/** All that the application may change: caches, pointers, cursors, leases. Everything else is written once. */
const mayUpdate: Readonly<Record<string, string>> = {
  'cell.account': 'credit_line_id credit_balance_fen last_used_on',
  'cell.bill': 'principal_left_fen interest_left_fen',
  'cell.book_import_progress': 'rows_read rows_used finished_at summary',
  'cell.eod_step': 'cursor_customer_id cursor_loan_id done_count seconds finished_at',
  'cell.fee': 'left_fen',
  'cell.loan': 'principal_fen accrued_common accrued_leap accrued_to billed_instalments next_due ended_on',
  'cell.outbox': 'due_at attempts leased_until',
  'keys.data_key': 'wrapped_key destroyed_at',
  'shared.borrower_session': 'stepped_up_until',
  'shared.one_time_code': 'attempts used_at',
  'shared.sandbox_clock': 'business_now',
}

/** All that the application may delete: personal data, what opens doors, and work that is done. */
const mayDelete = [
  'cell.outbox',
  'cell.personal_field',
  'shared.borrower_session',
  'shared.caller_token',
  'shared.one_time_code',
  'shared.phone_lookup',
]

describe('A11 A12 rules of the schema, read from the catalogue', () => {
  test('customer_id is a bigint, never null, and first in every primary key, unique index and foreign key', () => {
    const wrong: string[] = []
    for (const { schema, table, indexes } of tablesOf('cell')) {
      const column = catalogue.columns.find(
        (one) => one.schema === schema && one.table === table && one.column === 'customer_id',
      )
      if (column === undefined) continue
      if (column.type !== 'bigint' || column.nullable || column.updatable) wrong.push(`${table}.customer_id`)
      for (const index of indexes)
        if (index.unique && index.columns[0] !== 'customer_id') wrong.push(index.name)
      for (const constraint of constraintsOf(schema, table)) {
        const keyed = ['primary key', 'unique', 'foreign key', 'exclude'].includes(constraint.kind)
        if (keyed && constraint.columns[0] !== 'customer_id') wrong.push(constraint.name)
        if (constraint.kind === 'foreign key' && !/REFERENCES \S+\(customer_id/.test(constraint.definition))
          wrong.push(`${constraint.name}: not to the same customer`)
      }
    }
    expect(wrong).toEqual([])
    const without = tablesOf('cell').filter(({ table }) => !columnsOf('cell', table).includes('customer_id'))
    expect(without.map(({ table }) => table)).toEqual(withoutCustomer)
  })

  test('every table has a primary key', () => {
    const without = catalogue.tables.filter(
      ({ schema, table }) => !constraintsOf(schema, table).some(({ kind }) => kind === 'primary key'),
    )
    expect(without).toEqual([])
  })

  test('no foreign key leads from shared tables into a cell, across databases, or out of a reference table', () => {
    const keys = catalogue.constraints.filter(({ kind }) => kind === 'foreign key')
    const wrong = keys.filter(
      ({ schema, table, target }) => !target?.startsWith(`${schema}.`) || referenceTables.includes(table),
    )
    expect(wrong).toEqual([])
    expect(keys.length).toBeGreaterThan(30)
  })

  test('no trigger acts on a shared table, and those of a cell are the ones named here', () => {
    const triggers = catalogue.tables.flatMap(({ schema, triggers: names }) =>
      names.map((name) => `${schema}.${name}`),
    )
    expect(triggers.sort()).toEqual([
      'cell.debit_after_mandate_end',
      'cell.drawdown_after_end',
      'cell.gl_journal_balances',
      'cell.journal_balances',
      'cell.loan_after_end',
      'cell.repayment_after_end',
    ])
  })

  test('the one sequence is the directory, as the default of its column, and wide', () => {
    expect(catalogue.sequences).toEqual([
      { name: 'shared.customer_directory_customer_id_seq', owner: 'customer_directory.customer_id' },
    ])
    const identities = catalogue.columns.filter(
      ({ identity, value }) => identity !== '' || value?.includes('nextval'),
    )
    expect(identities.map(({ table, column, type }) => `${table}.${column} ${type}`)).toEqual([
      'customer_directory.customer_id bigint',
    ])
  })

  test('money is whole fen in a bigint, or numeric in aggregates of the whole book; nothing is a float', () => {
    const money = catalogue.columns.filter(({ column }) => column.endsWith('_fen'))
    const wide = money.filter(({ type }) => type !== 'bigint')
    expect(wide.map(({ table, column, type }) => `${table}.${column} ${type}`)).toEqual([
      'accrual_aggregate.principal_fen numeric',
      'accrual_aggregate.posted_accrual_fen numeric',
      'accrual_aggregate.posted_rounding_fen numeric',
    ])
    expect(money.length).toBeGreaterThan(25)
    expect(catalogue.columns.filter(({ type }) => /real|double|money|float/.test(type))).toEqual([])
  })

  test('a time carries its zone', () => {
    const bare = catalogue.columns.filter(
      ({ type }) => /^time|^interval/.test(type) && type !== 'timestamp with time zone',
    )
    expect(bare).toEqual([])
    const misnamed = catalogue.columns.filter(
      ({ column, type }) => /_(at|until)$/.test(column) && type !== 'timestamp with time zone',
    )
    expect(misnamed).toEqual([])
  })

  test('no column has the clock of the database as its value, but for when a migration ran', () => {
    const clocks = catalogue.columns.filter(
      ({ value }) => value !== null && /now\(|current_|timestamp\(/.test(value),
    )
    expect(clocks.map(({ schema, table }) => `${schema}.${table}`).sort()).toEqual([
      'cell.migration',
      'keys.migration',
      'shared.migration',
    ])
  })

  test('the application updates and deletes only what is listed here, and truncates nothing', () => {
    const updates = new Map<string, string[]>()
    for (const { schema, table, column, updatable } of catalogue.columns)
      if (updatable) updates.set(`${schema}.${table}`, [...(updates.get(`${schema}.${table}`) ?? []), column])
    const asText = Object.fromEntries(
      [...updates].map(([table, columns]) => [table, columns.sort().join(' ')]),
    )
    const stated = Object.fromEntries(
      Object.entries(mayUpdate).map(([table, columns]) => [table, columns.split(' ').sort().join(' ')]),
    )
    expect(asText).toEqual(stated)
    const able = (grant: string) =>
      catalogue.tables
        .filter(({ grants }) => grants.includes(grant))
        .map(({ schema, table }) => `${schema}.${table}`)
    expect(able('delete')).toEqual(mayDelete)
    expect([...able('update'), ...able('truncate'), ...able('references'), ...able('trigger')]).toEqual([])
    console.log('the application may update', asText, 'and delete from', able('delete'))
  })

  test('A11 the journal hangs on nothing and is never changed', () => {
    for (const table of ['journal', 'gl_journal']) {
      expect(constraintsOf('cell', table).filter(({ kind }) => kind === 'foreign key')).toEqual([])
      expect(tablesOf('cell').find((one) => one.table === table)?.grants).toEqual(['insert', 'select'])
      expect(catalogue.columns.filter((one) => one.table === table && one.updatable)).toEqual([])
    }
  })

  test('there are no views: a number is read from the table that holds it', () => {
    expect(catalogue.views).toEqual([])
  })

  test('migrations are plain PostgreSQL 15, an expression at most away from a distributed schema', () => {
    const banned: readonly RegExp[] = [
      /\buuidv7\b|\buuidv4\b|\bgen_random_uuid\b/i,
      /\bmerge\b[\s\S]*?\breturning\b/i,
      /\bwithout overlaps\b|\bperiod\b/i,
      /\bvirtual\b/i,
      /\bnot enforced\b/i,
      /\bjson_table\b|\bjson_exists\b|\bjson_query\b|\bjson_value\b|\bis json\b/i,
      /\bany_value\b|\brandom_normal\b|\barray_(sample|shuffle|sort|reverse)\b/i,
      /\b(small|big)?serial\b|\bcreate sequence\b/i,
      /\bpg_advisory|\blisten\b|\bnotify\b|\bskip locked\b/i,
      /\bsecurity definer\b/i,
      /\bon delete cascade\b|\bon update cascade\b/i,
    ]
    const files = migrationFiles()
    expect(files.length).toBeGreaterThan(4)
    for (const { name, sql } of files)
      for (const words of banned) expect([name, sql.match(words)?.[0]]).toEqual([name, undefined])
  })
})

function tablesOf(schema: string) {
  return catalogue.tables.filter((one) => one.schema === schema)
}

function columnsOf(schema: string, table: string): readonly string[] {
  return catalogue.columns
    .filter((one) => one.schema === schema && one.table === table)
    .map((one) => one.column)
}

function constraintsOf(schema: string, table: string) {
  return catalogue.constraints.filter((one) => one.schema === schema && one.table === table)
}

/** Without comments: what is banned may be named there. */
function migrationFiles(): readonly { readonly name: string; readonly sql: string }[] {
  return ['shared', 'cell', 'keys'].flatMap((kind) => {
    const folder = join(root, 'server/migrations', kind)
    return readdirSync(folder).map((file) => ({
      name: `${kind}/${file}`,
      sql: readFileSync(join(folder, file), 'utf8').replace(/--.*$/gm, ''),
    }))
  })
}
