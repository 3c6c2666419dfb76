import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  columnClasses,
  dataClasses,
  dispositionsOf,
  personalFields,
} from '@jieqing/server/platform/classification'
import type { Catalogue, Table } from '@jieqing/server/platform/testing/catalogue'
import { readSource, root } from '../sources.ts'
import { code, generatedFrom, page, table } from './page.ts'

const titles: Readonly<Record<string, string>> = {
  shared: 'Shared by all cells (`shared`)',
  cell: 'A cell (`cell_0001`)',
  keys: 'The second cluster (`keys`)',
}

/** The live schema, table by table, with the class and the end of every column (mission H1). */
export function schemaPage(catalogue: Catalogue): string {
  const comments = readComments()
  return page(
    '# The schema (库表)',
    generatedFrom(
      'the catalogue of a migrated database, the comments of `server/migrations/` and `server/platform/classification.ts`',
    ),
    `${catalogue.tables.length} tables, ${catalogue.columns.length} columns. Grants are those of the application's role: what is not granted is refused, and there is no table whose rows may all be changed.`,
    '## Classes of data',
    'Disposition: **ERASE** is destroyed, **SEAL** is kept under lock for its term and then shredded, **EVIDENCE** holds nothing of a person and is kept.',
    table(
      ['class', 'disposition', 'what', 'kept', 'basis'],
      Object.entries(dataClasses).map(([name, one]) => [
        code(name),
        one.disposition,
        one.what,
        one.keep,
        one.basis,
      ]),
    ),
    `\`personal_field.ciphertext\` holds a row a field, each with the end of its own class: ${Object.entries(
      personalFields,
    )
      .map(([field, name]) => `${code(field)} is ${code(name)}`)
      .join(', ')}.`,
    ...Object.entries(titles).flatMap(([schema, title]) => [
      `## ${title}`,
      ...catalogue.tables
        .filter((one) => one.schema === schema)
        .flatMap((one) => describeTable(catalogue, one, comments)),
    ]),
  )
}

const classes = columnClasses()

function describeTable(
  catalogue: Catalogue,
  { schema, table: name, grants, triggers, indexes }: Table,
  comments: Comments,
): readonly string[] {
  const columns = catalogue.columns.filter((one) => one.schema === schema && one.table === name)
  const constraints = catalogue.constraints.filter((one) => one.schema === schema && one.table === name)
  const updatable = columns.filter((one) => one.updatable).map((one) => one.column)
  const behind = new Set(constraints.map((one) => one.name))
  const rules = [
    ...constraints.filter(({ kind }) => kind !== 'check').map(({ definition }) => definition),
    ...constraints.filter(({ kind }) => kind === 'check').map(({ definition }) => definition),
    ...indexes.filter((one) => !behind.has(one.name)).map((one) => one.definition.replace(/^CREATE /, '')),
    ...triggers.map((one) => `TRIGGER ${one}`),
  ]
  const comment = comments.tables.get(`${schema}.${name}`)
  return [
    `### ${schema}.${name}`,
    ...(comment === undefined ? [] : [comment]),
    table(
      ['column', 'type', 'class', 'disposition', ''],
      columns.map((one) => {
        const own = classes.get(`${schema}.${name}.${one.column}`) ?? []
        const value =
          one.identity === ''
            ? one.value === null
              ? ''
              : `default ${one.value}`
            : `identity, ${one.identity}`
        const said = comments.columns.get(`${schema}.${name}.${one.column}`) ?? ''
        return [
          code(one.column),
          `${one.type}${one.nullable ? ', null' : ''}`,
          own.join(', '),
          dispositionsOf(own).join(', '),
          [value, said].filter((text) => text !== '').join('; '),
        ]
      }),
    ),
    rules.map((rule) => `- ${code(rule)}`).join('\n'),
    `Granted: ${grants.join(', ')}${updatable.length === 0 ? '' : `; update of ${updatable.map(code).join(', ')}`}.`,
  ]
}

type Comments = {
  readonly tables: ReadonlyMap<string, string>
  readonly columns: ReadonlyMap<string, string>
}

/** The comment that stands directly before a table, and the one at the end of a column's line. */
function readComments(): Comments {
  const tables = new Map<string, string>()
  const columns = new Map<string, string>()
  for (const schema of Object.keys(titles)) {
    for (const file of readdirSync(join(root, 'server/migrations', schema)).sort()) {
      let before: string[] = []
      let current = ''
      for (const line of readSource(`server/migrations/${schema}/${file}`).split('\n')) {
        const comment = /^-- (.*)$/.exec(line)?.[1]
        const created = /^create table (\w+)/.exec(line)?.[1]
        const column = /^ {2}(\w+) .*?,?\s+-- (.*)$/.exec(line)
        if (created !== undefined) {
          current = created
          if (before.length > 0) tables.set(`${schema}.${created}`, before.join(' '))
        }
        if (column?.[1] !== undefined && column[2] !== undefined)
          columns.set(`${schema}.${current}.${column[1]}`, column[2])
        before = comment === undefined ? [] : [...before, comment]
      }
    }
  }
  return { tables, columns }
}
