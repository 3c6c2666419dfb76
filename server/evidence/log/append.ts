import { leafHash } from './hash.ts'
import type { LogStore } from './store.ts'
import { bundlePath, fullTiles, partialWidth, tilePath } from './tile-path.ts'
import { readTile, subtree } from './tiles.ts'

/**
 * Writes entries behind the first `size` and the tiles that change, lowest first, and answers the new size. Nobody sees them before a
 * checkpoint is written; killed anywhere and run again with the same entries it writes the same files. One writer a log.
 */
export async function appendEntries(
  store: LogStore,
  size: number,
  entries: readonly Uint8Array[],
): Promise<number> {
  const grown = size + entries.length
  await appendBundles(store, size, entries)
  let news: readonly Uint8Array[] = entries.map(leafHash)
  for (let level = 0; news.length > 0; level++) {
    news = await appendLevel(store, size, level, news)
  }
  return grown
}

/** Answers the roots of the tiles that became full: the hashes of the level above. */
async function appendLevel(
  store: LogStore,
  size: number,
  level: number,
  hashes: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const index = fullTiles(level, size)
  const width = partialWidth(level, size)
  const before = width === 0 ? new Uint8Array(0) : await readTile(store, size, level, index)
  const all = Buffer.concat([before, ...hashes])
  const roots: Uint8Array[] = []
  for (let at = 0; at < all.length; at += 8192) {
    const tile = all.subarray(at, at + 8192)
    await store.write(tilePath(level, index + at / 8192, tile.length / 32), tile)
    if (tile.length === 8192) roots.push(subtree(tile))
  }
  return roots
}

async function appendBundles(store: LogStore, size: number, entries: readonly Uint8Array[]): Promise<void> {
  const index = Math.floor(size / 256)
  const width = size % 256
  const before = width === 0 ? [] : await readBundle(store, index, width)
  const all = [...before, ...entries]
  for (let at = 0; at < all.length; at += 256) {
    const part = all.slice(at, at + 256)
    await store.write(bundlePath(index + at / 256, part.length), bundle(part))
  }
}

/** Entries, each behind its length in two bytes. */
export function bundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > 65_535) throw new RangeError(`an entry of ${entry.length} bytes`)
      return [Buffer.of(entry.length >> 8, entry.length & 255), entry]
    }),
  )
}

/** The first `width` entries of a bundle. Throws where they are not there. */
export async function readBundle(
  store: LogStore,
  index: number,
  width: number,
): Promise<readonly Uint8Array[]> {
  const path = bundlePath(index, width)
  const exact = await store.read(path)
  const bytes = exact ?? (await store.read(bundlePath(index, 256)))
  if (bytes === undefined) throw new Error(`missing ${path}`)
  const entries: Uint8Array[] = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    entries.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (at !== bytes.length || entries.length !== (exact === undefined ? 256 : width)) {
    throw new Error(`${path} is broken`)
  }
  return entries.slice(0, width)
}
