import { base64, concat, fromBase64, utf8Bytes } from './bytes.ts'
import type { Crypto } from './crypto.ts'
import { limits } from './limits.ts'
import { includes } from './merkle.ts'
import { checkNote, type Note, readNote } from './note.ts'
import type { Policy } from './policy.ts'
import { Refused } from './reasons.ts'

export interface LoggedFacts {
  readonly index: bigint
  readonly size: bigint
  /** Base64. */
  readonly root: string
  /** Whose cosignatures hold, by the policy's names, with seconds since 1970. */
  readonly witnesses: readonly { readonly name: string; readonly at: bigint }[]
}

/** What the log holds of a statement; see the CDDL. */
export function leafOf(crypto: Crypto, payload: Uint8Array): Uint8Array {
  return crypto.sha256(concat(utf8Bytes('jieqing leaf v1\n'), payload))
}

/** Checks a `.tlog-proof` file: that the statement is in the log it names, under a checkpoint that the policy believes. */
export function checkProof(
  crypto: Crypto,
  policy: Policy,
  origin: string,
  payload: Uint8Array,
  file: Uint8Array,
): LoggedFacts {
  const proof = readProof(file)
  const head = readHead(proof.checkpoint)
  if (head.origin !== origin) throw new Refused('proof-origin')
  checkLog(crypto, policy, proof.checkpoint, origin)
  const witnesses = checkWitnesses(crypto, policy, proof.checkpoint)
  if (proof.index >= head.size) throw new Refused('proof-index')
  const entry = leafOf(crypto, payload)
  if (!includes(crypto, entry, proof.index, head.size, proof.path, head.root)) throw new Refused('proof-path')
  return { index: proof.index, size: head.size, root: base64(head.root), witnesses }
}

interface ProofFile {
  readonly index: bigint
  readonly path: readonly Uint8Array[]
  readonly checkpoint: Note
}

/** C2SP tlog-proof v1. The extra line is read over: nobody has signed it. */
function readProof(file: Uint8Array): ProofFile {
  if (file.length > limits.proof) throw new Refused('proof-too-large')
  const text = utf8(file)
  const lines =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index (0|[1-9][0-9]{0,18})\n((?:[^\n]+\n)*)\n/.exec(text)
  const [whole = '', extra, index = '', hashes = ''] = lines ?? []
  if (lines === null || (extra !== undefined && fromBase64(extra) === undefined)) throw malformed()
  const path = hashes
    .split('\n')
    .slice(0, -1)
    .map((line) => hashOf(line))
  if (path.length > 63) throw malformed()
  const checkpoint = readNote(text.slice(whole.length))
  if (checkpoint === undefined) throw malformed()
  return { index: BigInt(index), path, checkpoint }
}

/** C2SP tlog-checkpoint: origin, size, root, and perhaps lines that say nothing to us. */
function readHead(note: Note): { origin: string; size: bigint; root: Uint8Array } {
  const [origin = '', size = '', root = '', ...extensions] = note.text.slice(0, -1).split('\n')
  if (origin === '' || !/^(0|[1-9][0-9]{0,18})$/.test(size) || extensions.includes('')) throw malformed()
  return { origin, size: BigInt(size), root: hashOf(root) }
}

function checkLog(crypto: Crypto, policy: Policy, note: Note, origin: string): void {
  const keys = policy.logs.filter((key) => key.name === origin)
  if (keys.length === 0) throw new Refused('proof-log-unknown')
  const checks = keys.map((key) => checkNote(crypto, note, key).kind)
  if (checks.includes('forged')) throw new Refused('proof-log-signature')
  if (!checks.includes('signed')) throw new Refused('proof-log-unknown')
}

function checkWitnesses(crypto: Crypto, policy: Policy, note: Note): LoggedFacts['witnesses'] {
  const found: { name: string; at: bigint }[] = []
  for (const [name, key] of policy.witnesses) {
    const check = checkNote(crypto, note, key)
    if (check.kind === 'forged') throw new Refused('proof-witness-signature')
    if (check.kind === 'signed') found.push({ name, at: check.at })
  }
  if (!policy.quorum(new Set(found.map(({ name }) => name)))) throw new Refused('proof-quorum')
  return found
}

function hashOf(line: string): Uint8Array {
  const hash = fromBase64(line)
  if (hash === undefined || hash.length !== 32) throw malformed()
  return hash
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed()
  }
}

function malformed(): Refused {
  return new Refused('proof-malformed')
}
