import { concat, utf8Bytes } from './bytes.ts'
import { decodeCbor, Tagged } from './cbor.ts'
import { limits } from './limits.ts'
import { type Reason, Refused } from './reasons.ts'

export interface SignedStatement {
  readonly kid: Uint8Array
  /** The one that is allowed; anything else stops the check before any key is used. */
  readonly algorithm: bigint
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  /** The bytes that were signed: the Sig_structure of RFC 9052 4.4. */
  readonly signed: Uint8Array
}

/** EdDSA. */
export const allowedAlgorithm = -8n

/** Takes a COSE_Sign1 apart; nothing of it is believed yet. */
export function readSigned(bytes: Uint8Array): SignedStatement {
  const whole = decodeCbor(bytes)
  if (!(whole instanceof Tagged) || whole.tag !== 18n) throw new Refused('cose-tag')
  const parts = whole.value
  if (!Array.isArray(parts) || parts.length !== 4) throw new Refused('cose-shape')
  const [header, unprotected, payload, signature] = parts
  if (!(header instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array)) {
    throw new Refused('cose-shape')
  }
  if (!(unprotected instanceof Map)) throw new Refused('cose-shape')
  if (unprotected.size > 0) throw new Refused('cose-unprotected-header')
  if (signature.length !== 64 || payload.length === 0 || payload.length > limits.payload) {
    throw new Refused('cose-shape')
  }
  return { ...readHeader(header), payload, signature, signed: sigStructure(header, payload) }
}

function readHeader(bytes: Uint8Array): { kid: Uint8Array; algorithm: bigint } {
  const header = bytes.length === 0 ? undefined : decodeCbor(bytes)
  const refused: Reason = 'cose-protected-header'
  if (!(header instanceof Map) || header.size !== 2) throw new Refused(refused)
  const algorithm: unknown = header.get(1n)
  const kid: unknown = header.get(4n)
  if (typeof algorithm !== 'bigint' || !(kid instanceof Uint8Array) || kid.length !== 8) {
    throw new Refused(refused)
  }
  return { kid, algorithm }
}

/** ["Signature1", protected, h'', payload] */
function sigStructure(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return concat(
    Uint8Array.of(0x84, 0x6a),
    utf8Bytes('Signature1'),
    byteString(header),
    Uint8Array.of(0x40),
    byteString(payload),
  )
}

export function byteString(bytes: Uint8Array): Uint8Array {
  return concat(head(0x40, bytes.length), bytes)
}

export function textString(text: string): Uint8Array {
  const bytes = utf8Bytes(text)
  return concat(head(0x60, bytes.length), bytes)
}

function head(major: number, length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(major + length)
  if (length < 256) return Uint8Array.of(major + 24, length)
  return Uint8Array.of(major + 25, length >> 8, length & 255)
}
