import type { BillField } from './bill.ts'
import { type AmountRule, commonNames, type Layout, layouts } from './layouts.ts'
import { columnName } from './text.ts'

/** A header row understood: which cell feeds which field. */
export interface Header {
  readonly format: string
  readonly version: string
  readonly tested: boolean
  readonly amounts: AmountRule
  /** For each field the cell indices that feed it, in the file's order; the first non-empty cell is taken. */
  readonly cells: Readonly<Partial<Record<BillField, readonly number[]>>>
  readonly width: number
  /** The names as the file gives them, cleaned: the key under which an asked mapping is kept. */
  readonly names: readonly string[]
}

/** A mapping the person gave for a layout this program does not know: column name to field. */
export interface AskedMapping {
  readonly columns: Readonly<Record<string, BillField>>
  readonly amounts: AmountRule
}

/**
 * Finds the layout whose required columns are all there, the one with most columns known where several fit. Order,
 * extra columns, padding and full-width brackets do not matter. Kept mappings come first, then the layouts, then
 * the common names. None: the row is not a header.
 */
export function headerOf(cells: readonly string[], asked: readonly AskedMapping[]): Header | undefined {
  if (cells.length < 3) return undefined
  const names = cells.map(columnName)
  if (names.filter((name) => name !== '').length < 3) return undefined
  for (const mapping of asked) {
    if (Object.keys(mapping.columns).every((name) => names.includes(columnName(name)))) {
      return withColumns(names, mapping.columns, {
        format: 'asked',
        version: 'kept mapping',
        tested: false,
        amounts: mapping.amounts,
      })
    }
  }
  let best: { readonly layout: Layout; readonly known: number } | undefined
  for (const layout of layouts) {
    if (!layout.required.every((name) => names.includes(name))) continue
    if (!complete(names, layout.columns)) continue
    const known = names.filter((name) => layout.columns[name] !== undefined).length
    if (best === undefined || known > best.known) best = { layout, known }
  }
  if (best !== undefined) return withColumns(names, best.layout.columns, best.layout)
  return commonHeader(names)
}

/** The direction words of a statement whose layout is unknown decide; without any, signs do. */
function commonHeader(names: readonly string[]): Header | undefined {
  const known = Object.fromEntries(names.flatMap((name) => commonField(name)))
  const fields = names.map((name) => known[name])
  if (!complete(names, known)) return undefined
  const amounts = fields.includes('direction')
    ? 'direction'
    : fields.includes('income') && fields.includes('expense')
      ? 'pair'
      : 'signed'
  if (!fields.some((field) => field === 'payee' || field === 'item' || field === 'type')) return undefined
  return withColumns(names, known, {
    format: 'bank',
    version: 'by column names',
    tested: false,
    amounts,
  })
}

/** A common name, also with a bracket or a second name behind it: 借方发生额(支出), 交易金额/元. */
function commonField(name: string): readonly (readonly [string, BillField])[] {
  const field = commonNames[name] ?? commonNames[name.replace(/\(.*\)|\/.*$/g, '')]
  return field === undefined ? [] : [[name, field]]
}

function complete(names: readonly string[], columns: Readonly<Record<string, BillField>>): boolean {
  const fields = names.map((name) => columns[name])
  const amount = fields.includes('amount') || (fields.includes('income') && fields.includes('expense'))
  return amount && fields.includes('at')
}

function withColumns(
  names: readonly string[],
  columns: Readonly<Record<string, BillField>>,
  layout: Pick<Header, 'format' | 'version' | 'tested' | 'amounts'>,
): Header {
  const byName = new Map(Object.entries(columns).map(([name, field]) => [columnName(name), field]))
  const cells: Partial<Record<BillField, number[]>> = {}
  names.forEach((name, index) => {
    const field = byName.get(name)
    if (field === undefined) return
    cells[field] = [...(cells[field] ?? []), index]
  })
  return {
    format: layout.format,
    version: layout.version,
    tested: layout.tested,
    amounts: layout.amounts,
    cells,
    width: names.length,
    names,
  }
}
