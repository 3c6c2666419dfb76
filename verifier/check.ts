import { concat, hex, same } from './bytes.ts'
import { allowedAlgorithm, byteString, readSigned, type SignedStatement, textString } from './cose.ts'
import type { Crypto } from './crypto.ts'
import { timeText } from './fields.ts'
import { type Carried, carriedBy, type ReadPicture } from './input.ts'
import type { Issuer, PinnedKey, Policy } from './policy.ts'
import { checkProof, type LoggedFacts, leafOf } from './proof.ts'
import { type Reason, Refused, type Verdict, verdictOf } from './reasons.ts'
import { type ReadStatement, readStatement, type StatementFacts } from './statement.ts'

export interface Answer {
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly facts: Facts
}

/** What is proven. Of a statement whose signature does not hold nothing is told but the key it names. */
export interface Facts {
  readonly format?: Carried['format']
  /** The key that the statement names, hexadecimal. */
  readonly kid?: string
  /** What the policy calls the issuer, by language. */
  readonly issuerTitle?: Readonly<Record<string, string>>
  readonly statement?: StatementFacts
  /** SHA-256 commitment in the log, hexadecimal. */
  readonly leaf?: string
  readonly identity?: 'not-stated' | 'not-asked' | 'matches'
  readonly log?:
    | { readonly proof: 'not-given' }
    | {
        readonly proof: 'verified'
        readonly index: string
        readonly size: string
        readonly root: string
        readonly witnesses: readonly { readonly name: string; readonly at: string }[]
      }
}

export interface Person {
  readonly name: string
  readonly idType: string
  readonly idNumber: string
}

export interface CheckSettings {
  readonly crypto: Crypto
  readonly readPicture: ReadPicture
  /** Without one nobody's key is believed. */
  readonly policy?: Policy
  /** A `.tlog-proof`; goes before one that is attached. */
  readonly proof?: Uint8Array
  /** Whom the statement should be about. */
  readonly person?: Person
}

/**
 * Checks whatever is thought to be a certificate: a file, the text of a QR code, a picture of one, a PDF. Answers for every input, never
 * throws for one; needs no network and no clock.
 */
export function check(input: Uint8Array, settings: CheckSettings): Answer {
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {}
  try {
    const carried = carriedBy(input, settings.readPicture)
    facts.format = carried.format
    const signed = readSigned(carried.signed)
    facts.kid = hex(signed.kid)
    const { issuer, key } = pinned(settings.policy, signed.kid)
    if (signed.algorithm !== allowedAlgorithm) throw new Refused('algorithm')
    if (!settings.crypto.verify(key.publicKey, signed.signed, signed.signature))
      throw new Refused('signature')
    const found = settled(signed, readPayload(signed.payload), { issuer, key }, carried, settings, facts)
    return { verdict: verdictOf(found), reasons: found, facts }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { verdict: verdictOf([error.reason]), reasons: [error.reason], facts }
  }
}

/** The signature holds: everything that is still off is told at once. */
function settled(
  signed: SignedStatement,
  statement: ReadStatement,
  { issuer, key }: { issuer: Issuer; key: PinnedKey },
  carried: Carried,
  settings: CheckSettings,
  facts: { -readonly [K in keyof Facts]: Facts[K] },
): readonly Reason[] {
  facts.statement = statement.facts
  facts.issuerTitle = issuer.title
  facts.leaf = hex(leafOf(settings.crypto, signed.payload))
  const found: Reason[] = []
  if (statement.facts.issuer !== issuer.name) found.push('issuer-differs')
  if (key.from !== undefined && statement.issuedAt < key.from) found.push('key-not-yet')
  if (key.until !== undefined && statement.issuedAt >= key.until) found.push('key-retired')
  const person = checkPerson(statement, settings)
  if (person === 'not-stated' || person === 'not-asked' || person === 'matches') facts.identity = person
  else found.push(person)
  const logged = checkLog(signed.payload, statement.facts.logOrigin, carried, settings)
  if (typeof logged === 'string') found.push(logged)
  else facts.log = logged === undefined ? { proof: 'not-given' } : logFacts(logged)
  if (key.compromised !== undefined && !seenBefore(key.compromised, logged)) found.push('key-compromised')
  return found
}

/** Signed by a pinned key and still not a statement: invalid, whatever its bytes are. */
function readPayload(payload: Uint8Array): ReadStatement {
  try {
    return readStatement(payload)
  } catch (error) {
    if (error instanceof Refused && verdictOf([error.reason]) !== 'invalid')
      throw new Refused('statement-shape')
    throw error
  }
}

function pinned(policy: Policy | undefined, kid: Uint8Array): { issuer: Issuer; key: PinnedKey } {
  if (policy === undefined) throw new Refused('no-policy')
  for (const issuer of policy.issuers) {
    const key = issuer.keys.find((one) => same(one.kid, kid))
    if (key !== undefined) return { issuer, key }
  }
  throw new Refused('key-unknown')
}

function checkPerson(
  statement: ReadStatement,
  { crypto, person }: CheckSettings,
): NonNullable<Facts['identity']> | 'identity-not-stated' | 'identity-differs' {
  const { identity } = statement
  if (person === undefined) return identity === undefined ? 'not-stated' : 'not-asked'
  if (identity === undefined) return 'identity-not-stated'
  const texts = [person.name, person.idType, person.idNumber].map((text) => textString(text.normalize('NFC')))
  const commitment = crypto.sha256(concat(Uint8Array.of(0x84), byteString(identity.salt), ...texts))
  return same(commitment, identity.commitment) ? 'matches' : 'identity-differs'
}

/** Nothing given is no reason unless the policy asks for it. */
function checkLog(
  payload: Uint8Array,
  origin: string,
  carried: Carried,
  settings: CheckSettings,
): LoggedFacts | Reason | undefined {
  const { crypto, policy } = settings
  const proof = settings.proof ?? carried.proof
  if (policy === undefined) return 'no-policy'
  if (proof === undefined) return policy.proof === 'required' ? 'proof-missing' : undefined
  try {
    return checkProof(crypto, policy, origin, payload, proof)
  } catch (error) {
    if (error instanceof Refused) return error.reason
    throw error
  }
}

function seenBefore(moment: bigint, logged: LoggedFacts | Reason | undefined): boolean {
  return typeof logged === 'object' && logged.witnesses.some((witness) => witness.at < moment)
}

function logFacts(logged: LoggedFacts): NonNullable<Facts['log']> {
  return {
    proof: 'verified',
    index: String(logged.index),
    size: String(logged.size),
    root: logged.root,
    witnesses: logged.witnesses.map(({ name, at }) => ({ name, at: timeText(at < latest ? at : latest) })),
  }
}

const latest = 253402300799n
