import { type CalendarDate, daysBetween } from '../calendar/date.ts'
import { accrue, accruedFen, divisors, nothingAccrued } from '../interest/rate.ts'
import { type Posting, postingsOf } from '../ledger/posting.ts'
import {
  accruedThrough,
  type Bill,
  daysPastDue,
  dueBills,
  isPaidOff,
  type Loan,
  unbilledInterestOn,
  unbilledPrincipal,
  withoutInterest,
} from '../loan/loan.ts'
import { type Fen, fen, fenLeft, minFen, noFen } from '../money/fen.ts'

/** Where a part of a repayment went (mission A7). `overpaid` is the credit balance it made. */
export type Allocation =
  | { readonly component: 'overpaid'; readonly amount: Fen }
  | {
      readonly component: 'fees' | 'interest' | 'principal'
      readonly amount: Fen
      readonly loanId: string
      readonly billSeq?: number
      readonly feeId?: string
    }

export type PostedRepayment = {
  readonly loans: readonly Loan[]
  readonly allocations: readonly Allocation[]
  readonly postings: readonly Posting[]
  /** Loans that this repayment ended. */
  readonly endedLoanIds: readonly string[]
  /** New credit balance owed to the customer, in fen. */
  readonly overpaid: Fen
}

/**
 * Posts money received with `valueDate` to the loans (mission A6, A7): what is due first, oldest bill first, fees before interest before
 * principal (principal before interest where a loan is late by more than `principalFirstAfterDays`); then early repayment, oldest loan
 * first, its interest to that day before its principal; what is left over is owed back to the customer.
 *
 * `valueDate` may lie before the day a loan is counted to (the channel settles late): interest counted since on principal that was
 * in fact repaid is taken back.
 */
export function postRepayment(
  loans: readonly Loan[],
  amount: Fen,
  valueDate: CalendarDate,
  principalFirstAfterDays: number,
): PostedRepayment {
  const till = new Till(loans, amount, valueDate)
  for (const loan of loans) for (const fee of loan.fees) till.payFee(loan.loanId, fee.feeId)
  for (const { loan, bill } of dueFirst(loans, valueDate)) {
    const principalFirst = daysPastDue(loan, valueDate) > principalFirstAfterDays
    if (principalFirst) till.payBillPrincipal(loan.loanId, bill.seq)
    till.payBillInterest(loan.loanId, bill.seq)
    if (!principalFirst) till.payBillPrincipal(loan.loanId, bill.seq)
  }
  for (const loan of loans) till.prepay(loan.loanId)
  return till.close()
}

function dueFirst(
  loans: readonly Loan[],
  on: CalendarDate,
): readonly { readonly loan: Loan; readonly bill: Bill }[] {
  return loans
    .flatMap((loan) => dueBills(loan, on).map((bill) => ({ loan, bill })))
    .sort((a, b) => (a.bill.dueOn < b.bill.dueOn ? -1 : a.bill.dueOn > b.bill.dueOn ? 1 : 0))
}

/** Takes parts out of one amount and remembers where each went; the amount and the debts only ever fall. */
class Till {
  readonly #loans: Map<string, Loan>
  readonly #valueDate: CalendarDate
  readonly #allocations: Allocation[] = []
  readonly #postings: Posting[] = []
  #left: Fen

  constructor(loans: readonly Loan[], amount: Fen, valueDate: CalendarDate) {
    this.#loans = new Map(loans.map((loan) => [loan.loanId, accruedThrough(loan, valueDate)]))
    this.#valueDate = valueDate
    this.#left = amount
  }

  payFee(loanId: string, feeId: string): void {
    const loan = this.#loan(loanId)
    const fee = loan.fees.find((one) => one.feeId === feeId)
    if (fee === undefined) return
    const paid = this.#take(fee.left)
    if (paid === 0n) return
    const fees = loan.fees.map((one) =>
      one.feeId === feeId ? { ...one, left: fenLeft(one.left, paid) } : one,
    )
    this.#loans.set(loanId, { ...loan, fees: fees.filter((one) => one.left > 0n) })
    this.#record({ component: 'fees', amount: paid, loanId, feeId }, 'repaid-fees')
  }

  payBillInterest(loanId: string, billSeq: number): void {
    const bill = this.#bill(loanId, billSeq)
    const paid = this.#take(bill?.interestLeft ?? noFen)
    if (bill === undefined || paid === 0n) return
    this.#replaceBill(loanId, { ...bill, interestLeft: fenLeft(bill.interestLeft, paid) })
    this.#record({ component: 'interest', amount: paid, loanId, billSeq }, 'repaid-billed-interest')
  }

  payBillPrincipal(loanId: string, billSeq: number): void {
    const bill = this.#bill(loanId, billSeq)
    const paid = this.#take(bill?.principalLeft ?? noFen)
    if (bill === undefined || paid === 0n) return
    this.#replaceBill(loanId, { ...bill, principalLeft: fenLeft(bill.principalLeft, paid) })
    this.#repayPrincipal(loanId, paid)
    this.#record({ component: 'principal', amount: paid, loanId, billSeq }, 'repaid-principal')
  }

  /** Early repayment of one loan: bills not due yet, then interest to the day, then principal that no bill has asked for. */
  prepay(loanId: string): void {
    for (const bill of this.#loan(loanId).bills) {
      this.payBillInterest(loanId, bill.seq)
      this.payBillPrincipal(loanId, bill.seq)
    }
    const interest = this.#take(
      this.#left > 0n ? unbilledInterestOn(this.#loan(loanId), this.#dayFor(this.#loan(loanId))) : noFen,
    )
    if (interest > 0n) {
      this.#loans.set(loanId, withoutInterest(this.#loan(loanId), interest))
      this.#record({ component: 'interest', amount: interest, loanId }, 'repaid-accrued-interest')
    }
    const principal = this.#take(unbilledPrincipal(this.#loan(loanId)))
    if (principal > 0n) {
      this.#repayPrincipal(loanId, principal)
      this.#record({ component: 'principal', amount: principal, loanId }, 'repaid-principal')
    }
    const loan = this.#loan(loanId)
    if (
      unbilledPrincipal(loan) === 0n &&
      loan.nextDue !== undefined &&
      unbilledInterestOn(loan, loan.accruedTo) === 0n
    ) {
      this.#loans.set(loanId, { ...loan, nextDue: undefined })
    }
  }

  close(): PostedRepayment {
    if (this.#left > 0n) {
      this.#allocations.push({ component: 'overpaid', amount: this.#left })
      this.#postings.push(...postingsOf({ kind: 'overpaid', amount: this.#left, valueDate: this.#valueDate }))
    }
    const ended = [...this.#loans.values()].filter(isPaidOff)
    const returned = ended.map((loan) => this.#returnInterest(loan))
    return {
      loans: [...this.#loans.values()],
      allocations: this.#allocations,
      postings: this.#postings,
      endedLoanIds: ended.map((loan) => loan.loanId),
      overpaid: fen(returned.reduce((sum, part) => sum + part, this.#left as bigint)),
    }
  }

  /** Interest paid on days that, by value date, were never owed goes back to the customer, to the fen that was paid too much. */
  #returnInterest(loan: Loan): Fen {
    const back = overcharged(loan)
    if (back === 0n) return noFen
    const { common, leap } = loan.accrued
    const rest = withoutInterest({ ...loan, accrued: { common: -common, leap: -leap } }, back).accrued
    this.#loans.set(loan.loanId, { ...loan, accrued: { common: -rest.common, leap: -rest.leap } })
    this.#postings.push(
      ...postingsOf({
        kind: 'interest-returned',
        amount: back,
        valueDate: this.#dayFor(loan),
        loanId: loan.loanId,
      }),
    )
    return back
  }

  /** The value date of what goes to this loan: money taken before the loan was drawn cannot count before there was a loan. */
  #dayFor(loan: Loan): CalendarDate {
    return daysBetween(this.#valueDate, loan.drawnOn) > 0 ? loan.drawnOn : this.#valueDate
  }

  #take(wanted: Fen): Fen {
    const taken = minFen(wanted, this.#left)
    this.#left = fenLeft(this.#left, taken)
    return taken
  }

  #repayPrincipal(loanId: string, paid: Fen): void {
    const loan = this.#loan(loanId)
    const from = this.#dayFor(loan)
    const lateDays = daysBetween(from, loan.accruedTo)
    const back = accrue(nothingAccrued, paid, loan.rate, loan.dayBasis, from, loan.accruedTo)
    this.#loans.set(loanId, {
      ...loan,
      principal: fen(loan.principal - paid),
      accrued:
        lateDays > 0
          ? { common: loan.accrued.common - back.common, leap: loan.accrued.leap - back.leap }
          : loan.accrued,
    })
  }

  #replaceBill(loanId: string, bill: Bill): void {
    const loan = this.#loan(loanId)
    const bills = loan.bills.map((one) => (one.seq === bill.seq ? bill : one))
    this.#loans.set(loanId, {
      ...loan,
      bills: bills.filter((one) => one.principalLeft + one.interestLeft > 0n),
    })
  }

  #record(allocation: Exclude<Allocation, { component: 'overpaid' }>, kind: Posting['kind']): void {
    this.#allocations.push(allocation)
    const { amount, loanId } = allocation
    const valueDate = this.#dayFor(this.#loan(loanId))
    this.#postings.push(...postingsOf({ kind, amount, valueDate, loanId }))
  }

  #bill(loanId: string, seq: number): Bill | undefined {
    return this.#loan(loanId).bills.find((bill) => bill.seq === seq)
  }

  #loan(loanId: string): Loan {
    const loan = this.#loans.get(loanId)
    if (loan === undefined) throw new Error(`no loan ${loanId} in this repayment`)
    return loan
  }
}

/**
 * Whole fen of interest taken too much from a loan that is paid off: what was taken, less what the product's rounding makes of the
 * exact interest. The fraction that rounding itself gave or took is nobody's.
 */
function overcharged(loan: Loan): Fen {
  const { rate, dayBasis, rounding, accrued } = loan
  const { common } = divisors(rate, dayBasis)
  // Rounded as the sum it is a part of, which is above zero: rounded by itself, below zero, a half would go the other way.
  const whole = accruedFen(accrued, rate, dayBasis, 'down')
  const taken = whole < 0n ? 2n * (1n - whole) : 2n
  const owed = accruedFen({ ...accrued, common: accrued.common + taken * common }, rate, dayBasis, rounding)
  return fenLeft(fen(taken), fen(owed))
}
