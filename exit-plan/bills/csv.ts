import { once } from 'node:events'
import { parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import { asUtf8 } from './encoding.ts'
import { type AskedMapping, headerOf } from './header.ts'

/** No row of a bill comes near this, in bytes: past it a quote was never closed. */
const longestRow = 131_072

/** The delimiter is looked for in so many bytes. */
const lookAt = 65_536

/** Raised when the quotes of a file do not pair up; the caller reads it again line by line. */
export class QuotesBroken extends Error {}

/** Takes rows as they come. `undefined` cells: the line could not be cut into cells. */
export type TakeCells = (cells: readonly string[] | undefined, row: number) => void

/**
 * Streams a delimited text; memory does not grow with the file (M1). Comma, tab, semicolon or bar, whichever makes a
 * known header of some line in the first 64 KiB. Rows are numbered from 1, blank ones included.
 */
export async function readCsv(
  source: AsyncIterable<Uint8Array>,
  asked: readonly AskedMapping[],
  take: TakeCells,
): Promise<void> {
  let parser: ReturnType<typeof parse> | undefined
  let failure: unknown
  let row = 0
  const start = (text: string) => {
    parser = parse({
      delimiter: delimiterOf(text, asked).delimiter,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: longestRow,
    })
    parser.on('data', (cells: string[]) => {
      row += 1
      take(cells, row)
    })
    parser.on('error', (error) => {
      failure = error
    })
    return parser
  }
  const ended = async (stream: ReturnType<typeof parse>) => {
    stream.end()
    if (!stream.readableEnded && failure === undefined)
      await Promise.race([once(stream, 'end'), once(stream, 'error')])
  }
  try {
    for await (let chunk of asUtf8(source)) {
      if (parser === undefined) {
        const bytes = Buffer.from(chunk)
        const head = bytes.subarray(0, lookAt).toString('utf8')
        parser = start(head)
        // The parser measures every row against the first one it gets, at a price: it gets the header first.
        const { delimiter, headerLine } = delimiterOf(head, asked)
        const at = afterLines(bytes, headerLine)
        for (const line of bytes.subarray(0, at).toString('utf8').split('\n').slice(0, -1)) {
          row += 1
          const cells = cellsOf(line.replace(/\r$/, ''), delimiter)
          if (cells === undefined || cells.length > 0) take(cells, row)
        }
        chunk = bytes.subarray(at)
      }
      if (!parser.write(chunk) && failure === undefined) {
        await Promise.race([once(parser, 'drain'), once(parser, 'error')])
      }
      if (failure !== undefined) break
    }
    if (parser !== undefined && failure === undefined) await ended(parser)
  } catch (error) {
    failure ??= error
  }
  if (failure === undefined) return
  if (failure instanceof Error && 'code' in failure && String(failure.code).startsWith('CSV_')) {
    throw new QuotesBroken(failure.message)
  }
  throw failure
}

/** The slow road for files with broken quotes: each line stands alone, so one bad line costs one line. */
export async function readCsvByLine(
  source: AsyncIterable<Uint8Array>,
  asked: readonly AskedMapping[],
  take: TakeCells,
): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  let row = 0
  let delimiter: string | undefined
  let tooLong = false
  const lost = () => {
    row += 1
    take(undefined, row)
  }
  const line = (text: string) => {
    row += 1
    try {
      const [cells] = parseNow(text, {
        delimiter: delimiter ?? ',',
        relax_column_count: true,
        relax_quotes: true,
      })
      if (cells !== undefined) take(cells, row)
    } catch {
      take(undefined, row)
    }
  }
  for await (const chunk of asUtf8(source)) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    delimiter ??= delimiterOf(rest, asked).delimiter
    const lines = rest.split(/\r\n|\n|\r(?!\n|$)/)
    rest = lines.pop() ?? ''
    for (const text of lines) {
      if (tooLong || text.length > longestRow) lost()
      else line(text)
      tooLong = false
    }
    // The rest of a line without end is let go, so that it cannot fill the memory.
    if (rest.length > longestRow) {
      tooLong = true
      rest = ''
    }
  }
  if (tooLong) lost()
  else if (rest !== '') line(rest)
}

/** One line by itself; `undefined` where its quotes do not pair up. A blank line has no cells. */
function cellsOf(line: string, delimiter: string): readonly string[] | undefined {
  try {
    const [cells] = parseNow(line, { delimiter, relax_column_count: true, relax_quotes: true })
    return cells ?? []
  } catch {
    return undefined
  }
}

/** Where the bytes go on after so many lines. */
function afterLines(bytes: Uint8Array, lines: number): number {
  let at = 0
  for (let line = 0; line < lines; line += 1) {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) return 0
    at = end + 1
  }
  return at
}

/** The delimiter, and how many lines stand before the header, as far as the header is among the lines looked at. */
function delimiterOf(
  text: string,
  asked: readonly AskedMapping[],
): { readonly delimiter: string; readonly headerLine: number } {
  const lines = text.slice(0, lookAt).split('\n', 400)
  for (const delimiter of delimiters) {
    const headerLine = lines.findIndex(
      (line) => headerOf(line.split(delimiter).map(unquoted), asked) !== undefined,
    )
    if (headerLine >= 0) return { delimiter, headerLine }
  }
  const counts = delimiters.map((sign) => ({ sign, count: text.split(sign).length }))
  return {
    delimiter: counts.reduce((most, each) => (each.count > most.count ? each : most)).sign,
    headerLine: 0,
  }
}

const delimiters = [',', '\t', ';', '|'] as const

function unquoted(cell: string): string {
  return cell.replaceAll('"', '')
}
