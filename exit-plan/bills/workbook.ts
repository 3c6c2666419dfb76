import { type CellObject, read, SSF, type WorkSheet } from '@e965/xlsx'
import { amountOfNumber } from './amount.ts'
import { Refusal } from './refusal.ts'
import { readWhen } from './when.ts'

/** A row of a sheet as text; `formula` where any of its cells is computed. */
export interface SheetRow {
  readonly row: number
  readonly cells: readonly string[]
  readonly formula: boolean
  /** The sheet holds amounts as numbers (WeChat since 2026-03), not as text. */
  readonly numeric: boolean
}

/**
 * Every sheet of an .xls, .xlsx or spreadsheet saved as a page (HTML under the name .xls), row by row. Dates stay dates,
 * numbers become two-place text; rows of further sheets are numbered on from the first. Damaged: `damaged`.
 */
export function* sheetRows(bytes: Uint8Array | string): Generator<SheetRow> {
  const sheets = openWorkbook(bytes)
  let before = 0
  for (const sheet of sheets) {
    const rows = denseRows(sheet)
    for (let index = 0; index < rows.length; index += 1) {
      const cells = rows[index] ?? []
      yield {
        row: before + index + 1,
        cells: Array.from(cells, (cell) => (cell === undefined ? '' : textOf(cell))),
        formula: cells.some((cell) => cell?.f !== undefined),
        numeric: cells.some((cell) => cell?.t === 'n' && !isDate(cell)),
      }
    }
    before += rows.length
  }
}

function openWorkbook(bytes: Uint8Array | string): readonly WorkSheet[] {
  try {
    const options = {
      dense: true,
      cellFormula: true,
      cellNF: true,
      cellHTML: false,
      cellText: false,
      raw: true,
    }
    const book = read(bytes, { ...options, type: typeof bytes === 'string' ? 'string' : 'buffer' })
    return book.SheetNames.flatMap((name) => book.Sheets[name] ?? [])
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    if (/password|encrypt/i.test(words)) throw new Refusal('password-needed', 'workbook')
    throw new Refusal('damaged', words)
  }
}

type DenseRow = readonly (CellObject | undefined)[]

function denseRows(sheet: WorkSheet): readonly (DenseRow | undefined)[] {
  const data: unknown = sheet['!data']
  return Array.isArray(data) ? data : []
}

function isDate(cell: CellObject): boolean {
  return typeof cell.z === 'string' && SSF.is_date(cell.z)
}

function textOf(cell: CellObject): string {
  const value = cell.v
  if (typeof value === 'string') return value
  if (typeof value === 'number') {
    if (isDate(cell)) {
      if (value > 0 && value < 1) return clock(value)
      const when = readWhen(String(value))
      if (when !== undefined) return when.time === undefined ? when.on : `${when.on} ${when.time}`
    }
    return Number.isInteger(value) ? String(value) : (amountOfNumber(value) ?? String(value))
  }
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ')
  return value === undefined ? '' : String(value)
}

function clock(dayPart: number): string {
  const seconds = Math.round(dayPart * 86_400)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
