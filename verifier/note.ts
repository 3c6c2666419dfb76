import { concat, fromBase64, fromHex, hex, same, utf8Bytes } from './bytes.ts'
import type { Crypto } from './crypto.ts'
import { limits } from './limits.ts'

/** A key of C2SP signed-note: type 1 signs the text, type 4 cosigns it with a time. */
export interface NoteKey {
  readonly name: string
  readonly id: Uint8Array
  readonly type: 1 | 4
  readonly publicKey: Uint8Array
}

/** Reads `name+keyid+base64`; `undefined` where it is malformed or the id is not the key's. */
export function readKey(crypto: Crypto, text: string): NoteKey | undefined {
  const [, name = '', idText = '', rest = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? []
  const id = fromHex(idText)
  const bytes = fromBase64(rest)
  const type = bytes?.[0]
  if (id === undefined || bytes === undefined || bytes.length !== 33 || (type !== 1 && type !== 4)) {
    return undefined
  }
  const computed = crypto.sha256(concat(utf8Bytes(`${name}\n`), bytes)).slice(0, 4)
  return same(computed, id) ? { name, id, type, publicKey: bytes.slice(1) } : undefined
}

export interface Note {
  readonly text: string
  readonly lines: readonly { readonly name: string; readonly id: Uint8Array; readonly rest: Uint8Array }[]
}

/** `undefined`: control characters or CR LF, no signature, a malformed line, too many of them. */
export function readNote(text: string): Note | undefined {
  const split = text.lastIndexOf('\n\n')
  if (split < 0 || !text.endsWith('\n') || hasControls(text)) return undefined
  const lines = text.slice(split + 2, -1).split('\n')
  if (lines.length > limits.signatures) return undefined
  const read: { name: string; id: Uint8Array; rest: Uint8Array }[] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (name === '' || bytes === undefined || bytes.length < 5) return undefined
    read.push({ name, id: bytes.slice(0, 4), rest: bytes.slice(4) })
  }
  return { text: text.slice(0, split + 1), lines: read }
}

export type NoteCheck =
  | { readonly kind: 'unsigned' | 'forged' }
  /** `at`: seconds since 1970, of a cosignature. */
  | { readonly kind: 'signed'; readonly at: bigint }

/** All lines of the key have to hold; lines of unknown keys are not looked at. */
export function checkNote(crypto: Crypto, note: Note, key: NoteKey): NoteCheck {
  const lines = note.lines.filter((line) => line.name === key.name && hex(line.id) === hex(key.id))
  let result: NoteCheck = { kind: 'unsigned' }
  for (const line of lines) {
    const check = checkLine(crypto, note.text, line.rest, key)
    if (check.kind !== 'signed') return check
    result = check
  }
  return result
}

function checkLine(crypto: Crypto, text: string, rest: Uint8Array, key: NoteKey): NoteCheck {
  const timed = key.type === 4
  if (rest.length !== (timed ? 72 : 64)) return { kind: 'forged' }
  const at = timed ? BigInt(`0x${hex(rest.slice(0, 8))}`) : 0n
  const message = utf8Bytes(timed ? `cosignature/v1\ntime ${at}\n${text}` : text)
  const holds = crypto.verify(key.publicKey, message, timed ? rest.slice(8) : rest)
  return holds ? { kind: 'signed', at } : { kind: 'forged' }
}

function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' && character !== '\n')
}
