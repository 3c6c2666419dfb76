import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Fen } from '@jieqing/domain/money/fen'

/**
 * What the lender states and signs. Facts only, no free text; each kind refers to others by `Subject`, so that no statement ever changes
 * (mission L3, PIPL 47). The written form is `fixtures/proof/statement.cddl`.
 */
export type Statement = Closure | Performance | Lateness | Correction | Supersede | RepaymentRecord

export interface Head {
  /** The name that the issuer's keys are pinned under, 1 to 80 bytes. */
  readonly issuer: string
  /** 16 random bytes; of a closure it is the closure id. */
  readonly id: Uint8Array
  /** When the facts were fixed; whole seconds count. */
  readonly issuedAt: Date
  /** 16 random bytes: who has not the statement learns nothing from the log's leaf, nor from the identity's commitment. */
  readonly salt: Uint8Array
  /** The log that holds the leaf. */
  readonly logOrigin: string
  /** The promise by when a published checkpoint covers it. */
  readonly loggedBy?: Date
}

export type ClosureKind = 'voluntary' | 'dormant' | 'security' | 'credit' | 'fraud' | 'next-of-kin'

export interface PromisedObligation {
  readonly code: string
  readonly due: Date
  readonly policy: PolicyName
}

export interface PolicyName {
  readonly name: string
  /** From 1. */
  readonly version: number
}

export interface SurvivingClause {
  readonly code: string
  /** Its last day; without one it does not end by itself. */
  readonly until?: CalendarDate
}

export interface ComplaintRoute {
  /** `phone`, `page`, `post`, `regulator` … */
  readonly kind: string
  readonly address: string
}

export interface DataFate {
  /** The class of data. */
  readonly code: string
  readonly disposition: 'erase' | 'seal' | 'evidence'
  /** When it is erased or sealed no longer; none for "at once" and for "no end". */
  readonly until?: CalendarDate
}

/** A line is closed and nothing is owed: the balance of a closure is zero by type. */
export interface Closure extends Head {
  readonly kind: 'closure'
  /** `identityCommitment` with this statement's salt. */
  readonly identity?: Uint8Array
  readonly opened: CalendarDate
  readonly closed: CalendarDate
  readonly effectiveAt: Date
  /** Minutes east of UTC in which `effectiveAt` is told. */
  readonly offsetMinutes: number
  readonly closureKind: ClosureKind
  /** ISO 4217. */
  readonly currency: string
  /** 16 bytes: the payoff that brought the balance to zero, or the closing order where nothing was owed. */
  readonly payoffReference: Uint8Array
  /** SHA-256 of the payoff's journal entry. */
  readonly payoffEntry?: Uint8Array
  readonly obligations: readonly PromisedObligation[]
  readonly clauses: readonly SurvivingClause[]
  /** At least one. */
  readonly complaints: readonly ComplaintRoute[]
  readonly bureau?: { readonly accountType: string; readonly agreementRecord: boolean }
  readonly data?: readonly DataFate[]
}

/** Another statement, by its id and by what the log holds of it. */
export interface Subject {
  readonly id: Uint8Array
  readonly leaf: Uint8Array
}

export interface Performance extends Head {
  readonly kind: 'performance'
  readonly subject: Subject
  readonly obligation: string
  readonly performedAt: Date
  /** `delivery-receipt`, `bureau-feedback`, `destruction-receipt` … */
  readonly evidenceKind: string
  /** SHA-256 of the evidence. */
  readonly evidence: Uint8Array
}

export interface Lateness extends Head {
  readonly kind: 'lateness'
  readonly subject: Subject
  readonly obligation: string
  readonly due: Date
  readonly reason: string
  readonly expectedAt?: Date
}

export interface Correction extends Head {
  readonly kind: 'correction'
  readonly subject: Subject
  readonly reason: string
  /** Right values by the key of the wrong fact in the CDDL; at least one. */
  readonly facts: ReadonlyMap<number, bigint | string>
}

export interface Supersede extends Head {
  readonly kind: 'supersede'
  readonly subject: Subject
  readonly reason: string
  readonly replacement?: Subject
}

/** How a line was used and repaid over a period (还款记录证明). */
export interface RepaymentRecord extends Head {
  readonly kind: 'repayment-record'
  /** `identityCommitment` with this statement's salt. */
  readonly identity?: Uint8Array
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly currency: string
  readonly loans: number
  readonly drawn: Fen
  readonly principalRepaid: Fen
  readonly interestAndFeesPaid: Fen
  readonly instalmentsDue: number
  readonly instalmentsOnTime: number
  readonly mostDaysPastDue: number
  readonly owed: Fen
}
