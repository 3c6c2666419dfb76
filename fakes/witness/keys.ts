import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** A key of a note: name, type byte, 32 bytes. */
export interface NoteKey {
  readonly name: string
  readonly type: number
  readonly raw: Buffer
}

export function parseKey(text: string): NoteKey {
  const [, name = '', id = '', rest = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = Buffer.from(rest, 'base64')
  const key = { name, type: bytes[0] ?? 0, raw: bytes.subarray(1) }
  if (key.raw.length !== 32 || keyId(key).toString('hex') !== id)
    throw new Error(`not a verifier key: ${text}`)
  return key
}

export function formatKey(key: NoteKey): string {
  return `${key.name}+${keyId(key).toString('hex')}+${Buffer.concat([Buffer.of(key.type), key.raw]).toString('base64')}`
}

export function keyId(key: NoteKey): Buffer {
  return createHash('sha256')
    .update(key.name)
    .update(Buffer.of(10, key.type))
    .update(key.raw)
    .digest()
    .subarray(0, 4)
}

export function rawKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(12)
}

/** An Ed25519 signature of the note's text by the key, among its signature lines. */
export function signedBy(key: NoteKey, text: string, lines: readonly string[]): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.raw])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return lines.some((line) => {
    const [, name, encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
    const bytes = Buffer.from(encoded, 'base64')
    return (
      name === key.name &&
      bytes.subarray(0, 4).equals(keyId(key)) &&
      verify(null, Buffer.from(text), publicKey, bytes.subarray(4))
    )
  })
}
