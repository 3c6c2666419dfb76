import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js'
import type { BillRow } from '../bills/bill.ts'
import { type Imported, type ImportOptions, importFiles, quietly } from '../import.ts'

/** A sample of `fixtures/exit/samples`. */
export function sample(path: string): string {
  return fileURLToPath(new URL(`../../fixtures/exit/samples/${path}`, import.meta.url))
}

export async function sampleText(path: string): Promise<string> {
  const bytes = await readFile(sample(path))
  return new TextDecoder(path.includes('gbk') ? 'gb18030' : 'utf-8').decode(bytes)
}

/** Writes content under a temporary name that keeps the ending. */
export async function temporary(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'jieqing-exit-')), name)
  await writeFile(path, content)
  return path
}

export interface Read {
  readonly imported: Imported
  readonly rows: readonly BillRow[]
}

export async function readFiles(
  paths: readonly string[],
  options: Partial<ImportOptions> = {},
): Promise<Read> {
  const rows: BillRow[] = []
  const imported = await importFiles(paths, { ...quietly, ...options, onRow: (row) => rows.push(row) })
  return { imported, rows }
}

export async function readContent(
  name: string,
  content: Uint8Array | string,
  options: Partial<ImportOptions> = {},
): Promise<Read> {
  return readFiles([await temporary(name, content)], options)
}

/** GB18030 has no encoder in the platform: two-byte codes are found by decoding all of them once; ¥ has four bytes. */
export function asGbk(text: string): Uint8Array {
  gbk ??= gbkTable()
  const bytes: number[] = []
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0
    const pair = code < 0x80 ? undefined : gbk.get(sign)
    if (code < 0x80) bytes.push(code)
    else if (sign === '¥') bytes.push(0x81, 0x30, 0x84, 0x36)
    else if (pair === undefined) bytes.push(0x3f)
    else bytes.push(pair >> 8, pair & 0xff)
  }
  return Uint8Array.from(bytes)
}

let gbk: Map<string, number> | undefined

function gbkTable(): Map<string, number> {
  const decoder = new TextDecoder('gb18030')
  const table = new Map<string, number>()
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      if (low === 0x7f) continue
      const sign = decoder.decode(Uint8Array.of(high, low))
      if ([...sign].length === 1 && sign !== '\ufffd') table.set(sign, (high << 8) | low)
    }
  }
  return table
}

export interface ZipLock {
  readonly password: string
  readonly cipher: 'aes' | 'zipcrypto'
}

export async function makeZip(
  entries: Readonly<Record<string, string | Uint8Array>>,
  lock?: ZipLock,
): Promise<Uint8Array> {
  const options =
    lock === undefined ? {} : { password: lock.password, zipCrypto: lock.cipher === 'zipcrypto' }
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...options })
  for (const [name, content] of Object.entries(entries)) {
    await writer.add(
      name,
      typeof content === 'string' ? new TextReader(content) : new Uint8ArrayReader(content),
    )
  }
  return writer.close()
}
