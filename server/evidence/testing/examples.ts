import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { calendarDate } from '@jieqing/domain/calendar/date'
import { fen } from '@jieqing/domain/money/fen'
import { Personal } from '../../platform/personal.ts'
import { identityCommitment } from '../identity.ts'
import { localSigner } from '../local-key.ts'
import type { Signer } from '../signer.ts'
import type { Closure, Statement } from '../statement.ts'

interface Vector {
  readonly name: string
  readonly payload: string
  readonly signed: string
  readonly qr: string
  readonly leaf: string
  readonly proof: string
}

/** `fixtures/proof/vectors.json`, as far as who signs needs it. */
export const vectors: {
  readonly issuer: { readonly seed: string; readonly kid: string }
  readonly person: { readonly name: string; readonly idType: string; readonly idNumber: string }
  readonly policy: object
  readonly statements: readonly Vector[]
  readonly base45: readonly { readonly bytes: string; readonly text: string }[]
  readonly entries: readonly string[]
  readonly trees: readonly {
    readonly size: number
    readonly root: string
    readonly inclusion: readonly (readonly string[])[]
    readonly consistency: readonly (readonly string[])[]
  }[]
} = JSON.parse(readFileSync(new URL('../../../fixtures/proof/vectors.json', import.meta.url), 'utf8'))

export function vector(name: string): Vector {
  const found = vectors.statements.find((statement) => statement.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}

/** The key of the vectors. */
export function exampleSigner(): Signer {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(vectors.issuer.seed, 'hex'),
  ])
  return localSigner(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

const at = new Date('2026-11-22T10:00:00+08:00')
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const day = 86_400
const policy = { name: 'cn-2026', version: 1 }

/** Fixed bytes of the vectors, found by the field that they are in. */
function fixed(name: string, from: number, length: number): Uint8Array {
  return Buffer.from(vector(name).payload, 'hex').subarray(from, from + length)
}

function head(name: string) {
  const payload = Buffer.from(vector(name).payload, 'hex')
  // kind, version, issuer of 14 characters, id, time, salt: the head is of one length in all of them.
  const id = payload.indexOf(Buffer.from('0450', 'hex')) + 2
  return {
    issuer: 'lender.example',
    id: fixed(name, id, 16),
    issuedAt: at,
    salt: fixed(name, id + 16 + 6 + 2, 16),
    logOrigin: 'lender.example/closures',
  }
}

function after(name: string, marker: string, length: number): Uint8Array {
  const payload = Buffer.from(vector(name).payload, 'hex')
  const found = payload.indexOf(Buffer.from(marker, 'hex'))
  if (found < 0) throw new Error(`no ${marker} in ${name}`)
  return fixed(name, found + marker.length / 2, length)
}

/** The facts from which the vectors' closure must come out. */
export function exampleClosure(): Closure {
  const first = head('closure')
  return {
    ...first,
    kind: 'closure',
    loggedBy: later(day),
    identity: identityCommitment(first.salt, new Personal(vectors.person)),
    opened: calendarDate('2023-04-01'),
    closed: calendarDate('2026-11-22'),
    effectiveAt: at,
    offsetMinutes: 480,
    closureKind: 'voluntary',
    currency: 'CNY',
    payoffReference: after('closure', '0f8363434e590050', 16),
    payoffEntry: after('closure', '165820', 32),
    obligations: [
      { code: 'notify.sms', due: later(600), policy },
      { code: 'certificate.issue', due: later(day), policy },
      { code: 'bureau.accounts', due: later(30 * day), policy },
      { code: 'bureau.agreement', due: later(30 * day), policy },
      { code: 'erase.biometric', due: later(30 * day), policy },
      { code: 'shred.vouchers', due: later(3653 * day), policy },
    ],
    clauses: [{ code: 'dispute-resolution' }, { code: 'tax' }, { code: 'intellectual-property' }],
    complaints: [
      { kind: 'phone', address: '400-000-0000' },
      { kind: 'regulator', address: '12378' },
    ],
    bureau: { accountType: 'r1', agreementRecord: true },
    data: [
      { code: 'biometric', disposition: 'erase', until: calendarDate('2026-12-22') },
      { code: 'identity', disposition: 'seal', until: calendarDate('2036-11-22') },
      { code: 'marketing', disposition: 'erase', until: calendarDate('2026-12-13') },
    ],
  }
}

/** Each of the vectors' statements from its facts. */
export function exampleStatements(): Readonly<Record<string, Statement>> {
  const closure = exampleClosure()
  const subject = { id: closure.id, leaf: Buffer.from(vector('closure').leaf, 'hex') }
  const { identity = new Uint8Array(0) } = closure
  return {
    closure,
    'least-closure': {
      ...head('least-closure'),
      kind: 'closure',
      opened: closure.opened,
      closed: closure.closed,
      effectiveAt: at,
      offsetMinutes: 480,
      closureKind: 'dormant',
      currency: 'CNY',
      payoffReference: after('least-closure', '0f8363434e590050', 16),
      obligations: [],
      clauses: [],
      complaints: [{ kind: 'regulator', address: '12378' }],
    },
    performance: {
      ...head('performance'),
      kind: 'performance',
      subject,
      obligation: 'notify.sms',
      performedAt: later(42),
      evidenceKind: 'delivery-receipt',
      evidence: after('performance', '18225820', 32),
    },
    lateness: {
      ...head('lateness'),
      kind: 'lateness',
      subject,
      obligation: 'bureau.accounts',
      due: later(30 * day),
      reason: 'provider-silent',
      expectedAt: later(33 * day),
    },
    correction: {
      ...head('correction'),
      kind: 'correction',
      subject,
      reason: 'wrong-fact',
      facts: new Map([[11, 19449n]]),
    },
    supersede: { ...head('supersede'), kind: 'supersede', subject, reason: 'repayment-reversed' },
    'repayment-record': {
      ...head('repayment-record'),
      kind: 'repayment-record',
      identity,
      from: closure.opened,
      to: closure.closed,
      currency: 'CNY',
      loans: 3,
      drawn: fen(4_500_000n),
      principalRepaid: fen(4_500_000n),
      interestAndFeesPaid: fen(212_345n),
      instalmentsDue: 30,
      instalmentsOnTime: 29,
      mostDaysPastDue: 2,
      owed: fen(0n),
    },
  }
}
