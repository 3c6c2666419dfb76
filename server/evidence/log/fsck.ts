import { readBundle } from './append.ts'
import type { TreeHead } from './checkpoint.ts'
import { emptyRoot, leafHash, sameHash } from './hash.ts'
import type { LogStore } from './store.ts'
import { bundlePath, tilePath } from './tile-path.ts'
import { subtree } from './tiles.ts'
import { hashOfRange, type Node } from './tree.ts'

export interface LogDamage {
  readonly path: string
  readonly kind: 'missing-or-broken' | 'differs' | 'root-differs'
}

/**
 * Computes every tile of a log again from its entries and compares: with the files, and at the top with the root of the head. Answers
 * all that is wrong, none where the log is whole. Partial tiles of earlier checkpoints are not looked at.
 */
export async function fsck(store: LogStore, head: TreeHead): Promise<readonly LogDamage[]> {
  const damage: LogDamage[] = []
  let hashes = await leavesOf(store, head.size, damage)
  if (hashes === undefined) return damage
  const levels: Buffer[] = []
  for (let level = 0; hashes.length > 0; level++) {
    levels.push(hashes)
    hashes = await checkLevel(store, level, hashes, damage)
  }
  const read = ({ level, index }: Node) => {
    const tileLevel = Math.floor(level / 8)
    const width = 2 ** (level % 8)
    const at = index * width * 32
    return subtree(levels[tileLevel]?.subarray(at, at + width * 32) ?? new Uint8Array(0))
  }
  const root = head.size === 0 ? emptyRoot : hashOfRange({ start: 0, end: head.size }, read)
  if (!sameHash(root, head.root)) damage.push({ path: 'checkpoint', kind: 'root-differs' })
  return damage
}

async function leavesOf(store: LogStore, size: number, damage: LogDamage[]): Promise<Buffer | undefined> {
  const hashes = Buffer.alloc(size * 32)
  for (let at = 0; at < size; at += 256) {
    const width = Math.min(256, size - at)
    try {
      const entries = await readBundle(store, at / 256, width)
      entries.forEach((entry, n) => {
        hashes.set(leafHash(entry), (at + n) * 32)
      })
    } catch {
      damage.push({ path: bundlePath(at / 256, width), kind: 'missing-or-broken' })
    }
  }
  return damage.length > 0 ? undefined : hashes
}

/** Compares the tiles of a level and answers the hashes of the level above. */
async function checkLevel(
  store: LogStore,
  level: number,
  hashes: Buffer,
  damage: LogDamage[],
): Promise<Buffer> {
  const roots: Uint8Array[] = []
  for (let at = 0; at < hashes.length; at += 8192) {
    const tile = hashes.subarray(at, at + 8192)
    const path = tilePath(level, at / 8192, tile.length / 32)
    const stored = await store.read(path)
    if (stored === undefined) damage.push({ path, kind: 'missing-or-broken' })
    else if (!sameHash(stored, tile)) damage.push({ path, kind: 'differs' })
    if (tile.length === 8192) roots.push(subtree(tile))
  }
  return Buffer.concat(roots)
}
