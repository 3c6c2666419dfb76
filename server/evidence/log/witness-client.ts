import { checkNote, type NoteKey, parseNote } from './note.ts'

export interface Witness {
  /** The submission prefix of C2SP tlog-witness, without a slash at its end. */
  readonly url: string
  readonly key: NoteKey
}

export type WitnessAnswer =
  /** The lines of this witness, each with its newline, checked. */
  | { readonly kind: 'cosigned'; readonly lines: string }
  /** It last saw another size: prove from there. */
  | { readonly kind: 'stale'; readonly size: number }
  /** It says that this does not continue what it saw: 409 at the same size, or 422. */
  | { readonly kind: 'inconsistent' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unusable-answer' }

/** Asks a witness once, ten seconds long. A witness that does not answer throws; asking again is safe. */
export async function askWitness(
  witness: Witness,
  old: number,
  proof: readonly Uint8Array[],
  checkpoint: string,
): Promise<WitnessAnswer> {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
  const response = await fetch(`${witness.url}/add-checkpoint`, {
    method: 'POST',
    body: `old ${old}\n${lines}\n${checkpoint}`,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    signal: AbortSignal.timeout(10_000),
    redirect: 'error',
  })
  const body = await response.text()
  switch (response.status) {
    case 200:
      return cosigned(witness.key, checkpoint, body)
    case 409: {
      const size = /^(0|[1-9][0-9]{0,15})\n$/.exec(body)?.[1]
      if (size === undefined) return { kind: 'unusable-answer' }
      return Number(size) === old ? { kind: 'inconsistent' } : { kind: 'stale', size: Number(size) }
    }
    case 422:
      return { kind: 'inconsistent' }
    default:
      return { kind: 'refused', status: response.status }
  }
}

/** Asks, and where the witness is at another size proves from there and asks once more. */
export async function cosign(
  witness: Witness,
  prove: (old: number) => Promise<readonly Uint8Array[]>,
  checkpoint: string,
): Promise<WitnessAnswer> {
  const first = await askWitness(witness, 0, [], checkpoint)
  return first.kind === 'stale' ? askWitness(witness, first.size, await prove(first.size), checkpoint) : first
}

function cosigned(key: NoteKey, checkpoint: string, body: string): WitnessAnswer {
  // The checkpoint's text with the lines of the answer alone: what was signed before proves nothing about this answer.
  const text = parseNote(checkpoint)?.text
  const note = text === undefined ? undefined : parseNote(`${text}\n${body}`)
  if (note === undefined || checkNote(note, key).kind !== 'signed') return { kind: 'unusable-answer' }
  const own = body.split('\n').filter((line) => line.startsWith(`— ${key.name} `))
  return { kind: 'cosigned', lines: own.map((line) => `${line}\n`).join('') }
}
