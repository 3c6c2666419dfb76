import { provesConsistency } from './check.ts'
import { type CheckpointReading, readCheckpoint, type TreeHead } from './checkpoint.ts'
import { sameHash } from './hash.ts'
import type { NoteKey } from './note.ts'

export type Comparison =
  | { readonly kind: 'consistent'; readonly newest: TreeHead }
  /** Two signed checkpoints that cannot both be of one append-only log: keep both, they are the proof. */
  | { readonly kind: 'fork'; readonly checkpoints: readonly [string, string] }
  | {
      readonly kind: 'unreadable'
      readonly reason: Exclude<CheckpointReading, { kind: 'checkpoint' }>['reason']
    }

/**
 * What a monitor does with two checkpoints of a log, wherever they come from: the log's address, a borrower's proof file, a witness.
 * `prove` asks the log for a consistency proof; an answer that does not hold is a fork, one that does not come throws.
 */
export async function compareCheckpoints(
  a: string,
  b: string,
  key: NoteKey,
  prove: (old: number, size: number) => Promise<readonly Uint8Array[]>,
): Promise<Comparison> {
  const readings = [readCheckpoint(a, key), readCheckpoint(b, key)]
  const heads: TreeHead[] = []
  for (const reading of readings) {
    if (reading.kind === 'refused') return { kind: 'unreadable', reason: reading.reason }
    heads.push(reading.head)
  }
  const [older, newer] = heads.sort((x, y) => x.size - y.size)
  if (older === undefined || newer === undefined) throw new Error('two checkpoints are compared')
  const same = older.size === newer.size
  const holds = same
    ? sameHash(older.root, newer.root)
    : provesConsistency(older.size, older.root, newer.size, newer.root, await prove(older.size, newer.size))
  return holds ? { kind: 'consistent', newest: newer } : { kind: 'fork', checkpoints: [a, b] }
}
