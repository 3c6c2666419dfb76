import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Signer } from '../signer.ts'

/** C2SP signed-note: type 0x01 signs the text, 0x04 is a witness's cosignature with a time. */
export type NoteKeyType = 1 | 4

export interface NoteKey {
  readonly name: string
  readonly type: NoteKeyType
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  /** 4 bytes of key id and what follows. */
  readonly bytes: Uint8Array
}

export interface Note {
  /** With its last newline: what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Signs the text with a log's key. */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  const id = noteKeyId({ name, type: 1, publicKey: signer.publicKey })
  const signature = await signer.sign(Buffer.from(text))
  return `${text}\n${signatureLine(name, Buffer.concat([id, signature]))}`
}

export function signatureLine(name: string, bytes: Uint8Array): string {
  return `— ${name} ${Buffer.from(bytes).toString('base64')}\n`
}

/** Refused (`undefined`): control characters, CR LF, no signature, a malformed line, more than 16 KiB. */
export function parseNote(note: string): Note | undefined {
  if (note.length > 16_384 || [...note].some((character) => character < ' ' && character !== '\n'))
    return undefined
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) return undefined
  const lines = note.slice(split + 2, -1).split('\n')
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const parts = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line)
    const bytes = Buffer.from(parts?.[2] ?? '', 'base64')
    if (parts === null || bytes.length < 5 || bytes.toString('base64') !== parts[2]) return undefined
    signatures.push({ name: parts[1] ?? '', bytes })
  }
  return { text: note.slice(0, split + 1), signatures }
}

export type NoteCheck =
  | { readonly kind: 'signed'; readonly at?: Date }
  /** No line of this key. */
  | { readonly kind: 'unsigned' }
  /** A line of this key that does not hold: the whole note is refused. */
  | { readonly kind: 'forged' }

export function checkNote(note: Note, key: NoteKey): NoteCheck {
  const id = noteKeyId(key)
  const lines = note.signatures.filter(
    (line) => line.name === key.name && Buffer.compare(line.bytes.subarray(0, 4), id) === 0,
  )
  if (lines.length === 0) return { kind: 'unsigned' }
  const checks = lines.map((line) => checkLine(note.text, line.bytes.subarray(4), key))
  const forged = checks.find((check) => check.kind === 'forged')
  return forged ?? checks[0] ?? { kind: 'unsigned' }
}

function checkLine(text: string, signature: Uint8Array, key: NoteKey): NoteCheck {
  if (key.type === 1) {
    return holds(Buffer.from(text), signature, key.publicKey) ? { kind: 'signed' } : { kind: 'forged' }
  }
  if (signature.length !== 72) return { kind: 'forged' }
  const seconds = Buffer.from(signature).readBigUInt64BE()
  const signed = holds(cosignedText(text, seconds), signature.subarray(8), key.publicKey)
  return signed ? { kind: 'signed', at: new Date(Number(seconds) * 1000) } : { kind: 'forged' }
}

/** C2SP tlog-cosignature: what a witness signs. */
export function cosignedText(text: string, seconds: bigint): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
}

export function noteKeyId(key: NoteKey): Uint8Array {
  return createHash('sha256')
    .update(`${key.name}\n`)
    .update(Buffer.of(key.type))
    .update(key.publicKey)
    .digest()
    .subarray(0, 4)
}

/** `name+keyid+base64(type, key)`: the form in which policies pin keys. */
export function verifierKey(key: NoteKey): string {
  const id = Buffer.from(noteKeyId(key)).toString('hex')
  return `${key.name}+${id}+${Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64')}`
}

export function parseVerifierKey(text: string): NoteKey {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text)
  const bytes = Buffer.from(parts?.[3] ?? '', 'base64')
  const type = bytes[0]
  if (parts === null || bytes.length !== 33 || (type !== 1 && type !== 4)) {
    throw new RangeError(`not a verifier key: ${text}`)
  }
  const key: NoteKey = { name: parts[1] ?? '', type, publicKey: bytes.subarray(1) }
  if (verifierKey(key) !== text) throw new RangeError(`the key id does not belong to the key: ${text}`)
  return key
}

function holds(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
  return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}
