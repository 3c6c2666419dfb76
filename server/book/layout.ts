import { readdir, readFile } from 'node:fs/promises'
import { type Month, monthOrNone } from './month.ts'

/** How a file of an existing book is read and what becomes of it: data in `layouts/NAME.json` (mission A14). */
export type Layout = {
  readonly name: string
  readonly product: string
  readonly productVersion: number
  /** Daily rate in 1e-8, within the policy's bounds. */
  readonly dailyRateE8: bigint
  /** Day of the month on which instalments fall due, 1 to 31. */
  readonly dueDay: number
  /** Into how many parts what is not overdue is spread. */
  readonly instalments: number
  /** Version of the agreement that the imported customers have. */
  readonly agreement: string
  /** The month of the file's newest columns, which `--as-of` maps to another. */
  readonly newestMonth: Month
  readonly key: { readonly column: string; readonly pattern: RegExp }
  readonly limit: string
  /** Newest first. */
  readonly months: readonly MonthColumns[]
  readonly statusFrom: number
  readonly statusTo: number
  /** Status k above zero means k times so many days past due. */
  readonly daysPastDueEach: number
}

export type MonthColumns = { readonly status: string; readonly bill: string; readonly paid: string }

const folder = new URL('./layouts/', import.meta.url)

/** The names that `--layout` takes. */
export async function layoutNames(): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort()
}

/** Reads a layout; `undefined` where there is none of that name. An ill-typed one is a broken installation and throws. */
export async function readLayout(name: string): Promise<Layout | undefined> {
  if (!(await layoutNames()).includes(name)) return undefined
  return layoutFromJson(name, JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')))
}

export function layoutFromJson(name: string, body: unknown): Layout {
  const read = fieldsOf(body, name)
  const key = fieldsOf(read.value('key'), `${name}.key`)
  const newestMonth = monthOrNone(read.text('newestMonth'))
  if (newestMonth === undefined) throw new TypeError(`${name}.newestMonth: not a month`)
  const months = read.value('months')
  if (!Array.isArray(months) || months.length === 0) throw new TypeError(`${name}.months: no months`)
  return {
    name,
    product: read.text('product'),
    productVersion: read.whole('productVersion', 1, 1_000_000),
    dailyRateE8: BigInt(read.text('dailyRateE8')),
    dueDay: read.whole('dueDay', 1, 31),
    instalments: read.whole('instalments', 1, 1000),
    agreement: read.text('agreement'),
    newestMonth,
    key: { column: key.text('column'), pattern: new RegExp(key.text('pattern')) },
    limit: read.text('limit'),
    months: months.map((month: unknown, index) => {
      const columns = fieldsOf(month, `${name}.months[${index}]`)
      return { status: columns.text('status'), bill: columns.text('bill'), paid: columns.text('paid') }
    }),
    statusFrom: read.whole('statusFrom', -100, 100),
    statusTo: read.whole('statusTo', -100, 100),
    daysPastDueEach: read.whole('daysPastDueEach', 1, 366),
  }
}

/** Every column that a row of this layout must have. */
export function columnsOf(layout: Layout): readonly string[] {
  return [
    layout.key.column,
    layout.limit,
    ...layout.months.map((month) => month.status),
    ...layout.months.map((month) => month.bill),
    ...layout.months.map((month) => month.paid),
  ]
}

function fieldsOf(body: unknown, where: string) {
  if (typeof body !== 'object' || body === null) throw new TypeError(`${where}: not an object`)
  const fields = new Map<string, unknown>(Object.entries(body))
  return {
    value: (name: string): unknown => fields.get(name),
    text: (name: string): string => {
      const value = fields.get(name)
      if (typeof value !== 'string' || value === '') throw new TypeError(`${where}.${name}: ${value}`)
      return value
    },
    whole: (name: string, from: number, to: number): number => {
      const value = fields.get(name)
      if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to)
        throw new TypeError(`${where}.${name}: ${value}`)
      return value
    },
  }
}
