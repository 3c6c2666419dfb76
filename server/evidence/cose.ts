import { encode, rfc8949EncodeOptions, Tagged } from 'cborg'
import type { Signer } from './signer.ts'
import { deterministic } from './statement-bytes.ts'

/**
 * The signed statement: COSE_Sign1 (RFC 9052 4.2) under tag 18, algorithm EdDSA, the key's id protected, nothing unprotected. The
 * payload goes in as it was stored; the signer decides nothing but the key.
 */
export async function signStatement(payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const header = protectedHeader(signer.kid)
  const signature = await signer.sign(toBeSigned(header, payload))
  if (signature.length !== 64) throw new RangeError(`a signature of ${signature.length} bytes`)
  return encode(new Tagged(18, [header, new Map(), payload, signature]), rfc8949EncodeOptions)
}

function protectedHeader(kid: Uint8Array): Uint8Array {
  if (kid.length !== 8) throw new RangeError(`a key id of ${kid.length} bytes`)
  return deterministic(
    new Map<number, unknown>([
      [1, -8],
      [4, kid],
    ]),
  )
}

function toBeSigned(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return deterministic(['Signature1', header, new Uint8Array(0), payload])
}
