import { configure, type Entry, type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js'
import { Refusal } from './refusal.ts'
import { type Source, wholeOf } from './source.ts'

configure({ useWebWorkers: false })

/** What one archive may hold: entries, bytes once unpacked, and how much larger than packed they may be. */
export const archiveLimits = {
  entries: 1000,
  bytes: 2_147_483_648,
  ratio: 400,
  ratioFrom: 33_554_432,
} as const

/** Asks the person for the password of an archive; `undefined` gives up. Never sent anywhere. */
export type AskPassword = (path: string) => Promise<string | undefined>

export interface Archive {
  /** The entries to import; for an .xlsx (itself an archive) none, and `workbook` is true. */
  readonly entries: readonly Source[]
  readonly workbook: boolean
}

/**
 * Opens a ZIP in memory, encrypted with ZipCrypto or AES or not at all; entries are unpacked as a stream, never to disk.
 * Bytes are counted while they come out: an entry that lies about its size still stops at the limit (`zip-bomb`).
 */
export async function openArchive(
  source: Source,
  passwords: readonly string[],
  ask: AskPassword,
): Promise<Archive> {
  const bytes = await wholeOf(source)
  const entries = await listed(bytes)
  if (entries.some(({ filename }) => filename === '[Content_Types].xml')) {
    await checkParts(entries)
    return { entries: [], workbook: true }
  }
  const files = entries.filter(isImportable)
  const password = files.some(({ encrypted }) => encrypted)
    ? await passwordFor(source.path, files, passwords, ask)
    : undefined
  return {
    workbook: false,
    entries: files.map((entry) => ({
      path: `${source.path}/${nameOf(entry)}`,
      size: entry.uncompressedSize,
      open: () => unpacked(entry, password),
    })),
  }
}

async function listed(bytes: Uint8Array<ArrayBuffer>): Promise<readonly Entry[]> {
  try {
    const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false })
    const entries: Entry[] = []
    for await (const entry of reader.getEntriesGenerator()) {
      entries.push(entry)
      if (entries.length > archiveLimits.entries) throw new Refusal('zip-bomb', 'too many entries')
    }
    const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    if (total > archiveLimits.bytes) throw new Refusal('zip-bomb', `${total} bytes unpacked`)
    return entries
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('damaged', error instanceof Error ? error.message : '')
  }
}

function isImportable(entry: Entry): entry is FileEntry {
  return !entry.directory && !/(^|\/)(__MACOSX\/|\.)/.test(entry.filename)
}

/** ZIPs made on Chinese Windows name their entries in GBK without saying so. */
function nameOf(entry: FileEntry): string {
  if (entry.filenameUTF8) return entry.filename
  return new TextDecoder('gb18030').decode(entry.rawFilename)
}

/** A spreadsheet's parts: no document type (entity expansion) and no bomb. */
async function checkParts(entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    if (entry.directory) continue
    let first = true
    for await (const chunk of unpacked(entry, undefined)) {
      if (
        first &&
        /\.(xml|rels)$/i.test(entry.filename) &&
        Buffer.from(chunk.subarray(0, 4096)).includes('<!DOCTYPE')
      ) {
        throw new Refusal('xml-doctype', entry.filename)
      }
      first = false
    }
  }
}

async function passwordFor(
  path: string,
  files: readonly FileEntry[],
  passwords: readonly string[],
  ask: AskPassword,
): Promise<string> {
  const probe = files.find(({ encrypted }) => encrypted)
  for (const password of passwords) {
    if (probe !== undefined && (await opens(probe, password))) return password
  }
  for (let tries = 0; tries < 3; tries += 1) {
    const password = await ask(path)
    if (password === undefined) break
    if (probe !== undefined && (await opens(probe, password))) return password
  }
  throw new Refusal(passwords.length === 0 ? 'password-needed' : 'password-wrong')
}

async function opens(entry: FileEntry, password: string): Promise<boolean> {
  try {
    for await (const _ of unpacked(entry, password));
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'password-wrong') return false
    throw error
  }
}

async function* unpacked(entry: FileEntry, password: string | undefined): AsyncGenerator<Uint8Array> {
  const pipe = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 4 })
  let length = 0
  let failure: unknown
  const stop = new AbortController()
  const options = {
    useWebWorkers: false,
    signal: stop.signal,
    ...(password === undefined ? {} : { password }),
  }
  const done = entry.getData(pipe.writable, options).catch((error: unknown) => {
    failure = error
    return pipe.writable.abort(error).catch(() => undefined)
  })
  try {
    for await (const chunk of pipe.readable) {
      length += chunk.length
      if (length > archiveLimits.bytes)
        throw new Refusal('zip-bomb', `more than ${archiveLimits.bytes} bytes`)
      if (length > archiveLimits.ratioFrom && length > entry.compressedSize * archiveLimits.ratio) {
        throw new Refusal('zip-bomb', `${entry.compressedSize} bytes packed, more than ${length} unpacked`)
      }
      yield chunk
    }
    await done
  } catch (error) {
    failure ??= error
  } finally {
    stop.abort()
  }
  if (failure === undefined) return
  if (failure instanceof Refusal) throw failure
  const words = failure instanceof Error ? failure.message : String(failure)
  if (/password/i.test(words)) throw new Refusal('password-wrong')
  if (/encrypted/i.test(words)) throw new Refusal('password-needed')
  // ZipCrypto checks one byte only: a wrong password may pass it and fail in the data.
  throw new Refusal(
    entry.encrypted && !entry.zipCrypto ? 'damaged' : entry.encrypted ? 'password-wrong' : 'damaged',
    words,
  )
}
