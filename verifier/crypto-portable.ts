import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Crypto } from './crypto.ts'

/** For the page: WebCrypto is not everywhere allowed on pages from a file, and not everywhere knows Ed25519. */
export const portableCrypto: Crypto = {
  sha256: (bytes) => sha256(bytes),
  verify: (publicKey, bytes, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    try {
      // The strict reading of RFC 8032, as OpenSSL has it.
      return ed25519.verify(signature, bytes, publicKey, { zip215: false })
    } catch {
      return false
    }
  },
}
