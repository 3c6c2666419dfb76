import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Refusal } from './refusal.ts'

/** A file or an entry of an archive: its bytes can be asked for again, nothing is unpacked to disk. */
export interface Source {
  readonly path: string
  /** In bytes, where known: for the progress bar. */
  readonly size: number | undefined
  readonly open: () => AsyncIterable<Uint8Array>
}

/** What must be held in memory as a whole (workbooks, PDFs, archives) may have at most this many bytes. */
export const largestWhole = 268_435_456

export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isFile()) throw new Refusal('not-found')
  if (found.size === 0) throw new Refusal('empty')
  return { path, size: found.size, open: () => createReadStream(path, { highWaterMark: 262_144 }) }
}

/** The whole content; more than `limit` bytes is refused (`too-large`) before it fills the memory. */
export async function wholeOf(source: Source, limit = largestWhole): Promise<Uint8Array<ArrayBuffer>> {
  if (source.size !== undefined && source.size > limit) throw new Refusal('too-large', `${source.size} bytes`)
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of source.open()) {
    length += chunk.length
    if (length > limit) throw new Refusal('too-large', `more than ${limit} bytes`)
    parts.push(chunk)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The first bytes, by which the kind of a file is told: names and endings lie. */
export async function headOf(source: Source, length = 65_536): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let held = 0
  for await (const chunk of source.open()) {
    parts.push(chunk)
    held += chunk.length
    if (held >= length) break
  }
  return Buffer.concat(parts).subarray(0, length)
}
