import { dayNumber } from '@jieqing/domain/calendar/date'
import { encode, rfc8949EncodeOptions } from 'cborg'
import { codeNumbers } from './codes.ts'
import type {
  Closure,
  ClosureKind,
  DataFate,
  Head,
  RepaymentRecord,
  Statement,
  Subject,
} from './statement.ts'

type Field = [key: number, value: unknown]

/**
 * The exact bytes that are stored in the closing transaction, hashed into the log and signed: deterministic CBOR with integer keys as
 * `fixtures/proof/statement.cddl` writes it. Throws RangeError on facts outside that page: what cannot be checked must not be signed.
 */
export function statementBytes(statement: Statement): Uint8Array {
  const fields: Field[] = [[1, kinds[statement.kind]], ...head(statement), ...body(statement)]
  const bytes = deterministic(new Map(fields))
  if (bytes.length > 4096) throw new RangeError(`a statement of ${bytes.length} bytes is too long`)
  return bytes
}

/** RFC 8949 4.2.1. */
export function deterministic(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions)
}

const kinds = {
  closure: 1,
  performance: 2,
  lateness: 3,
  correction: 4,
  supersede: 5,
  'repayment-record': 6,
} as const

function head(statement: Head): Field[] {
  return [
    [2, 1],
    [3, text(statement.issuer, 80)],
    [4, bytesOf(statement.id, 16)],
    [5, seconds(statement.issuedAt)],
    [6, bytesOf(statement.salt, 16)],
    [7, text(statement.logOrigin, 80)],
    ...optional(8, statement.loggedBy, seconds),
  ]
}

function body(statement: Statement): Field[] {
  switch (statement.kind) {
    case 'closure':
      return closure(statement)
    case 'performance':
      return [
        [30, subject(statement.subject)],
        [31, code(statement.obligation)],
        [32, seconds(statement.performedAt)],
        [33, code(statement.evidenceKind)],
        [34, bytesOf(statement.evidence, 32)],
      ]
    case 'lateness':
      return [
        [30, subject(statement.subject)],
        [31, code(statement.obligation)],
        [35, seconds(statement.due)],
        [36, code(statement.reason)],
        ...optional(37, statement.expectedAt, seconds),
      ]
    case 'correction': {
      if (statement.facts.size === 0) throw new RangeError('a correction without a fact')
      const facts = [...statement.facts].map(([key, value]): [number, bigint | string] => [
        count(key),
        typeof value === 'string' ? text(value, 120) : value,
      ])
      return [
        [30, subject(statement.subject)],
        [36, code(statement.reason)],
        [38, new Map(facts)],
      ]
    }
    case 'supersede':
      return [
        [30, subject(statement.subject)],
        [36, code(statement.reason)],
        ...optional(39, statement.replacement, subject),
      ]
    case 'repayment-record':
      return repaymentRecord(statement)
  }
}

function closure(statement: Closure): Field[] {
  if (statement.closed < statement.opened) throw new RangeError('closed before it was opened')
  if (statement.complaints.length === 0)
    throw new RangeError('a certificate names at least one way to complain')
  if (Math.abs(count(Math.abs(statement.offsetMinutes))) > 840) throw new RangeError('offset above 14 hours')
  const policies = [
    ...new Map(statement.obligations.map((o) => [`${o.policy.name} ${o.policy.version}`, o.policy])).values(),
  ]
  const indexOf = (policy: { name: string; version: number }) =>
    policies.findIndex((known) => known.name === policy.name && known.version === policy.version)
  return [
    ...optional(10, statement.identity, (commitment) => bytesOf(commitment, 32)),
    [11, dayNumber(statement.opened)],
    [12, dayNumber(statement.closed)],
    [13, [seconds(statement.effectiveAt), statement.offsetMinutes]],
    [14, closureKinds[statement.closureKind]],
    [15, [currency(statement.currency), 0, bytesOf(statement.payoffReference, 16)]],
    [16, policies.map((policy) => [text(policy.name, 80), positive(policy.version)])],
    [17, statement.obligations.map((o) => [code(o.code), seconds(o.due), indexOf(o.policy)])],
    [
      18,
      statement.clauses.map((clause) => [
        code(clause.code),
        clause.until === undefined ? 0 : dayNumber(clause.until),
      ]),
    ],
    [19, statement.complaints.map((route) => [code(route.kind), text(route.address, 120)])],
    ...optional(20, statement.bureau, (bureau) => [code(bureau.accountType), bureau.agreementRecord]),
    ...optional(21, statement.data, (rows) => rows.map(fate)),
    ...optional(22, statement.payoffEntry, (digest) => bytesOf(digest, 32)),
  ]
}

function fate(row: DataFate): unknown {
  return [code(row.code), dispositions[row.disposition], row.until === undefined ? 0 : dayNumber(row.until)]
}

function repaymentRecord(statement: RepaymentRecord): Field[] {
  if (statement.to < statement.from) throw new RangeError('the period ends before it begins')
  if (statement.instalmentsOnTime > statement.instalmentsDue)
    throw new RangeError('more instalments on time than due')
  return [
    ...optional(10, statement.identity, (commitment) => bytesOf(commitment, 32)),
    [40, [dayNumber(statement.from), dayNumber(statement.to)]],
    [41, currency(statement.currency)],
    [42, count(statement.loans)],
    [43, statement.drawn],
    [44, statement.principalRepaid],
    [45, statement.interestAndFeesPaid],
    [46, count(statement.instalmentsDue)],
    [47, count(statement.instalmentsOnTime)],
    [48, count(statement.mostDaysPastDue)],
    [49, statement.owed],
  ]
}

const closureKinds: Readonly<Record<ClosureKind, number>> = {
  voluntary: 1,
  dormant: 2,
  security: 3,
  credit: 4,
  fraud: 5,
  'next-of-kin': 6,
}

const dispositions = { erase: 1, seal: 2, evidence: 3 } as const

function optional<T>(key: number, value: T | undefined, write: (value: T) => unknown): Field[] {
  return value === undefined ? [] : [[key, write(value)]]
}

function subject(value: Subject): unknown {
  return [bytesOf(value.id, 16), bytesOf(value.leaf, 32)]
}

function seconds(at: Date): number {
  const value = Math.floor(at.getTime() / 1000)
  if (!(value >= 0 && value <= 253402300799)) throw new RangeError('a time outside 1970 to 9999')
  return value
}

function bytesOf(value: Uint8Array, length: number): Uint8Array {
  if (value.length !== length) throw new RangeError(`${value.length} bytes where ${length} belong`)
  return value
}

function code(value: string): string | number {
  if (value.length > 40 || !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(value))
    throw new RangeError(`not a code: ${value}`)
  return codeNumbers[value] ?? value
}

function currency(value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new RangeError(`not a currency: ${value}`)
  return value
}

function text(value: string, most: number): string {
  const length = Buffer.byteLength(value)
  // A lone surrogate would be written as something else than it is.
  if (length === 0 || length > most || Buffer.from(value).toString() !== value)
    throw new RangeError(`text of ${length} bytes`)
  return value
}

function count(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`)
  return value
}

function positive(value: number): number {
  if (count(value) === 0) throw new RangeError('versions begin with 1')
  return value
}
