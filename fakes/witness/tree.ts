import { createHash } from 'node:crypto'

const node = (left: Buffer, right: Buffer) =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()

/**
 * The recursive reading of RFC 6962 2.1.2: what a proof says of the old and of the new root. `undefined` where it is too short or too
 * long. `old` at least 1 and below `size`.
 */
export function rootsFromProof(
  old: number,
  oldRoot: Buffer,
  size: number,
  proof: readonly Buffer[],
): { readonly old: Buffer; readonly new: Buffer } | undefined {
  const steps = [...proof]
  const walk = (m: number, n: number, whole: boolean): { old: Buffer; new: Buffer } | undefined => {
    if (m === n) {
      const hash = whole ? oldRoot : steps.shift()
      return hash === undefined ? undefined : { old: hash, new: hash }
    }
    let k = 1
    while (k * 2 < n) k *= 2
    const inner = m <= k ? walk(m, k, whole) : walk(m - k, n - k, false)
    const step = steps.shift()
    if (inner === undefined || step === undefined) return undefined
    return m <= k
      ? { old: inner.old, new: node(inner.new, step) }
      : { old: node(step, inner.old), new: node(step, inner.new) }
  }
  const roots = walk(old, size, true)
  return steps.length === 0 ? roots : undefined
}
