import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { Crypto } from './crypto.ts'

export const nodeCrypto: Crypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  verify: (publicKey, bytes, signature) => {
    const key = publicKeyOf(publicKey)
    return key !== undefined && signature.length === 64 && verify(null, bytes, key, signature)
  },
}

/** Making a key costs as much as using it, and a policy has few. */
const made = new WeakMap<Uint8Array, KeyObject>()

function publicKeyOf(raw: Uint8Array): KeyObject | undefined {
  const known = made.get(raw)
  if (known !== undefined || raw.length !== 32) return known
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
      format: 'jwk',
    })
    made.set(raw, key)
    return key
  } catch {
    return undefined
  }
}
