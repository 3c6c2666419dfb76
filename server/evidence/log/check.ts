import { nodeHash, sameHash } from './hash.ts'

/**
 * RFC 9162 2.1.3.2: does the proof lead from the leaf to the root? For monitors and for the log's own doubt; borrowers check with
 * `verifier`, which shares no code with this.
 */
export function provesInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!(index >= 0 && index < size)) return false
  let fn = index
  let sn = size - 1
  let hash = leaf
  for (const step of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(step, hash)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      hash = nodeHash(hash, step)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && sameHash(hash, root)
}

/** RFC 9162 2.1.4.2: is the tree of `size` and `root` the tree of `old` and `oldRoot` with more behind it? */
export function provesConsistency(
  old: number,
  oldRoot: Uint8Array,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!(old >= 0 && old <= size)) return false
  if (old === size) return proof.length === 0 && sameHash(oldRoot, root)
  if (old === 0) return proof.length === 0
  let fn = old - 1
  let sn = size - 1
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  // A complete old tree is the first step itself.
  const [first, ...steps] = fn === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let oldHash = first
  let newHash = first
  for (const step of steps) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      oldHash = nodeHash(step, oldHash)
      newHash = nodeHash(step, newHash)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      newHash = nodeHash(newHash, step)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && sameHash(oldHash, oldRoot) && sameHash(newHash, root)
}
