import type { Transaction } from './database/pool.ts'

/** A value of a column, as it travels to PostgreSQL inside one JSON array. */
export type Cell = string | number | bigint | boolean | Date | Uint8Array | null | undefined | object

export type NewRow = Readonly<Record<string, Cell>>

/**
 * Inserts a set of rows of one table with one statement, however many there are (design 1, "sets where volume is"). All rows name the
 * same columns. PostgreSQL turns each value into its column's type.
 */
export async function insertRows(trx: Transaction, table: string, rows: readonly NewRow[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first).join(', ')
  await trx.rows(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
    [rowsJson(rows)],
  )
}

/** Updates `set` columns of the rows whose `key` columns match, in one statement. */
export async function updateRows(
  trx: Transaction,
  table: string,
  key: readonly string[],
  set: readonly string[],
  rows: readonly NewRow[],
): Promise<void> {
  if (rows.length === 0) return
  const assignments = set.map((column) => `${column} = new.${column}`).join(', ')
  const match = key.map((column) => `${table}.${column} = new.${column}`).join(' and ')
  await trx.rows(
    `update ${table} set ${assignments} from json_populate_recordset(null::${table}, $1::json) as new where ${match}`,
    [rowsJson(rows)],
  )
}

function rowsJson(rows: readonly NewRow[]): string {
  return JSON.stringify(rows, function (this: NewRow, key, value) {
    const original = key === '' ? value : this[key]
    if (typeof original === 'bigint') return original.toString()
    if (original instanceof Uint8Array) return `\\x${Buffer.from(original).toString('hex')}`
    return value
  })
}
