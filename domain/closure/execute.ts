import type { CalendarDate } from '../calendar/date.ts'
import { type Posting, postingsOf } from '../ledger/posting.ts'
import { accruedThrough, type Loan, unbilledInterestOn, withoutInterest } from '../loan/loan.ts'
import { addFen, type Fen, noFen } from '../money/fen.ts'
import type { Policy } from '../policy/policy.ts'
import { type Blocker, type ClosureFacts, closureBlockers } from './blockers.ts'

/** What an accepted closing does, all of it in one transaction (mission C5, design 2.1). */
export type ClosingDecision =
  | { readonly kind: 'refused'; readonly blockers: readonly Blocker[] }
  | {
      readonly kind: 'accepted'
      readonly creditLineId: string
      readonly waivers: readonly Waiver[]
      /** Loans ended by the waiver, as they stand afterwards. */
      readonly endedLoans: readonly Loan[]
      readonly postings: readonly Posting[]
      readonly mandatesEnded: readonly string[]
      readonly agreementsEnded: readonly string[]
      readonly blocksEnded: readonly string[]
    }

export type Waiver = {
  readonly loanId: string
  readonly component: 'fees' | 'interest' | 'principal'
  readonly amount: Fen
}

/** Decides under the lock, on facts read after it: refused with every blocker at once, or accepted with everything that follows. */
export function decideClosing(facts: ClosureFacts, on: CalendarDate, policy: Policy): ClosingDecision {
  const blockers = closureBlockers(facts, on, policy)
  if (blockers.length > 0 || facts.line === undefined) return { kind: 'refused', blockers }

  const open = facts.loans.map((loan) => waive(loan, on))
  return {
    kind: 'accepted',
    creditLineId: facts.line.creditLineId,
    waivers: open.flatMap((one) => one.waivers),
    endedLoans: open.map((one) => one.loan),
    postings: open.flatMap((one) => one.postings),
    mandatesEnded: facts.activeMandates,
    agreementsEnded: facts.agreements,
    blocksEnded: facts.openBlocks,
  }
}

/** Gives up all that a loan still owes; the loan ends at zero, and each part has its posting. */
function waive(
  loan: Loan,
  on: CalendarDate,
): { readonly loan: Loan; readonly waivers: readonly Waiver[]; readonly postings: readonly Posting[] } {
  const current = accruedThrough(loan, on)
  const { loanId } = loan
  const fees = addFen(...current.fees.map((fee) => fee.left))
  const billed = addFen(...current.bills.map((bill) => bill.interestLeft))
  const accrued = unbilledInterestOn(current, on)
  const parts = [
    { loanId, component: 'fees', amount: fees },
    { loanId, component: 'interest', amount: addFen(billed, accrued) },
    { loanId, component: 'principal', amount: current.principal },
  ] as const
  return {
    loan: { ...withoutInterest(current, accrued), principal: noFen, bills: [], fees: [], nextDue: undefined },
    waivers: parts.filter((part) => part.amount > 0n),
    postings: postingsOf(
      { kind: 'waived-fees', amount: fees, valueDate: on, loanId },
      { kind: 'waived-billed-interest', amount: billed, valueDate: on, loanId },
      { kind: 'waived-accrued-interest', amount: accrued, valueDate: on, loanId },
      { kind: 'waived-principal', amount: current.principal, valueDate: on, loanId },
    ),
  }
}
