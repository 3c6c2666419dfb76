import { hash } from 'node:crypto'

/** RFC 6962 2.1: SHA-256 of 0x00 and the entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([leafPrefix, entry]), 'buffer')
}

/** RFC 6962 2.1: SHA-256 of 0x01, the left and the right hash, 32 bytes each. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // One buffer for all nodes: nothing else runs between writing and hashing it, and a tree has millions.
  node.set(left, 1)
  node.set(right, 33)
  return hash('sha256', node, 'buffer')
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = hash('sha256', '', 'buffer')

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

const leafPrefix = Buffer.of(0)
const node = Buffer.alloc(65, 1)
