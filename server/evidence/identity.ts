import { createHash } from 'node:crypto'
import type { Personal } from '../platform/personal.ts'
import { deterministic } from './statement-bytes.ts'

export interface Person {
  readonly name: string
  /** `resident-id`, `passport` … */
  readonly idType: string
  readonly idNumber: string
}

/**
 * Binds a statement to a person without naming him: SHA-256 of the deterministic CBOR array of salt, name, kind and number of the
 * document, texts in NFC. `salt`: that of the statement, 16 random bytes; they stand in the certificate, which makes it personal data (law page 0.6).
 */
export function identityCommitment(salt: Uint8Array, person: Personal<Person>): Uint8Array {
  if (salt.length !== 16) throw new RangeError(`a salt of ${salt.length} bytes`)
  const { name, idType, idNumber } = person.reveal()
  const texts = [name, idType, idNumber].map((text) => text.normalize('NFC'))
  return createHash('sha256')
    .update(deterministic([salt, ...texts]))
    .digest()
}
