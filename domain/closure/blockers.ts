import type { CalendarDate } from '../calendar/date.ts'
import { addOwed, daysPastDue, type Loan, nothingOwed, type Owed, owedOn, totalOwed } from '../loan/loan.ts'
import { type Fen, fen } from '../money/fen.ts'
import type { Policy } from '../policy/policy.ts'

/**
 * Everything that can stand between a line and its end, most pressing first: pages lead with the first, the console lists them all
 * (mission C2; contract "Readiness"). The order of this array is the order of every answer.
 */
export const blockerCodes = [
  'line-missing',
  'line-ended',
  'frozen',
  'overdue',
  'fees-owed',
  'penalty-owed',
  'interest-owed',
  'principal-owed',
  'residual-owed',
  'repayment-unposted',
  'debit-submitted',
  'drawdown-in-flight',
  'credit-balance',
  'refund-in-flight',
] as const

export type BlockerCode = (typeof blockerCodes)[number]

export type Actor = 'borrower' | 'lender' | 'channel'

/** A call that clears a blocker. */
export type Cure = { readonly method: 'POST'; readonly path: string }

/** One reason why the line cannot close now: how much, who must act, and when it can be clear at the earliest. */
export type Blocker = {
  readonly code: BlockerCode
  readonly actor: Actor
  /** Exact fen, where the reason is an amount. */
  readonly amount?: Fen
  /** How many things of this kind there are. */
  readonly count?: number
  /** Earliest instant at which it can be clear without anybody's further act; absent where somebody must act first. */
  readonly clearsAt?: Date
  readonly cure?: Cure
}

/** What the tables say of one account, read under its lock or for a look (mission C2). */
export type ClosureFacts = {
  readonly line: { readonly creditLineId: string; readonly ended: boolean } | undefined
  readonly frozen: boolean
  readonly loans: readonly Loan[]
  readonly creditBalance: Fen
  readonly unpostedRepayments: readonly InTransit[]
  readonly submittedDebits: readonly InTransit[]
  readonly drawdownsInFlight: readonly InTransit[]
  readonly refundsInFlight: readonly InTransit[]
  readonly activeMandates: readonly string[]
  readonly agreements: readonly string[]
  readonly openBlocks: readonly string[]
}

/** Money under way, and when the channel is expected to have answered. */
export type InTransit = { readonly id: string; readonly amount: Fen; readonly expectedBy: Date }

/** Every blocker at once, in the order of `blockerCodes`. An empty answer means: it can close now. */
export function closureBlockers(facts: ClosureFacts, on: CalendarDate, policy: Policy): readonly Blocker[] {
  if (facts.line === undefined) return [{ code: 'line-missing', actor: 'borrower' }]
  if (facts.line.ended) return [{ code: 'line-ended', actor: 'borrower' }]
  return [
    ...frozen(facts),
    ...overdue(facts, on, policy),
    ...debts(facts, on, policy),
    ...inTransit('repayment-unposted', facts.unpostedRepayments),
    ...inTransit('debit-submitted', facts.submittedDebits),
    ...inTransit('drawdown-in-flight', facts.drawdownsInFlight),
    ...creditBalance(facts),
    ...inTransit('refund-in-flight', facts.refundsInFlight),
  ]
}

/** All that the loans owe on `on`. */
export function debtOn(loans: readonly Loan[], on: CalendarDate): Owed {
  return loans.map((loan) => owedOn(loan, on)).reduce(addOwed, nothingOwed)
}

/** A rest that the closing itself gives up (F2): above zero, below the policy's bound, and the policy waives. */
export function waivedResidual(loans: readonly Loan[], on: CalendarDate, policy: Policy): Owed {
  const owed = debtOn(loans, on)
  return isResidual(owed, policy) && policy.residual.treatment === 'waived' ? owed : nothingOwed
}

function isResidual(owed: Owed, policy: Policy): boolean {
  const total = totalOwed(owed)
  return total > 0n && total < policy.residual.below
}

const payoff: Cure = { method: 'POST', path: '/v1/me/payoff-quotes' }

function frozen(facts: ClosureFacts): readonly Blocker[] {
  return facts.frozen ? [{ code: 'frozen', actor: 'lender' }] : []
}

function overdue(facts: ClosureFacts, on: CalendarDate, policy: Policy): readonly Blocker[] {
  if (totalOwed(waivedResidual(facts.loans, on, policy)) > 0n) return []
  const late = facts.loans.filter((loan) => daysPastDue(loan, on) > 0)
  if (late.length === 0) return []
  const bills = late.flatMap((loan) => loan.bills.filter((bill) => bill.dueOn < on))
  const amount = fen(bills.reduce((sum, bill) => sum + bill.principalLeft + bill.interestLeft, 0n))
  return [{ code: 'overdue', amount, count: late.length, ...clearing(facts, amount) }]
}

function debts(facts: ClosureFacts, on: CalendarDate, policy: Policy): readonly Blocker[] {
  const owed = debtOn(facts.loans, on)
  if (isResidual(owed, policy)) {
    if (policy.residual.treatment === 'waived') return []
    return [{ code: 'residual-owed', amount: totalOwed(owed), ...clearing(facts, totalOwed(owed)) }]
  }
  const kinds = [
    ['fees-owed', owed.fees],
    ['penalty-owed', owed.penalty],
    ['interest-owed', owed.interest],
    ['principal-owed', owed.principal],
  ] as const
  const way = clearing(facts, totalOwed(owed))
  return kinds.flatMap(([code, amount]) => (amount > 0n ? [{ code, amount, ...way }] : []))
}

/** A debt that money on its way will cover waits for the channel, and nobody is asked to pay it twice; any other is the borrower's to pay. */
function clearing(facts: ClosureFacts, owed: Fen): Pick<Blocker, 'actor' | 'clearsAt' | 'cure'> {
  const [blocker] = inTransit('repayment-unposted', [...facts.unpostedRepayments, ...facts.submittedDebits])
  const covered = blocker?.amount !== undefined && blocker.amount >= owed
  return covered && blocker.clearsAt !== undefined
    ? { actor: 'channel', clearsAt: blocker.clearsAt }
    : { actor: 'borrower', cure: payoff }
}

function inTransit(code: BlockerCode, payments: readonly InTransit[]): readonly Blocker[] {
  const [first, ...others] = payments
  if (first === undefined) return []
  const amount = fen(payments.reduce((sum, payment) => sum + payment.amount, 0n))
  const clearsAt = others.reduce((latest, { expectedBy }) => later(latest, expectedBy), first.expectedBy)
  return [{ code, actor: 'channel', amount, count: payments.length, clearsAt }]
}

function later(a: Date, b: Date): Date {
  return new Date(Math.max(a.getTime(), b.getTime()))
}

function creditBalance(facts: ClosureFacts): readonly Blocker[] {
  if (facts.creditBalance === 0n) return []
  return [
    {
      code: 'credit-balance',
      actor: 'borrower',
      amount: facts.creditBalance,
      cure: { method: 'POST', path: '/v1/me/refunds' },
    },
  ]
}
