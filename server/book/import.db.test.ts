import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fen } from '@jieqing/domain/money/fen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bindCard } from '../card/bind.ts'
import { requestDrawdown } from '../drawdown/request.ts'
import { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { scaled } from '../platform/testing/database.ts'
import { anId, type TestHouse, testHouse } from '../platform/testing/house.ts'
import { UnreadableBook } from './file.ts'
import { type ImportSummary, importBook } from './import.ts'
import type { Layout } from './layout.ts'
import type { Month } from './month.ts'
import { BookFiles, bookInTables, realBook, realRows, uciLayout } from './testing/book.ts'

let layout: Layout
let files: BookFiles
beforeAll(async () => {
  layout = await uciLayout()
  files = await BookFiles.open()
})
afterAll(() => files.close())

/** Check 1 of the fixture's README, to the unit. */
const readme = {
  opening: '778869698.00',
  draws: { amount: '793244791.00', count: 87_474 },
  refunds: { amount: '14592358.00', count: 413 },
  repayments: { amount: '532512216.00', count: 80_295 },
  closing: '1025009915.00',
  sumOfLimits: '3351879680.00',
  billsOverLimit: { count: 5556, lines: 2639 },
  creditBalances: 2608,
  paymentsAbovePreviousBill: 7784,
  allZeroSixMonths: 522,
  allZeroLastThree: 710,
  septemberStatus: { atLeast2: 2138, atLeast3: 326, atLeast4: 95 },
  everAtLeast3: 798,
  statusRises: 4134,
}

describe('A14 the real book of 20,000 lines', () => {
  let world: TestHouse
  let summary: ImportSummary
  beforeAll(async () => {
    world = await testHouse()
    const dry = await importBook(world.house, { file: realBook, layout, dryRun: true })
    expect(await bookInTables(world.database.owner)).toMatchObject({
      customers: 0n,
      lines: 0n,
      journal: 0n,
      months: 0n,
    })
    summary = await importBook(world.house, { file: realBook, layout })
    expect({ ...dry, importId: '', dryRun: false, seconds: 0, rowsPerSecond: 0 }).toEqual({
      ...summary,
      importId: '',
      seconds: 0,
      rowsPerSecond: 0,
    })
  }, 180_000)
  afterAll(() => world.close())

  test('every row is used and every control total is that of its README', () => {
    expect(summary.rows).toEqual({ read: 20_000, used: 20_000, refused: 0 })
    expect(summary.refusals).toEqual([])
    expect(summary.controlTotals).toEqual(readme)
    expect(summary).toMatchObject({
      layout: 'uci-credit-card',
      asOf: '2026-05',
      businessDate: '2026-06-10',
      ignoredColumns: ['DEFAULT_NEXT_MONTH'],
    })
    expect(summary.rowsPerSecond).toBeGreaterThan(0)
  })

  test('opening plus draws less refunds less repayments is closing', () => {
    const { opening, draws, refunds, repayments, closing } = summary.controlTotals
    const units = (text: string) => BigInt(text.replace('.', ''))
    expect(units(opening) + units(draws.amount) - units(refunds.amount) - units(repayments.amount)).toBe(
      units(closing),
    )
  })

  test('the ages of overdue and of dormancy add up to all lines', () => {
    const { overdue, dormancy } = summary.book
    expect(overdue.map(({ daysPastDue, lines }) => [daysPastDue, lines])).toEqual([
      [0, 15_406],
      [30, 2456],
      [60, 1812],
      [90, 231],
      [120, 49],
      [150, 19],
      [180, 7],
      [210, 4],
      [240, 16],
    ])
    expect(overdue.reduce((sum, age) => sum + age.loans, 0)).toBe(18_289)
    expect(dormancy.at(-1)).toEqual({ monthsIdle: null, lines: 522 })
    expect(dormancy.slice(3).reduce((sum, age) => sum + age.lines, 0)).toBe(710)
    expect(dormancy.reduce((sum, age) => sum + age.lines, 0)).toBe(20_000)
  })

  test('the tables hold a customer and a line a row, the loans and the balances, and a balanced ledger', async () => {
    const { owner } = world.database
    expect(await bookInTables(owner)).toMatchObject({
      customers: 20_000n,
      accounts: 20_000n,
      lines: 20_000n,
      limits: '335187968000',
      agreements: 20_000n,
      blocks: 1412n,
      loans: 18_289n,
      principal: '102543864900',
      credit: '42873400',
      bills: 3457n,
      events: 20_000n,
      imported: 20_000n,
      months: 120_000n,
    })
    expect(
      await owner.rows(
        'select account_code, sum(debit_fen) as debit, sum(credit_fen) as credit from journal group by 1 order by 1',
      ),
    ).toEqual([
      { account_code: '1131', debit: '102543864900', credit: '0' },
      { account_code: '2202', debit: '0', credit: '42873400' },
      { account_code: '3900', debit: '42873400', credit: '102543864900' },
    ])
  })

  test('late loans carry one bill of what is late, due 30 days a status before the import', async () => {
    const rows = await world.database.owner.rows(
      `select m.status, date '2026-06-10' - b.due_on as days, count(*) as loans,
              bool_and(b.interest_fen = 0 and b.principal_fen = least(l.drawn_fen, m.status * ((l.drawn_fen + 11) / 12))) as exact
       from bill b join loan l using (customer_id, loan_id)
       join imported_month m on m.customer_id = b.customer_id and m.month = '2026-05' group by 1, 2 order by 1`,
    )
    expect(rows.map((row) => ({ ...row, loans: 0n }))).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((status) => ({ status, days: 30 * status, loans: 0n, exact: true })),
    )
  })

  test('no limit is raised: those above the policy stand as imported', async () => {
    const { most, seqs } = await world.database.owner.one<{ most: bigint; seqs: number }>(
      'select max(limit_fen) as most, max(seq) as seqs from credit_line_limit',
    )
    expect(most > world.house.policy.lineLimitMax).toBe(true)
    expect(seqs).toBe(1)
  })

  test('an over-limit line is blocked for draws', async () => {
    const { house } = world
    const { customer_id } = await house.cell.one<{ customer_id: bigint }>(
      `select customer_id from credit_line_block where reason = 'over-limit' order by customer_id limit 1`,
    )
    const command = (key: string) => ({ customerId: customer_id, actor: 'borrower', key, content: key })
    const cardId = anId()
    await bindCard(house, command('card'), { cardId, bankCode: 'CMB', token: new Personal('card_000001') })
    const asked = requestDrawdown(house, command('draw'), {
      drawdownId: anId(),
      amount: fen(100_000n),
      instalments: 5,
      cardId,
    })
    await expect(asked).rejects.toSatisfy(
      (error: unknown) =>
        error instanceof Problem &&
        JSON.stringify(error, (_k, v) => (typeof v === 'bigint' ? `${v}` : v)).includes('line-over-limit'),
    )
  })

  test('the same book again, even unpacked, prints the first summary and changes nothing', async () => {
    const before = await bookInTables(world.database.owner)
    expect(await importBook(world.house, { file: realBook, layout })).toEqual(summary)
    const unpacked = await files.write('lines.csv', await realRows(20_000))
    expect(await importBook(world.house, { file: unpacked, layout, asOf: '2025-01' as Month })).toEqual(
      summary,
    )
    expect(await bookInTables(world.database.owner)).toEqual(before)
  })

  test('a line that is here already is refused in another file, the new ones beside it are used', async () => {
    const [header = '', first = '', second = ''] = await realRows(2)
    const other = await files.write('other.csv', [header, first, second.replace(/^[0-9]+/, '900001')])
    const again = await importBook(world.house, { file: other, layout, dryRun: true })
    expect(again.rows).toEqual({ read: 2, used: 1, refused: 1 })
    expect(again.refusals).toEqual([{ row: 1, reasons: [{ code: 'already-imported', detail: 'ID' }] }])
  })
})

describe('A14 rows that cannot be used', () => {
  let world: TestHouse
  beforeAll(async () => {
    world = await testHouse()
  })
  afterAll(() => world.close())

  test('each is listed by its number with all its reasons, and the others are imported', async () => {
    const [header = '', ...rows] = await realRows(8)
    const cell = (row: string | undefined, place: number, value: string) => {
      const cells = (row ?? '').split(',')
      cells[place] = value
      return cells.join(',')
    }
    const file = await files.write('bad.csv.gz', [
      header,
      rows[0] ?? '',
      cell(cell(rows[1], 1, '-1'), 2, '9'),
      cell(rows[2], 8, 'n/a'),
      (rows[3] ?? '').split(',').slice(0, 10).join(','),
      cell(rows[4], 0, '1'),
      `${rows[5]},1`,
      cell(rows[6], 14, '-5'),
      rows[7] ?? '',
    ])
    const summary = await importBook(world.house, { file, layout })
    expect(summary.rows).toEqual({ read: 8, used: 2, refused: 6 })
    expect(summary.refusals.map(({ row, reasons }) => [row, reasons.map((reason) => reason.code)])).toEqual([
      [2, ['negative-limit', 'status-out-of-range']],
      [3, ['not-a-number']],
      [4, ['column-count', 'missing-column']],
      [5, ['duplicate-id']],
      [6, ['column-count']],
      [7, ['negative-payment']],
    ])
    expect(await bookInTables(world.database.owner)).toMatchObject({ lines: 2n, refusals: 8n })
    expect(await importBook(world.house, { file, layout })).toEqual(summary)
  })

  test('a file that is cut off or names a column twice leaves nothing behind', async () => {
    const { writeFile, readFile } = await import('node:fs/promises')
    const before = await bookInTables(world.database.owner)
    const cut = `${files.folder}/cut.csv.gz`
    await writeFile(cut, (await readFile(realBook)).subarray(0, 100_000))
    await expect(importBook(world.house, { file: cut, layout })).rejects.toThrow(UnreadableBook)
    const twice = await files.write('twice.csv', ['ID,ID', '1,2'])
    await expect(importBook(world.house, { file: twice, layout })).rejects.toThrow(UnreadableBook)
    const empty = await files.write('empty.csv', [''])
    await expect(importBook(world.house, { file: empty, layout })).rejects.toThrow(UnreadableBook)
    expect(await bookInTables(world.database.owner)).toEqual(before)
  })
})

describe('A14 an import that is killed', () => {
  const runner = fileURLToPath(new URL('./testing/import-process.ts', import.meta.url))

  test('goes on where its last batch ended, at whatever point it was killed, and ends with the same book', async () => {
    const rows = 3000
    const file = await files.write('part.csv.gz', [...(await realRows(rows)), 'x,1'])
    const whole = await testHouse()
    const broken = await testHouse()
    try {
      const expected = await importBook(whole.house, { file, layout })
      const args = [
        '--import',
        'tsx',
        runner,
        broken.database.url,
        broken.database.keysUrl,
        'batches',
        file,
        '100',
      ]
      let kills = 0
      for (let round = 0; round < scaled(4); round += 1) {
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
        const exit = once(child, 'exit')
        const batches = 1 + Math.floor(Math.random() * 5)
        let said = 0
        for await (const _line of createInterface({ input: child.stdout })) {
          said += 1
          if (said < batches) continue
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 15))
          child.kill('SIGKILL')
          break
        }
        const [, signal] = await exit
        if (signal === 'SIGKILL') kills += 1
      }
      expect(kills).toBeGreaterThan(0)
      const before = await broken.house.cell.one<{ rows_read: number; finished: boolean }>(
        'select rows_read, finished_at is not null as finished from book_import_progress',
      )
      expect(before.rows_read).toBeGreaterThan(0)
      const resumed = await importBook(broken.house, { file, layout })
      const timeless = { importId: '', seconds: 0, rowsPerSecond: 0 }
      expect({ ...resumed, ...timeless }).toEqual({ ...expected, ...timeless })
      expect(resumed.rows).toEqual({ read: rows + 1, used: rows, refused: 1 })
      expect(await bookInTables(broken.database.owner)).toEqual(await bookInTables(whole.database.owner))
    } finally {
      await Promise.all([whole.close(), broken.close()])
    }
  }, 120_000)

  test('two imports of one file at once make one book, and both answer with it', async () => {
    const world = await testHouse()
    try {
      const file = await files.write('both.csv', await realRows(600))
      const wish = { file, layout, batchRows: 50 }
      const [one, other] = await Promise.all([importBook(world.house, wish), importBook(world.house, wish)])
      expect(one).toEqual(other)
      expect(await bookInTables(world.database.owner)).toMatchObject({
        lines: 600n,
        events: 600n,
        months: 3600n,
      })
    } finally {
      await world.close()
    }
  })
})

describe('A14 jieqing book import', () => {
  const runner = fileURLToPath(new URL('./testing/import-process.ts', import.meta.url))
  let world: TestHouse
  beforeAll(async () => {
    world = await testHouse()
  })
  afterAll(() => world.close())

  async function jieqing(...words: readonly string[]) {
    const args = ['--import', 'tsx', runner, world.database.url, world.database.keysUrl, 'command', ...words]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { out: '', err: '' }
    child.stdout.on('data', (part: Buffer) => {
      said.out += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      said.err += part.toString()
    })
    const [exit] = await once(child, 'close')
    return { exit, ...said }
  }

  test('prints one summary object, says rows a second beside it, and ends 0, 1 or 2', async () => {
    const good = await files.write('good.csv', await realRows(30))
    const done = await jieqing('book', 'import', good, '--layout', 'uci-credit-card', '--as-of', '2026-03')
    expect(done.exit).toBe(0)
    expect(done.out.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(done.out)).toMatchObject({ asOf: '2026-03', rows: { read: 30, used: 30, refused: 0 } })
    expect(done.err).toMatch(/30 of 30 rows, [0-9]+ rows a second/)

    const bad = await files.write('worse.csv', [...(await realRows(0)), '1,x'])
    const refused = await jieqing('book', 'import', bad, '--layout', 'uci-credit-card', '--dry-run')
    expect(refused.exit).toBe(1)
    expect(refused.err).toContain('row 1 refused: column-count (2 instead of 21)')
    expect(JSON.parse(refused.out)).toMatchObject({ dryRun: true, rows: { read: 1, used: 0, refused: 1 } })

    const wrong = await Promise.all([
      jieqing('book', 'import', good, '--layout', 'none'),
      jieqing('book', 'import', `${good}.gone`, '--layout', 'uci-credit-card'),
      jieqing('book', 'import', good, '--layout', 'uci-credit-card', '--as-of', '2026-13'),
      jieqing('book', 'import', good, '--layout', 'uci-credit-card', '--as-of', '2026-07'),
      jieqing('book', 'import', good),
    ])
    expect(wrong.map(({ exit, out }) => ({ exit, out }))).toEqual(wrong.map(() => ({ exit: 2, out: '' })))
  }, 120_000)
})
