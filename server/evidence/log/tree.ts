import { emptyRoot, nodeHash } from './hash.ts'

/** A complete subtree: `level` 0 is a leaf, `index` counts the subtrees of its level from the left. */
export interface Node {
  readonly level: number
  readonly index: number
}

/** The leaves from `start` to before `end`, of which RFC 6962 has one hash. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Hashes of complete subtrees of a log. Asked only for what the tree's size makes complete. */
export type ReadHash = (node: Node) => Uint8Array

/** RFC 6962 2.1: the root over the first `size` entries. */
export function rootOf(size: number, read: ReadHash): Uint8Array {
  return size === 0 ? emptyRoot : hashOfRange({ start: 0, end: size }, read)
}

/** RFC 6962 2.1.1: from the leaf's sibling up to below the root. `index` must be below `size`. */
export function inclusionProof(index: number, size: number, read: ReadHash): readonly Uint8Array[] {
  return inclusionRanges(index, size).map((range) => hashOfRange(range, read))
}

/** RFC 6962 2.1.2: that the tree of `size` begins with the tree of `old`; both at least 1, `old` at most `size`. Empty where they are equal. */
export function consistencyProof(old: number, size: number, read: ReadHash): readonly Uint8Array[] {
  return consistencyRanges(old, size).map((range) => hashOfRange(range, read))
}

/** What an inclusion proof consists of. */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  if (!(Number.isSafeInteger(size) && Number.isInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(`no entry ${index} in a tree of ${size}`)
  }
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.unshift({ start: middle, end })
      end = middle
    } else {
      ranges.unshift({ start, end: middle })
      start = middle
    }
  }
  return ranges
}

/** What a consistency proof consists of. */
export function consistencyRanges(old: number, size: number): readonly Range[] {
  if (!(Number.isSafeInteger(size) && Number.isInteger(old) && old >= 1 && old <= size)) {
    throw new RangeError(`no consistency of ${old} with ${size}`)
  }
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end !== old) {
    const middle = start + splitOf(end - start)
    if (old <= middle) {
      ranges.unshift({ start: middle, end })
      end = middle
    } else {
      ranges.unshift({ start, end: middle })
      start = middle
    }
  }
  // The old tree itself is known to who asks; a part of it has to be told.
  if (start > 0) ranges.unshift({ start, end })
  return ranges
}

/** The complete subtrees that a range is made of, largest first. */
export function nodesOf(range: Range): readonly Node[] {
  const nodes: Node[] = []
  let start = range.start
  while (start < range.end) {
    const level = Math.floor(Math.log2(range.end - start))
    const exact = 2 ** level > range.end - start ? level - 1 : level
    nodes.push({ level: exact, index: start / 2 ** exact })
    start += 2 ** exact
  }
  return nodes
}

export function hashOfRange(range: Range, read: ReadHash): Uint8Array {
  return nodesOf(range)
    .map(read)
    .reduceRight((right, left) => nodeHash(left, right))
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let power = 2 ** Math.floor(Math.log2(count))
  if (power >= count) power /= 2
  return power
}
