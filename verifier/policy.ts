import { fromBase64, fromHex, same } from './bytes.ts'
import type { Crypto } from './crypto.ts'
import { type NoteKey, readKey } from './note.ts'

/** Whom the person who checks believes: keys of issuers, logs, witnesses and how many of them. */
export interface Policy {
  readonly issuers: readonly Issuer[]
  readonly logs: readonly NoteKey[]
  readonly witnesses: ReadonlyMap<string, NoteKey>
  readonly quorum: Quorum
  readonly proof: 'required' | 'optional'
}

export interface Issuer {
  readonly name: string
  /** What people call it, by language. */
  readonly title: Readonly<Record<string, string>>
  readonly keys: readonly PinnedKey[]
}

export interface PinnedKey {
  readonly kid: Uint8Array
  readonly publicKey: Uint8Array
  /** Seconds since 1970. A statement issued outside them is not believed. */
  readonly from?: bigint
  readonly until?: bigint
  /** From then on others may have had the key: only what witnesses saw in the log before is believed. */
  readonly compromised?: bigint
}

/** True where enough witnesses have cosigned. */
export type Quorum = (cosigned: ReadonlySet<string>) => boolean

export class PolicyError extends Error {}

/**
 * Reads a policy file: JSON of `docs/reference/verify.md`, its `log` lines in the form of C2SP tlog-policy. Throws PolicyError saying what
 * is off: a policy that is half understood protects nobody.
 */
export function readPolicy(crypto: Crypto, text: string): Policy {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new PolicyError('not JSON')
  }
  const policy = object(json, ['version', 'issuers', 'log', 'proof'])
  if (policy.version !== 1) throw new PolicyError('version is not 1')
  const proof = policy.proof ?? 'optional'
  if (proof !== 'required' && proof !== 'optional') throw new PolicyError('proof is not required or optional')
  const issuers = array(policy.issuers).map((issuer) => readIssuer(crypto, issuer))
  return { issuers, ...readLogLines(crypto, array(policy.log ?? ['quorum none'])), proof }
}

function readIssuer(crypto: Crypto, json: unknown): Issuer {
  const issuer = object(json, ['name', 'title', 'keys'])
  const title = issuer.title === undefined ? {} : object(issuer.title, ['zh', 'en'])
  return {
    name: text(issuer.name),
    title: Object.fromEntries(Object.entries(title).map(([language, value]) => [language, text(value)])),
    keys: array(issuer.keys).map((key) => readPinned(crypto, key)),
  }
}

function readPinned(crypto: Crypto, json: unknown): PinnedKey {
  const key = object(json, ['kid', 'publicKey', 'from', 'until', 'compromised'])
  const kid = fromHex(text(key.kid))
  const publicKey = fromBase64(text(key.publicKey))
  if (publicKey === undefined || publicKey.length !== 32) throw new PolicyError('publicKey is not 32 bytes')
  if (kid === undefined || !same(crypto.sha256(publicKey).slice(0, 8), kid)) {
    throw new PolicyError(`kid ${key.kid} is not of its key`)
  }
  return {
    kid,
    publicKey,
    ...(key.from === undefined ? {} : { from: seconds(key.from) }),
    ...(key.until === undefined ? {} : { until: seconds(key.until) }),
    ...(key.compromised === undefined ? {} : { compromised: seconds(key.compromised) }),
  }
}

function readLogLines(
  crypto: Crypto,
  lines: readonly unknown[],
): Pick<Policy, 'logs' | 'witnesses' | 'quorum'> {
  if (lines.length > 256) throw new PolicyError('more than 256 lines')
  const logs: NoteKey[] = []
  const witnesses = new Map<string, NoteKey>()
  const names = new Map<string, Quorum>([['none', () => true]])
  let quorum: Quorum | undefined
  const inGroup = new Set<string>()
  const known = (name: string): Quorum => {
    const rule = names.get(name)
    if (rule === undefined) throw new PolicyError(`${name} is not defined above its use`)
    return rule
  }
  const define = (name: string, rule: Quorum) => {
    if (name === '' || names.has(name)) throw new PolicyError(`${name} is defined twice`)
    names.set(name, rule)
  }
  const keyOf = (line: string, type: 1 | 4, vkey = ''): NoteKey => {
    const key = readKey(crypto, vkey)
    if (key === undefined || key.type !== type) throw new PolicyError(`no key for it: ${line}`)
    const all = [...logs, ...witnesses.values()]
    if (all.some((other) => other.type === type && same(other.publicKey, key.publicKey))) {
      throw new PolicyError(`the same key twice: ${line}`)
    }
    return key
  }
  for (const line of lines) {
    const words = text(line)
      .split(/[ \t]+/)
      .filter((word) => word !== '')
    const [keyword = '', name = '', ...rest] = words
    if (keyword === '' || keyword.startsWith('#')) continue
    if (keyword === 'log' && rest.length <= 1) {
      logs.push(keyOf(text(line), 1, name))
    } else if (keyword === 'witness' && rest.length >= 1 && rest.length <= 2) {
      const key = keyOf(text(line), 4, rest[0])
      define(name, (cosigned) => cosigned.has(name))
      witnesses.set(name, key)
    } else if (keyword === 'group') {
      const [threshold = '', ...members] = rest
      const rules = members.map((member) => {
        if (member === 'none' || inGroup.has(member)) throw new PolicyError(`${member} cannot be a member`)
        inGroup.add(member)
        return known(member)
      })
      const least = thresholdOf(threshold, rules.length)
      define(name, (cosigned) => rules.filter((rule) => rule(cosigned)).length >= least)
    } else if (keyword === 'quorum' && rest.length === 0 && quorum === undefined) {
      quorum = known(name)
    } else {
      throw new PolicyError(`not understood: ${line}`)
    }
  }
  if (quorum === undefined) throw new PolicyError('no quorum line')
  return { logs, witnesses, quorum }
}

function thresholdOf(word: string, members: number): number {
  const least = word === 'any' ? 1 : word === 'all' ? members : /^[1-9][0-9]?$/.test(word) ? Number(word) : 0
  if (least < 1 || least > members) throw new PolicyError(`a group of ${members} cannot need ${word}`)
  return least
}

function object(json: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new PolicyError('not an object')
  for (const key of Object.keys(json)) {
    if (!keys.includes(key)) throw new PolicyError(`unknown: ${key}`)
  }
  return { ...json }
}

function array(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new PolicyError('not a list')
  return json
}

function text(json: unknown): string {
  if (typeof json !== 'string' || json === '') throw new PolicyError('not a text')
  return json
}

function seconds(json: unknown): bigint {
  const at = Date.parse(text(json))
  if (Number.isNaN(at) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(text(json)))
    throw new PolicyError(`not a time: ${json}`)
  return BigInt(Math.floor(at / 1000))
}
