import { hex } from './bytes.ts'
import { type Cbor, decodeCbor } from './cbor.ts'
import {
  between,
  bytesOf,
  choice,
  code,
  count,
  currency,
  day,
  dayOrNone,
  Fields,
  integer,
  list,
  money,
  seconds,
  textUpTo,
  timeText,
  truth,
  tuple,
} from './fields.ts'
import { Refused } from './reasons.ts'

/** What a statement says, in the words of the command's JSON. Times are RFC 3339, dates `YYYY-MM-DD`, ids hexadecimal. */
export type StatementFacts = HeadFacts &
  (ClosureFacts | PerformanceFacts | LatenessFacts | CorrectionFacts | SupersedeFacts | RepaymentFacts)

export interface HeadFacts {
  readonly version: 1
  readonly issuer: string
  readonly id: string
  readonly issuedAt: string
  readonly logOrigin: string
  readonly loggedBy?: string
}

export interface ClosureFacts {
  readonly statement: 'closure'
  readonly identity: 'not-stated' | 'committed'
  readonly line: { readonly opened: string; readonly closed: string; readonly effective: string }
  readonly closureKind: (typeof closureKinds)[number]
  readonly balance: {
    readonly amount: string
    readonly currency: string
    readonly payoffReference: string
    readonly payoffEntry?: string
  }
  readonly obligations: readonly {
    readonly code: string
    readonly due: string
    readonly policy: string
  }[]
  /** `until: null`: no end by itself. */
  readonly clauses: readonly { readonly code: string; readonly until: string | null }[]
  readonly complaints: readonly { readonly kind: string; readonly address: string }[]
  readonly bureau?: { readonly accountType: string; readonly agreementRecord: boolean }
  readonly data?: readonly {
    readonly code: string
    readonly disposition: (typeof dispositions)[number]
    readonly until: string | null
  }[]
}

/** Another statement, which who has it can find by either. */
export interface SubjectFacts {
  readonly id: string
  readonly leaf: string
}

export interface PerformanceFacts {
  readonly statement: 'performance'
  readonly subject: SubjectFacts
  readonly obligation: string
  readonly performedAt: string
  readonly evidence: { readonly kind: string; readonly sha256: string }
}

export interface LatenessFacts {
  readonly statement: 'lateness'
  readonly subject: SubjectFacts
  readonly obligation: string
  readonly due: string
  readonly reason: string
  readonly expectedAt?: string
}

export interface CorrectionFacts {
  readonly statement: 'correction'
  readonly subject: SubjectFacts
  readonly reason: string
  readonly corrected: readonly { readonly field: number; readonly value: string }[]
}

export interface SupersedeFacts {
  readonly statement: 'supersede'
  readonly subject: SubjectFacts
  readonly reason: string
  readonly replacement?: SubjectFacts
}

export interface RepaymentFacts {
  readonly statement: 'repayment-record'
  readonly identity: 'not-stated' | 'committed'
  readonly period: { readonly from: string; readonly to: string }
  readonly currency: string
  readonly loans: number
  readonly drawn: string
  readonly principalRepaid: string
  readonly interestAndFeesPaid: string
  readonly instalments: { readonly due: number; readonly onTime: number; readonly mostDaysPastDue: number }
  readonly owed: string
}

export interface ReadStatement {
  readonly facts: StatementFacts
  readonly issuedAt: bigint
  readonly identity?: { readonly salt: Uint8Array; readonly commitment: Uint8Array }
}

const closureKinds = ['voluntary', 'dormant', 'security', 'credit', 'fraud', 'next-of-kin'] as const
const dispositions = ['erase', 'seal', 'evidence'] as const

const name = textUpTo(80)
const id = bytesOf(16)
const digest = bytesOf(32)

/** Reads a payload by `statement.cddl`; refuses everything that the page does not say. */
export function readStatement(payload: Uint8Array): ReadStatement {
  const map = decodeCbor(payload)
  if (!(map instanceof Map)) throw new Refused('statement-shape')
  const fields = new Fields(map)
  const kind = fields.take(1, integer)
  if (fields.take(2, integer) !== 1n) throw new Refused('statement-version')
  const issuedAt = { value: 0n }
  const head = readHead(fields, issuedAt)
  const salt = fields.take(6, bytesOf(16))
  const commitment = fields.takeOptional(10, digest)
  const identity = commitment === undefined ? undefined : { salt, commitment }
  const committed = identity === undefined ? 'not-stated' : 'committed'
  const facts = readKind(kind, fields, committed)
  if (identity !== undefined && kind !== 1n && kind !== 6n) throw new Refused('statement-shape')
  fields.end()
  const read = { facts: { ...head, ...facts }, issuedAt: issuedAt.value }
  return identity === undefined ? read : { ...read, identity }
}

function readHead(fields: Fields, issuedAt: { value: bigint }): HeadFacts {
  const issuer = fields.take(3, name)
  const statementId = fields.take(4, id)
  issuedAt.value = fields.take(5, seconds)
  const logOrigin = fields.take(7, name)
  const loggedBy = fields.takeOptional(8, time)
  const head = {
    version: 1 as const,
    issuer,
    id: hex(statementId),
    issuedAt: timeText(issuedAt.value),
    logOrigin,
  }
  return loggedBy === undefined ? head : { ...head, loggedBy }
}

function readKind(kind: bigint, fields: Fields, identity: 'not-stated' | 'committed') {
  switch (kind) {
    case 1n:
      return readClosure(fields, identity)
    case 2n:
      return {
        statement: 'performance',
        subject: fields.take(30, subject),
        obligation: fields.take(31, code),
        performedAt: fields.take(32, time),
        evidence: { kind: fields.take(33, code), sha256: hex(fields.take(34, digest)) },
      } as const satisfies PerformanceFacts
    case 3n: {
      const facts = {
        statement: 'lateness',
        subject: fields.take(30, subject),
        obligation: fields.take(31, code),
        due: fields.take(35, time),
        reason: fields.take(36, code),
      } as const satisfies LatenessFacts
      const expectedAt = fields.takeOptional(37, time)
      return expectedAt === undefined ? facts : { ...facts, expectedAt }
    }
    case 4n:
      return {
        statement: 'correction',
        subject: fields.take(30, subject),
        reason: fields.take(36, code),
        corrected: fields.take(38, corrected),
      } as const satisfies CorrectionFacts
    case 5n: {
      const facts = {
        statement: 'supersede',
        subject: fields.take(30, subject),
        reason: fields.take(36, code),
      } as const satisfies SupersedeFacts
      const replacement = fields.takeOptional(39, subject)
      return replacement === undefined ? facts : { ...facts, replacement }
    }
    case 6n:
      return readRepayments(fields, identity)
    default:
      throw new Refused('statement-kind')
  }
}

function readClosure(fields: Fields, identity: 'not-stated' | 'committed'): ClosureFacts {
  const opened = fields.take(11, day)
  const closed = fields.take(12, day)
  const { effective, offset } = fields.take(13, (value) => {
    const [at, minutes] = tuple(value, 2)
    const east = Number(between(-840n, 840n)(minutes))
    return { effective: timeText(seconds(at), east), offset: east }
  })
  if (closed < opened) throw new Refused('statement-value')
  const closureKind = fields.take(14, choice(closureKinds))
  const balance = fields.take(15, (value) => {
    const [unit, amount, reference] = tuple(value, 3)
    if (integer(amount) !== 0n) throw new Refused('balance-not-zero')
    return { amount: '0.00', currency: currency(unit), payoffReference: hex(id(reference)) }
  })
  const policies = fields.take(16, (value) =>
    list(value).map((row) => {
      const [policy, version] = tuple(row, 2)
      return `${name(policy)} ${between(1n, 1_000_000n)(version)}`
    }),
  )
  const obligations = fields.take(17, (value) =>
    list(value).map((row) => {
      const [what, due, index] = tuple(row, 3)
      const policy = policies[count(index)]
      if (policy === undefined) throw new Refused('statement-value')
      return { code: code(what), due: timeText(seconds(due), offset), policy }
    }),
  )
  const clauses = fields.take(18, (value) =>
    list(value).map((row) => {
      const [what, until] = tuple(row, 2)
      return { code: code(what), until: dayOrNone(until) }
    }),
  )
  const complaints = fields.take(19, (value) =>
    list(value).map((row) => {
      const [kind, address] = tuple(row, 2)
      return { kind: code(kind), address: textUpTo(120)(address) }
    }),
  )
  if (complaints.length === 0) throw new Refused('statement-value')
  const bureau = fields.takeOptional(20, (value) => {
    const [accountType, agreementRecord] = tuple(value, 2)
    return { accountType: code(accountType), agreementRecord: truth(agreementRecord) }
  })
  const data = fields.takeOptional(21, (value) =>
    list(value).map((row) => {
      const [what, disposition, until] = tuple(row, 3)
      return { code: code(what), disposition: choice(dispositions)(disposition), until: dayOrNone(until) }
    }),
  )
  const payoffEntry = fields.takeOptional(22, (value) => hex(digest(value)))
  return {
    statement: 'closure',
    identity,
    line: { opened, closed, effective },
    closureKind,
    balance: payoffEntry === undefined ? balance : { ...balance, payoffEntry },
    obligations,
    clauses,
    complaints,
    ...(bureau === undefined ? {} : { bureau }),
    ...(data === undefined ? {} : { data }),
  }
}

function readRepayments(fields: Fields, identity: 'not-stated' | 'committed'): RepaymentFacts {
  const period = fields.take(40, (value) => {
    const [from, to] = tuple(value, 2)
    return { from: day(from), to: day(to) }
  })
  const facts = {
    statement: 'repayment-record',
    identity,
    period,
    currency: fields.take(41, currency),
    loans: fields.take(42, count),
    drawn: fields.take(43, money),
    principalRepaid: fields.take(44, money),
    interestAndFeesPaid: fields.take(45, money),
    instalments: {
      due: fields.take(46, count),
      onTime: fields.take(47, count),
      mostDaysPastDue: fields.take(48, count),
    },
    owed: fields.take(49, money),
  } as const satisfies RepaymentFacts
  if (period.to < period.from || facts.instalments.onTime > facts.instalments.due) {
    throw new Refused('statement-value')
  }
  return facts
}

function time(value: Cbor): string {
  return timeText(seconds(value))
}

function subject(value: Cbor): SubjectFacts {
  const [statementId, leaf] = tuple(value, 2)
  return { id: hex(id(statementId)), leaf: hex(digest(leaf)) }
}

function corrected(value: Cbor): CorrectionFacts['corrected'] {
  if (!(value instanceof Map) || value.size === 0) throw new Refused('statement-shape')
  return [...value].map(([field, right]: [bigint, Cbor]) => ({
    field: count(field),
    value: typeof right === 'bigint' ? String(right) : textUpTo(120)(right),
  }))
}
