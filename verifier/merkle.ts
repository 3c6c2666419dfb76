import { concat, same } from './bytes.ts'
import type { Crypto } from './crypto.ts'

/**
 * RFC 9162 2.1.3.2: does the path lead from the entry at `index` to the root of the tree of `size`? Refuses paths that are too long or too
 * short, and indexes outside the tree.
 */
export function includes(
  crypto: Crypto,
  entry: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size) return false
  let left = index
  let last = size - 1n
  let hash = crypto.sha256(concat(Uint8Array.of(0), entry))
  for (const sibling of path) {
    if (last === 0n) return false
    const isRight = left % 2n === 1n
    if (isRight || left === last) {
      hash = crypto.sha256(concat(Uint8Array.of(1), sibling, hash))
      // The last node of a level that has no sibling stands for itself a level higher.
      while (left % 2n === 0n && left !== 0n) {
        left /= 2n
        last /= 2n
      }
    } else {
      hash = crypto.sha256(concat(Uint8Array.of(1), hash, sibling))
    }
    left /= 2n
    last /= 2n
  }
  return last === 0n && same(hash, root)
}
