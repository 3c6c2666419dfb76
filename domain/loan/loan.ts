import { type CalendarDate, daysBetween, dueDateAfter } from '../calendar/date.ts'
import { type Accumulator, accrue, accruedFen, type DayBasis, divisors, type Rate } from '../interest/rate.ts'
import { addFen, type Fen, fen, noFen } from '../money/fen.ts'
import type { Rounding } from '../money/round.ts'
import type { FeeKind } from '../policy/product.ts'

/** A loan (借据) as it stands: its terms, and where its history has led (design 2.4). Nothing here depends on how many days have passed. */
export type Loan = {
  readonly loanId: string
  readonly rate: Rate
  readonly dayBasis: DayBasis
  readonly rounding: Rounding
  readonly drawnOn: CalendarDate
  readonly instalments: number
  readonly instalmentPrincipal: Fen
  readonly dueDay: number
  /** All principal still owed, billed or not. */
  readonly principal: Fen
  /** Exact interest not yet billed or paid, up to `accruedTo`; slightly negative where rounding gave a fen too much so far. */
  readonly accrued: Accumulator
  readonly accruedTo: CalendarDate
  readonly billedInstalments: number
  /** When the next instalment falls due; none once all principal is billed. */
  readonly nextDue: CalendarDate | undefined
  /** Unpaid bills, oldest first. */
  readonly bills: readonly Bill[]
  /** Unpaid fees, oldest first. */
  readonly fees: readonly Fee[]
}

export type Bill = {
  readonly seq: number
  readonly dueOn: CalendarDate
  readonly principalLeft: Fen
  readonly interestLeft: Fen
}

export type Fee = { readonly feeId: string; readonly kind: FeeKind; readonly left: Fen }

/** What is owed by component, in the order of mission A7. */
export type Owed = {
  readonly fees: Fen
  readonly penalty: Fen
  readonly interest: Fen
  readonly principal: Fen
}

export const nothingOwed: Owed = { fees: noFen, penalty: noFen, interest: noFen, principal: noFen }

export function totalOwed(owed: Owed): Fen {
  return addFen(owed.fees, owed.penalty, owed.interest, owed.principal)
}

export function addOwed(a: Owed, b: Owed): Owed {
  return {
    fees: addFen(a.fees, b.fees),
    penalty: addFen(a.penalty, b.penalty),
    interest: addFen(a.interest, b.interest),
    principal: addFen(a.principal, b.principal),
  }
}

/**
 * A loan drawn on `drawnOn` (mission A3, A4). The first due date is the due day of the month after the draw; principal parts are
 * equal, rounded half up to a fen, and the last takes the rest.
 */
export function drawnLoan(
  terms: Pick<Loan, 'loanId' | 'rate' | 'dayBasis' | 'rounding' | 'drawnOn' | 'instalments' | 'dueDay'>,
  drawn: Fen,
): Loan {
  return {
    ...terms,
    instalmentPrincipal: instalmentPrincipalOf(drawn, terms.instalments),
    principal: drawn,
    accrued: { common: 0n, leap: 0n },
    accruedTo: terms.drawnOn,
    billedInstalments: 0,
    nextDue: dueDateAfter(terms.drawnOn, 1, terms.dueDay),
    bills: [],
    fees: [],
  }
}

/** The principal part of each instalment but the last: half up to a fen (mission A3). */
export function instalmentPrincipalOf(drawn: Fen, instalments: number): Fen {
  const count = BigInt(instalments)
  return fen((drawn * 2n + count) / (count * 2n))
}

/** What the loan owes if it is paid off on `on` (mission F1): bills, fees, interest up to that day, all principal. */
export function owedOn(loan: Loan, on: CalendarDate): Owed {
  return {
    fees: addFen(...loan.fees.map((fee) => fee.left)),
    penalty: noFen,
    interest: addFen(...loan.bills.map((bill) => bill.interestLeft), unbilledInterestOn(loan, on)),
    principal: loan.principal,
  }
}

/** Interest not billed yet, up to `on`, in fen as the product rounds; never below zero. */
export function unbilledInterestOn(loan: Loan, on: CalendarDate): Fen {
  const worth = accruedFen(accruedThrough(loan, on).accrued, loan.rate, loan.dayBasis, loan.rounding)
  return fen(worth > 0n ? worth : 0n)
}

/** The loan with interest counted up to `on`; a day that is already counted stays counted. */
export function accruedThrough(loan: Loan, on: CalendarDate): Loan {
  if (daysBetween(loan.accruedTo, on) <= 0) return loan
  return {
    ...loan,
    accrued: accrue(loan.accrued, loan.principal, loan.rate, loan.dayBasis, loan.accruedTo, on),
    accruedTo: on,
  }
}

/** Takes whole fen of interest out of the accumulator; the fraction that rounding gave or took stays in it. */
export function withoutInterest(loan: Loan, taken: Fen): Loan {
  const { common } = divisors(loan.rate, loan.dayBasis)
  return { ...loan, accrued: { ...loan.accrued, common: loan.accrued.common - taken * common } }
}

/** Principal that no bill has asked for yet. */
export function unbilledPrincipal(loan: Loan): Fen {
  return fen(loan.bills.reduce((left, bill) => left - bill.principalLeft, loan.principal as bigint))
}

/** Bills that are due on `on` or before. */
export function dueBills(loan: Loan, on: CalendarDate): readonly Bill[] {
  return loan.bills.filter((bill) => bill.dueOn <= on)
}

/** Days past due (逾期天数) on `on`: days since the oldest unpaid bill was due; 0 on the due day itself (mission A9). */
export function daysPastDue(loan: Loan, on: CalendarDate): number {
  const oldest = loan.bills[0]
  return oldest === undefined ? 0 : Math.max(0, daysBetween(oldest.dueOn, on))
}

export type BilledInstalment = { readonly loan: Loan; readonly bill: Bill }

/** The instalment that falls due next, billed with interest up to its due day: made at the end of the day before (mission A12). */
export function billNextInstalment(loan: Loan): BilledInstalment | undefined {
  if (loan.nextDue === undefined) return undefined
  const current = accruedThrough(loan, loan.nextDue)
  const left = unbilledPrincipal(current)
  const last = current.billedInstalments + 1 >= current.instalments || left <= current.instalmentPrincipal
  const principal = last ? left : current.instalmentPrincipal
  const interest = unbilledInterestOn(current, loan.nextDue)
  const bill: Bill = {
    seq: current.billedInstalments + 1,
    dueOn: loan.nextDue,
    principalLeft: principal,
    interestLeft: interest,
  }
  return {
    bill,
    loan: {
      ...withoutInterest(current, interest),
      billedInstalments: current.billedInstalments + 1,
      nextDue: last ? undefined : followingDue(current, loan.nextDue),
      bills: [...current.bills, bill],
    },
  }
}

function followingDue(loan: Loan, due: CalendarDate): CalendarDate {
  return dueDateAfter(due, 1, loan.dueDay)
}

/** Nothing is owed any more, to the fen. What is left in the accumulator is less than a fen and goes to the rounding account. */
export function isPaidOff(loan: Loan): boolean {
  return (
    loan.principal === 0n &&
    loan.fees.length === 0 &&
    loan.bills.length === 0 &&
    accruedFen(loan.accrued, loan.rate, loan.dayBasis, loan.rounding) <= 0n
  )
}

/** The rest of the schedule as it would be billed if every bill from now on were paid on its day: unpaid bills first (mission A13). */
export function remainingSchedule(loan: Loan): readonly Bill[] {
  const ahead: Bill[] = []
  for (
    let next = billNextInstalment(loan);
    next !== undefined;
    next = billNextInstalment(paidOnItsDay(next))
  ) {
    ahead.push(next.bill)
  }
  return [...loan.bills, ...ahead]
}

function paidOnItsDay({ loan, bill }: BilledInstalment): Loan {
  return {
    ...loan,
    principal: fen(loan.principal - bill.principalLeft),
    bills: loan.bills.filter((other) => other.seq !== bill.seq),
  }
}
