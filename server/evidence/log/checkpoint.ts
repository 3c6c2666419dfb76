import type { Signer } from '../signer.ts'
import { checkNote, type Note, type NoteKey, parseNote, signNote } from './note.ts'

export interface TreeHead {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** C2SP tlog-checkpoint, signed under the origin's name; no extension lines. */
export function signCheckpoint(head: TreeHead, signer: Signer): Promise<string> {
  return signNote(checkpointText(head), head.origin, signer)
}

export function checkpointText(head: TreeHead): string {
  return `${head.origin}\n${head.size}\n${Buffer.from(head.root).toString('base64')}\n`
}

export type CheckpointReading =
  | { readonly kind: 'checkpoint'; readonly head: TreeHead; readonly note: Note }
  | { readonly kind: 'refused'; readonly reason: 'malformed' | 'unsigned' | 'forged' }

/** Reads a checkpoint of the log that `key` names. */
export function readCheckpoint(text: string, key: NoteKey): CheckpointReading {
  const note = parseNote(text)
  const head = note === undefined ? undefined : headOf(note)
  if (note === undefined || head === undefined) return { kind: 'refused', reason: 'malformed' }
  if (head.origin !== key.name) return { kind: 'refused', reason: 'unsigned' }
  const check = checkNote(note, key)
  return check.kind === 'signed'
    ? { kind: 'checkpoint', head, note }
    : { kind: 'refused', reason: check.kind }
}

function headOf(note: Note): TreeHead | undefined {
  const [origin = '', size = '', root = '', ...extensions] = note.text.slice(0, -1).split('\n')
  const hash = Buffer.from(root, 'base64')
  if (origin === '' || !/^(0|[1-9][0-9]{0,15})$/.test(size) || extensions.includes('')) return undefined
  if (hash.length !== 32 || hash.toString('base64') !== root || !Number.isSafeInteger(Number(size)))
    return undefined
  return { origin, size: Number(size), root: hash }
}
