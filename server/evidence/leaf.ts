import { createHash } from 'node:crypto'

/**
 * What the log holds of a statement: SHA-256 of a fixed line and the unsigned bytes. The salt inside makes it a commitment; it is known
 * before anything is signed, and signing again under another key does not change it.
 */
export function leafOf(payload: Uint8Array): Uint8Array {
  return createHash('sha256').update('jieqing leaf v1\n').update(payload).digest()
}
