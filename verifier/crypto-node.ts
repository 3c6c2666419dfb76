import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { Crypto } from './crypto.ts'

export const nodeCrypto: Crypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  verify: (publicKey, bytes, signature) => {
    const key = publicKeyOf(publicKey)
    return key !== undefined && signature.length === 64 && verify(null, bytes, key, signature)
  },
}

function publicKeyOf(raw: Uint8Array): KeyObject | undefined {
  if (raw.length !== 32) return undefined
  try {
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
      format: 'jwk',
    })
  } catch {
    return undefined
  }
}
