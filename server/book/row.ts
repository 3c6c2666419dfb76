import { type Fen, fen } from '@jieqing/domain/money/fen'
import { columnsOf, type Layout } from './layout.ts'

/** A line of an existing book as its row has it. */
export type BookLine = {
  readonly row: number
  /** What the source calls the line. */
  readonly key: string
  readonly limit: Fen
  /** Newest first. */
  readonly months: readonly LineMonth[]
}

export type LineMonth = {
  /** Negative: a credit balance owed to the customer. */
  readonly bill: bigint
  readonly paid: Fen
  readonly status: number
}

/** Why a row is refused (mission A14), in the order in which reasons are listed. A row may have several. */
export const refusalCodes = [
  'column-count',
  'missing-column',
  'not-a-number',
  'not-whole-fen',
  'amount-too-large',
  'negative-limit',
  'negative-payment',
  'status-out-of-range',
  'duplicate-id',
  'already-imported',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

/** `detail` names the columns and never quotes a value: what stands in a wrong place may be personal. */
export type RowRefusal = { readonly code: RefusalCode; readonly detail: string }

export type ReadRow =
  | { readonly kind: 'line'; readonly line: BookLine }
  | { readonly kind: 'refused'; readonly row: number; readonly reasons: readonly RowRefusal[] }

/**
 * Reads rows of one file under its header; all reasons at once. A key counts as seen from its first row on, whatever became of that
 * row: of two rows with one key nobody can say which is meant, so the later ones are refused.
 */
export class RowReader {
  readonly #layout: Layout
  readonly #width: number
  readonly #placeOf: ReadonlyMap<string, number>
  readonly #seen = new Set<string>()
  readonly #imported: ReadonlySet<string>

  /** `imported`: keys that an earlier import of this layout has made lines of. */
  constructor(layout: Layout, header: readonly string[], imported: ReadonlySet<string>) {
    this.#layout = layout
    this.#width = header.length
    this.#placeOf = new Map(header.map((column, place) => [column, place]))
    this.#imported = imported
  }

  read(row: number, fields: readonly string[]): ReadRow {
    const notes = new Notes()
    const layout = this.#layout
    const value = (column: string) => {
      const text = fields[this.#placeOf.get(column) ?? -1]
      if (text !== undefined && text !== '') return text
      notes.add('missing-column', column)
      return undefined
    }
    if (fields.length !== this.#width) notes.say('column-count', `${fields.length} instead of ${this.#width}`)

    const key = value(layout.key.column)
    if (key !== undefined && !layout.key.pattern.test(key)) notes.add('not-a-number', layout.key.column)
    const limit = amount(notes, layout.limit, value(layout.limit))
    if (limit < 0n) notes.add('negative-limit', layout.limit)
    const months = layout.months.map((columns): Omit<LineMonth, 'paid'> & { paid: bigint } => {
      const paid = amount(notes, columns.paid, value(columns.paid))
      if (paid < 0n) notes.add('negative-payment', columns.paid)
      return {
        bill: amount(notes, columns.bill, value(columns.bill)),
        paid,
        status: this.#status(notes, columns.status, value(columns.status)),
      }
    })
    if (key !== undefined) {
      if (this.#seen.has(key)) notes.add('duplicate-id', layout.key.column)
      if (this.#imported.has(key)) notes.add('already-imported', layout.key.column)
      this.#seen.add(key)
    }
    const reasons = notes.reasons()
    if (reasons.length > 0 || key === undefined) return { kind: 'refused', row, reasons }
    return {
      kind: 'line',
      line: {
        row,
        key,
        limit: fen(limit),
        months: months.map((month) => ({ ...month, paid: fen(month.paid) })),
      },
    }
  }

  #status(notes: Notes, column: string, text: string | undefined): number {
    if (text === undefined) return 0
    if (!/^-?[0-9]+$/.test(text)) {
      notes.add('not-a-number', column)
      return 0
    }
    const status = Number(text)
    if (status < this.#layout.statusFrom || status > this.#layout.statusTo)
      notes.add('status-out-of-range', column)
    return status
  }
}

/** Columns of the header that the layout does not use; their values are never kept. */
export function ignoredColumns(layout: Layout, header: readonly string[]): readonly string[] {
  const used = new Set(columnsOf(layout))
  return header.filter((column) => !used.has(column))
}

/** Decimal text of yuan as exact fen; zero where it is refused, which no row with a refusal uses. */
function amount(notes: Notes, column: string, text: string | undefined): bigint {
  if (text === undefined) return 0n
  const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text)
  if (parts === null) {
    notes.add('not-a-number', column)
    return 0n
  }
  const [, sign, whole = '', fraction = ''] = parts
  const digits = whole.replace(/^0+/, '')
  const places = fraction.replace(/0+$/, '')
  if (places.length > 2) notes.add('not-whole-fen', column)
  if (digits.length > 13) notes.add('amount-too-large', column)
  if (places.length > 2 || digits.length > 13) return 0n
  const size = BigInt(`${digits}${places.padEnd(2, '0')}`)
  return sign === '-' ? -size : size
}

class Notes {
  readonly #details = new Map<RefusalCode, string[]>()

  add(code: RefusalCode, column: string): void {
    this.#details.set(code, [...(this.#details.get(code) ?? []), column])
  }

  say(code: RefusalCode, detail: string): void {
    this.#details.set(code, [detail])
  }

  reasons(): readonly RowRefusal[] {
    return refusalCodes.flatMap((code) => {
      const columns = this.#details.get(code)
      return columns === undefined ? [] : [{ code, detail: columns.join(', ') }]
    })
  }
}
