import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { PassThrough, pipeline, type Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CsvError, parse } from 'csv-parse'

/** The file itself cannot be read as a table: nothing of it was imported. */
export class UnreadableBook extends Error {
  override readonly name = 'UnreadableBook'
}

export type FileRow = {
  /** From 1; the header has none. */
  readonly row: number
  readonly fields: readonly string[]
}

/**
 * The SHA-256 of the text inside a `.csv` or `.csv.gz` file: a file and its compressed form are the same book.
 *
 * @throws UnreadableBook when a compressed file is cut off or is none.
 */
export async function contentHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  await readable(async () => {
    const content = pipeline(createReadStream(path), unpacking(path), () => undefined)
    for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk)
  })
  return hash.digest('hex')
}

/**
 * Streams the rows of a `.csv` or `.csv.gz` file to `take`, in order and one at a time; the first line is the header. Answers how many
 * rows there were.
 *
 * @throws UnreadableBook when it is no CSV, is cut off, or names a column twice.
 */
export async function readBookFile(
  path: string,
  begin: (header: readonly string[]) => void,
  take: (row: FileRow) => void | Promise<void>,
): Promise<number> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    // A row with too few or too many fields is refused by itself, with its number, and does not end the reading.
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 1_000_000,
  })
  const reading = pipeline(createReadStream(path), unpacking(path), parser, () => undefined)
  let header: readonly string[] | undefined
  let row = 0
  await readable(async () => {
    for await (const fields of reading as AsyncIterable<readonly string[]>) {
      if (header === undefined) {
        header = headerOf(fields)
        begin(header)
      } else {
        row += 1
        const taken = take({ row, fields })
        if (taken !== undefined) await taken
      }
    }
  })
  if (header === undefined) throw new UnreadableBook('the file is empty')
  return row
}

function unpacking(path: string): Transform {
  return /\.gz$/i.test(path) ? createGunzip() : new PassThrough()
}

async function readable(read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    throw isUnreadable(error) ? new UnreadableBook(messageOf(error), { cause: error }) : error
  }
}

function headerOf(fields: readonly string[]): readonly string[] {
  const twice = fields.find((name, index) => name !== '' && fields.indexOf(name) !== index)
  if (twice !== undefined) throw new UnreadableBook(`the header names ${twice} twice`)
  return fields
}

/** What the parser or the unpacking says of the content; a missing file or a broken disk is not among them. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof CsvError) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('Z_')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
