import type { BillReader } from './bill-reader.ts'
import { type AskedMapping, headerOf } from './header.ts'
import type { PageText } from './pdf.ts'
import { clean, columnName } from './text.ts'
import { readWhen } from './when.ts'

/**
 * Finds the table of a statement on its pages and feeds it to the reader row by row. Columns are where the header's
 * names stand; a row begins where its date stands; text above or below the date's line (cells wrap, some banks
 * centre them) belongs to the nearer row. Everything else on the page is given as a note, so nothing is dropped (M1).
 */
export function readPages(
  pages: readonly (readonly PageText[])[],
  asked: readonly AskedMapping[],
  reader: BillReader,
): void {
  let columns: readonly Column[] | undefined
  let row = 0
  for (const page of pages) {
    let lines = linesOf(page)
    while (lines.length > 0) {
      const found = findHeader(lines, asked)
      const body = found === undefined ? lines : lines.slice(0, found.from)
      if (columns === undefined) for (const line of body) reader.note(textOfLine(line))
      else
        for (const each of rowsOf(body, columns)) {
          row += 1
          feed(reader, each, row)
        }
      if (found === undefined) break
      columns = found.columns
      row += 1
      reader.push(
        columns.map(({ name }) => name),
        row,
      )
      lines = lines.slice(found.to)
    }
  }
}

/** The text of a page, top to bottom: what the credit-report reader reads. */
export function pageLines(page: readonly PageText[]): readonly string[] {
  return linesOf(page).map(textOfLine)
}

interface Line {
  readonly y: number
  readonly height: number
  readonly items: readonly PageText[]
}

interface Column {
  readonly name: string
  readonly left: number
  readonly right: number
}

/** Items on one baseline, give or take 1.5 points, left to right. */
function linesOf(page: readonly PageText[]): readonly Line[] {
  const lines: { y: number; height: number; items: PageText[] }[] = []
  for (const item of page.toSorted((a, b) => b.y - a.y)) {
    const last = lines.at(-1)
    if (last !== undefined && Math.abs(last.y - item.y) <= 1.5) {
      last.items.push(item)
      last.height = Math.max(last.height, item.height)
    } else lines.push({ y: item.y, height: item.height, items: [item] })
  }
  for (const line of lines) line.items.sort((a, b) => a.x - b.x)
  return lines
}

/** Pieces that touch are one word; a gap of a third of the height is a space. */
function textOfLine(line: Line): string {
  let text = ''
  let end: number | undefined
  for (const item of line.items) {
    if (end !== undefined && item.x - end > line.height / 3) text += ' '
    text += item.text
    end = item.x + item.width
  }
  return text
}

interface FoundHeader {
  readonly from: number
  readonly to: number
  readonly columns: readonly Column[]
}

/** A header may stand on up to four lines; the window must begin with a line that gives a known column. */
function findHeader(lines: readonly Line[], asked: readonly AskedMapping[]): FoundHeader | undefined {
  for (let from = 0; from < lines.length; from += 1) {
    let best: (FoundHeader & { readonly known: number }) | undefined
    for (let to = from + 1; to <= Math.min(from + 4, lines.length); to += 1) {
      const columns = columnsOf(lines.slice(from, to))
      const header = headerOf(
        columns.map(({ name }) => name),
        asked,
      )
      if (header === undefined) continue
      const used = new Set(Object.values(header.cells).flat())
      const firstCounts = columns.some(
        ({ left, right }, index) =>
          used.has(index) &&
          (lines[from]?.items ?? []).some((item) => item.x < right && item.x + item.width > left),
      )
      if (firstCounts && (best === undefined || used.size > best.known))
        best = { from, to, columns, known: used.size }
    }
    if (best !== undefined) return best
  }
  return undefined
}

/** Chinese names only: the second language of a header stands on its own lines and is left to the notes. */
function columnsOf(lines: readonly Line[]): readonly Column[] {
  const columns: { name: string; left: number; right: number }[] = []
  for (const line of lines) {
    for (const item of line.items) {
      if (!/[\u4e00-\u9fff]/.test(item.text)) continue
      const right = item.x + item.width
      const over = columns.find((column) => item.x < column.right - 1 && right > column.left + 1)
      if (over === undefined) columns.push({ name: item.text, left: item.x, right })
      else {
        over.name += item.text
        over.left = Math.min(over.left, item.x)
        over.right = Math.max(over.right, right)
      }
    }
  }
  return columns.sort((a, b) => a.left - b.left)
}

type Feed =
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'note'; readonly text: string }

function feed(reader: BillReader, each: Feed, row: number): void {
  if (each.kind === 'row') reader.push(each.cells, row)
  else reader.note(each.text)
}

function rowsOf(lines: readonly Line[], columns: readonly Column[]): readonly Feed[] {
  const placed = lines.map((line) => placedIn(line, columns))
  const owner = lines.map((_, index) => ownerOf(index, lines, placed, columns))
  const feeds: Feed[] = []
  lines.forEach((line, index) => {
    if (owner[index] === undefined) {
      feeds.push({ kind: 'note', text: textOfLine(line) })
      return
    }
    if (owner[index] !== index) return
    const cells = columns.map((_, column) =>
      placed
        .map((cellsOfLine, other) => (owner[other] === index ? (cellsOfLine[column] ?? '') : ''))
        .join(''),
    )
    feeds.push({ kind: 'row', cells })
  })
  return feeds
}

function placedIn(line: Line, columns: readonly Column[]): readonly string[] {
  const cells: string[] = columns.map(() => '')
  const ends: number[] = columns.map(() => Number.NEGATIVE_INFINITY)
  for (const item of line.items) {
    const at = nearestColumn(item, columns)
    const end = ends[at] ?? 0
    const space = Number.isFinite(end) && item.x - end > line.height / 3 ? ' ' : ''
    cells[at] = `${cells[at] ?? ''}${space}${item.text}`
    ends[at] = item.x + item.width
  }
  return cells
}

/** Cells are set left, centred or right under their header: the closest of the three edges tells the column. */
function nearestColumn(item: PageText, columns: readonly Column[]): number {
  const left = item.x
  const right = item.x + item.width
  let best = 0
  let least = Number.POSITIVE_INFINITY
  columns.forEach((column, index) => {
    const distance = Math.min(
      Math.abs(left - column.left),
      Math.abs(right - column.right),
      Math.abs((left + right) / 2 - (column.left + column.right) / 2),
    )
    if (distance < least) {
      least = distance
      best = index
    }
  })
  return best
}

/** The line that carries the date of the row a line belongs to; none for titles, page marks and totals. */
function ownerOf(
  index: number,
  lines: readonly Line[],
  placed: readonly (readonly string[])[],
  columns: readonly Column[],
): number | undefined {
  let at = index
  for (let steps = 0; steps < lines.length; steps += 1) {
    if (dated(placed[at] ?? [], columns)) return at
    const line = lines[at]
    if (line === undefined) return undefined
    const up = gap(lines[at - 1], line)
    const down = gap(lines[at + 1], line)
    const reach = line.height * 1.6
    if (Math.min(up, down) > reach) return undefined
    const next = up <= down ? at - 1 : at + 1
    // Two lines that are each other's nearest belong to no row.
    const back = lines[next]
    if (back !== undefined && !dated(placed[next] ?? [], columns)) {
      const upOfNext = gap(lines[next - 1], back)
      const downOfNext = gap(lines[next + 1], back)
      const turn = upOfNext <= downOfNext ? next - 1 : next + 1
      if (turn === at) return undefined
    }
    at = next
  }
  return undefined
}

function gap(other: Line | undefined, line: Line): number {
  return other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other.y - line.y)
}

const dateNames =
  /^(交易时间|交易日期|交易日|记账日期|记账日|银行记账日|日期|交易创建时间|发生日期|入账日期)$/
const anyMonth = { year: 2000, month: 12 }

/** Years are not looked at here: a card bill's rows say MM/DD. A wrapped cell may hold the day alone, the time below. */
function dated(cells: readonly string[], columns: readonly Column[]): boolean {
  return columns.some(
    ({ name }, index) =>
      dateNames.test(columnName(name)) && readWhen(clean(cells[index] ?? ''), anyMonth) !== undefined,
  )
}
