import { nodeHash } from './hash.ts'
import type { LogStore } from './store.ts'
import { fullTiles, partialWidth, tilePath } from './tile-path.ts'
import { hashOfRange, type Node, nodesOf, type Range } from './tree.ts'

/** The hashes of ranges of a tree of `size`, read from its tiles; each tile once. Throws where a tile is missing or has the wrong length. */
export async function readRanges(
  store: LogStore,
  size: number,
  ranges: readonly Range[],
): Promise<readonly Uint8Array[]> {
  const nodes = ranges.flatMap(nodesOf)
  const tiles = new Map<string, Uint8Array>()
  for (const node of nodes) {
    const { level, tile } = placeOf(node)
    const path = pathIn(size, level, tile)
    if (!tiles.has(path)) tiles.set(path, await readTile(store, size, level, tile))
  }
  const read = (node: Node) => {
    const { level, tile, offset, width } = placeOf(node)
    const bytes = tiles.get(pathIn(size, level, tile))
    if (bytes === undefined || bytes.length < (offset + width) * 32) {
      throw new RangeError(`no node ${node.index} of level ${node.level} in a tree of ${size}`)
    }
    return subtree(bytes.subarray(offset * 32, (offset + width) * 32))
  }
  return ranges.map((range) => hashOfRange(range, read))
}

/** A tile as a tree of `size` has it; a full one serves where a partial one is not kept any more. */
export async function readTile(
  store: LogStore,
  size: number,
  level: number,
  index: number,
): Promise<Uint8Array> {
  const width = widthIn(size, level, index)
  const exact = await store.read(tilePath(level, index, width))
  const bytes = exact ?? (await store.read(tilePath(level, index, 256)))
  if (bytes === undefined) throw new Error(`missing ${tilePath(level, index, width)}`)
  if (bytes.length !== (exact === undefined ? 256 : width) * 32) {
    throw new Error(`${tilePath(level, index, width)} has ${bytes.length} bytes`)
  }
  return bytes.subarray(0, width * 32)
}

/** The root over a power of two of hashes. */
export function subtree(hashes: Uint8Array): Uint8Array {
  if (hashes.length === 32) return hashes
  const middle = hashes.length / 2
  return nodeHash(subtree(hashes.subarray(0, middle)), subtree(hashes.subarray(middle)))
}

function pathIn(size: number, level: number, index: number): string {
  return tilePath(level, index, widthIn(size, level, index))
}

function widthIn(size: number, level: number, index: number): number {
  return index < fullTiles(level, size) ? 256 : partialWidth(level, size)
}

/** Eight levels of the tree are one of tiles; the inner seven are hashed from the tile's own. */
function placeOf(node: Node): { level: number; tile: number; offset: number; width: number } {
  const level = Math.floor(node.level / 8)
  const width = 2 ** (node.level - level * 8)
  const first = node.index * width
  return { level, tile: Math.floor(first / 256), offset: first % 256, width }
}
