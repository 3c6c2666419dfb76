import type { Signer } from '../signer.ts'
import { appendEntries } from './append.ts'
import { readCheckpoint, signCheckpoint, type TreeHead } from './checkpoint.ts'
import { emptyRoot, sameHash } from './hash.ts'
import type { NoteKey } from './note.ts'
import { proofFile } from './proof-file.ts'
import type { LogStore } from './store.ts'
import { checkpointPath } from './tile-path.ts'
import { readRanges } from './tiles.ts'
import { consistencyRanges, inclusionRanges } from './tree.ts'

export interface LogSettings {
  /** Also the name of the log's key. */
  readonly origin: string
  readonly signer: Signer
  readonly store: LogStore
}

/** The last checkpoint that was written; a log without one is empty. Throws where it is not this log's: nothing is built on that. */
export async function currentHead(log: LogSettings): Promise<TreeHead> {
  const bytes = await log.store.read(checkpointPath)
  if (bytes === undefined) return { origin: log.origin, size: 0, root: emptyRoot }
  const reading = readCheckpoint(Buffer.from(bytes).toString('utf8'), logKey(log))
  if (reading.kind === 'refused') throw new Error(`the log's own checkpoint is ${reading.reason}`)
  return reading.head
}

export function logKey(log: LogSettings): NoteKey {
  return { name: log.origin, type: 1, publicKey: log.signer.publicKey }
}

/** Appends entries (leaves of statements) and answers the head that covers them, unsigned and unpublished. */
export async function integrate(log: LogSettings, entries: readonly Uint8Array[]): Promise<TreeHead> {
  const { size } = await currentHead(log)
  const grown = await appendEntries(log.store, size, entries)
  return { origin: log.origin, size: grown, root: await rootAt(log.store, grown) }
}

/** Signs a head that `integrate` answered. Publishing is another step, so that witnesses can be asked between. */
export function sign(log: LogSettings, head: TreeHead): Promise<string> {
  return signCheckpoint(head, log.signer)
}

/** From here on everybody sees it. `checkpoint` may carry cosignature lines behind the log's own. */
export async function publish(log: LogSettings, checkpoint: string): Promise<void> {
  const before = await currentHead(log)
  const reading = readCheckpoint(checkpoint, logKey(log))
  if (reading.kind === 'refused') throw new Error(`a checkpoint that is ${reading.reason}`)
  const { size, root } = reading.head
  if (size < before.size) throw new Error('a checkpoint smaller than the published one')
  // Never a checkpoint that the tiles don't bear, or that forgets what the last one promised.
  if (!sameHash(await rootAt(log.store, size), root)) throw new Error('a checkpoint of another tree')
  if (before.size > 0) {
    const [kept] = await readRanges(log.store, size, [{ start: 0, end: before.size }])
    if (kept === undefined || !sameHash(kept, before.root)) throw new Error('a checkpoint that forks the log')
  }
  await log.store.write(checkpointPath, Buffer.from(checkpoint))
}

export async function rootAt(store: LogStore, size: number): Promise<Uint8Array> {
  const [root = emptyRoot] = size === 0 ? [] : await readRanges(store, size, [{ start: 0, end: size }])
  return root
}

/** That the entry `index` is in the tree of `size`. */
export function inclusionAt(store: LogStore, index: number, size: number): Promise<readonly Uint8Array[]> {
  return readRanges(store, size, inclusionRanges(index, size))
}

/** That the tree of `size` continues that of `old`; of nothing everything is a continuation. */
export function consistencyAt(store: LogStore, old: number, size: number): Promise<readonly Uint8Array[]> {
  return old === 0 ? Promise.resolve([]) : readRanges(store, size, consistencyRanges(old, size))
}

/** The `.tlog-proof` file of an entry under a checkpoint of this log. */
export async function proofOf(log: LogSettings, index: number, checkpoint: string): Promise<string> {
  const reading = readCheckpoint(checkpoint, logKey(log))
  if (reading.kind === 'refused') throw new Error(`a checkpoint that is ${reading.reason}`)
  return proofFile(index, await inclusionAt(log.store, index, reading.head.size), checkpoint)
}
