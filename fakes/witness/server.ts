import { type KeyObject, sign } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { formatKey, keyId, type NoteKey, rawKey, signedBy } from './keys.ts'
import type { Memory } from './memory.ts'
import { rootsFromProof } from './tree.ts'

export interface WitnessSettings {
  readonly name: string
  readonly key: KeyObject
  /** The logs it watches, by their keys; a key's name is the origin. */
  readonly logs: readonly NoteKey[]
  readonly memory: Memory
  /** Seconds since 1970. */
  readonly now: () => number
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string
}

/**
 * A witness of C2SP tlog-witness: signs that a checkpoint continues all it has seen of the log, and nothing else. Checking and
 * remembering happen in one turn of the process, so that no older checkpoint can overtake a newer one.
 */
export function witnessServer(settings: WitnessSettings): FastifyInstance {
  const own: NoteKey = { name: settings.name, type: 4, raw: rawKey(settings.key) }
  const app = Fastify({ bodyLimit: 65_536 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.get('/key', (_request, reply) => reply.type('text/plain; charset=utf-8').send(`${formatKey(own)}\n`))
  app.post('/add-checkpoint', (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const answer = addCheckpoint(settings, own, body)
    return reply
      .status(answer.status)
      .type(answer.type ?? 'text/plain; charset=utf-8')
      .send(answer.body)
  })
  return app
}

function addCheckpoint(settings: WitnessSettings, own: NoteKey, body: Buffer): Answer {
  const request = parse(body)
  if (request === undefined) return { status: 400, body: 'malformed\n' }
  const { old, proof, text, origin, size, root, lines } = request
  const keys = settings.logs.filter((key) => key.name === origin)
  if (keys.length === 0) return { status: 404, body: 'unknown log\n' }
  if (!keys.some((key) => signedBy(key, text, lines))) return { status: 403, body: 'not signed by the log\n' }
  if (old > size) return { status: 400, body: 'old size above the new\n' }
  const seen = settings.memory.latest(origin) ?? { size: 0, root: '' }
  const stale: Answer = { status: 409, type: 'text/x.tlog.size', body: `${seen.size}\n` }
  if (old !== seen.size) return stale
  if (old === size && old > 0) {
    if (seen.root !== root) return stale
    if (proof.length > 0) return { status: 422, body: 'a proof of nothing\n' }
  } else if (!continues(old, seen.root, size, root, proof)) {
    return { status: 422, body: 'not consistent with what was seen\n' }
  }
  settings.memory.keep(origin, { size, root })
  return { status: 200, body: cosignature(settings, own, text) }
}

function continues(
  old: number,
  oldRoot: string,
  size: number,
  root: string,
  proof: readonly Buffer[],
): boolean {
  if (old === 0) return proof.length === 0
  const seen = Buffer.from(oldRoot, 'base64')
  const roots = rootsFromProof(old, seen, size, proof)
  return roots?.old.equals(seen) === true && roots.new.equals(Buffer.from(root, 'base64'))
}

function cosignature(settings: WitnessSettings, own: NoteKey, text: string): string {
  const seconds = BigInt(settings.now())
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(seconds)
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), settings.key)
  return `— ${own.name} ${Buffer.concat([keyId(own), time, signature]).toString('base64')}\n`
}

interface AddCheckpoint {
  readonly old: number
  readonly proof: readonly Buffer[]
  /** The note's text with its last newline. */
  readonly text: string
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly lines: readonly string[]
}

function parse(body: Buffer): AddCheckpoint | undefined {
  let whole: string
  try {
    whole = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
  const [, old, proofLines = '', text, origin = '', size, root = '', signatures = ''] =
    /^old (0|[1-9][0-9]{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:— [^\n]+\n)+)$/.exec(
      whole,
    ) ?? []
  if (text === undefined || old === undefined || size === undefined) return undefined
  return {
    old: Number(old),
    proof: proofLines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Buffer.from(line, 'base64')),
    text,
    origin,
    size: Number(size),
    root,
    lines: signatures.split('\n').filter((line) => line !== ''),
  }
}
