import { once } from 'node:events'
import { parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import { asUtf8 } from './encoding.ts'
import { type AskedMapping, headerOf } from './header.ts'

/** No row of a bill comes near this, in bytes: past it a quote was never closed. */
const longestRow = 131_072

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
      delimiter: delimiterOf(text, asked),
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
    for await (const chunk of asUtf8(source)) {
      parser ??= start(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
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
    delimiter ??= delimiterOf(rest, asked)
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

function delimiterOf(text: string, asked: readonly AskedMapping[]): string {
  const lines = text.slice(0, 65_536).split(/\r\n|\n|\r/, 400)
  for (const delimiter of [',', '\t', ';', '|']) {
    if (lines.some((line) => headerOf(line.split(delimiter).map(unquoted), asked) !== undefined))
      return delimiter
  }
  const counts = [',', '\t', ';', '|'].map((sign) => ({ sign, count: text.split(sign).length }))
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).sign
}

function unquoted(cell: string): string {
  return cell.replaceAll('"', '')
}
