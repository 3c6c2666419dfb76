import { addDays, type CalendarDate, daysBetween } from '../calendar/date.ts'
import { fix, type Meter, newMeter, run, worthFen } from '../interest/meter.ts'
import { accrue, type Counting, divisors, monthAnchor, nothingAccrued } from '../interest/rate.ts'
import {
  addDebts,
  allocate,
  type Debts,
  least,
  lessDebts,
  noDebts,
  totalOf,
  type Waterfall,
} from '../repayment/waterfall.ts'
import { equalInstalment, type Growth, principalParts } from './plan.ts'
import type { LoanTerms } from './product.ts'

/**
 * One loan as it stands at the start of a day, after all that happened until then: a value that the next event turns
 * into the next one. Nothing is kept per day; interest runs lazily from the last event (design 2.4). All sums are in
 * fen since the loan began and only grow, so that whatever is due is a difference of two of them.
 */
export type LoanState = {
  readonly at: CalendarDate
  readonly drawnFen: bigint
  /** By instalment: its principal, or for equal instalments the instalment with its interest. */
  readonly planned: readonly bigint[]
  /** The instalments that have fallen due, oldest first. */
  readonly dues: readonly Due[]
  /** How many of them are past their days of grace, so that what they leave unpaid bears penalty interest. */
  readonly pastGrace: number
  readonly interest: Meter
  readonly penalty: Meter
  readonly feesFen: bigint
  readonly paid: Debts
}

/** The running sums on a due date: principal called by this and all earlier instalments, interest, penalty. */
export type Due = { readonly calledFen: bigint; readonly interestFen: bigint; readonly penaltyFen: bigint }

export function newLoan(terms: LoanTerms): LoanState {
  return {
    at: terms.startsOn,
    drawnFen: 0n,
    planned: terms.dueDates.map(() => 0n),
    dues: [],
    pastGrace: 0,
    interest: newMeter,
    penalty: newMeter,
    feesFen: 0n,
    paid: noDebts,
  }
}

/** Principal still out, due or not. */
export function outstandingFen(state: LoanState): bigint {
  return state.drawnFen - state.paid.principal
}

/** Lets time pass: interest runs, instalments fall due, days of grace end. Refuses to go back. */
export function advance(terms: LoanTerms, state: LoanState, to: CalendarDate): LoanState {
  if (to < state.at) throw new RangeError(`a loan at ${state.at} does not go back to ${to}`)
  let now = state
  for (;;) {
    const due = terms.dueDates[now.dues.length]
    const graceEnd = nextGraceEnd(terms, now)
    if (due !== undefined && due <= to && (graceEnd === undefined || due <= graceEnd)) {
      now = fallDue(terms, runTo(terms, now, due))
    } else if (graceEnd !== undefined && graceEnd <= to) {
      now = { ...runTo(terms, now, graceEnd), pastGrace: now.pastGrace + 1 }
    } else {
      return runTo(terms, now, to)
    }
  }
}

function nextGraceEnd(terms: LoanTerms, state: LoanState): CalendarDate | undefined {
  const { penalty } = terms.product
  const due = terms.dueDates[state.pastGrace]
  if (penalty === undefined || due === undefined || state.pastGrace >= state.dues.length) return undefined
  return addDays(due, penalty.graceDays)
}

function runTo(terms: LoanTerms, state: LoanState, to: CalendarDate): LoanState {
  const { product } = terms
  const counting = countingIn(terms, state.dues.length)
  const overdue = penalisedFen(state)
  const ordinary = outstandingFen(state) - overdue
  return {
    ...state,
    at: to,
    interest: run(state.interest, ordinary, state.at, to, product, counting),
    penalty: run(state.penalty, overdue, state.at, to, product, counting, product.penalty?.factor),
  }
}

/** Months and first day in the period that ends with instalment `index` (from 0), or after the last of them. */
function countingIn(terms: LoanTerms, index: number): Counting {
  const from = index === 0 ? terms.startsOn : (terms.dueDates[index - 1] ?? terms.startsOn)
  return { months: monthAnchor(from, terms.dueDay), firstDay: terms.product.firstDay }
}

function penalisedFen(state: LoanState): bigint {
  return above(state.dues[state.pastGrace - 1]?.calledFen ?? 0n, state.paid.principal)
}

function above(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}

/** The period ends: its interest is rounded and called, and with it the instalment's principal. */
function fallDue(terms: LoanTerms, state: LoanState): LoanState {
  const { product } = terms
  const interest = fix(state.interest, product)
  const penalty = fix(state.penalty, product, product.penalty?.factor)
  const before = state.dues.at(-1)
  const interestFen = worthFen(interest, product)
  const principal = principalCalledFen(terms, state, interestFen - (before?.interestFen ?? 0n))
  const due: Due = {
    calledFen: calledOrRepaidFen(state) + principal,
    interestFen,
    penaltyFen: worthFen(penalty, product, product.penalty?.factor),
  }
  return { ...state, interest, penalty, dues: [...state.dues, due] }
}

/**
 * What the instalment calls. After an early repayment the coming instalments stay what they were and the last ones fall
 * away. An equal instalment stays the same sum: interest that fell leaves more of it to principal, late interest less.
 * The last instalment calls all that is left.
 */
function principalCalledFen(terms: LoanTerms, state: LoanState, interestFen: bigint): bigint {
  const index = state.dues.length
  const left = state.drawnFen - calledOrRepaidFen(state)
  if (index === terms.dueDates.length - 1) return left
  const planned = state.planned[index] ?? 0n
  return least(terms.product.method === 'equal-instalment' ? above(planned, interestFen) : planned, left)
}

/** Principal that no instalment to come will call. */
function calledOrRepaidFen(state: LoanState): bigint {
  const called = state.dues.at(-1)?.calledFen ?? 0n
  return called + above(state.paid.principal, called)
}

/** Pays out `amountFen` on `on` and spreads it over the instalments that fall due later; refuses if there are none. */
export function draw(terms: LoanTerms, state: LoanState, on: CalendarDate, amountFen: bigint): LoanState {
  const now = advance(terms, state, on)
  const first = terms.dueDates.findIndex((due) => due > on)
  if (first < 0) throw new RangeError(`no instalment falls due after a drawdown on ${on}`)
  const parts = plannedParts(terms, on, first, amountFen)
  const planned = now.planned.map((part, index) => part + (parts[index - first] ?? 0n))
  return { ...now, drawnFen: now.drawnFen + amountFen, planned }
}

function plannedParts(
  terms: LoanTerms,
  on: CalendarDate,
  first: number,
  amountFen: bigint,
): readonly bigint[] {
  const { method, instalmentRounding, instalmentMultipleOfFen } = terms.product
  const count = terms.dueDates.length - first
  if (method !== 'equal-instalment') return principalParts(method, amountFen, count, instalmentRounding)
  const growths = terms.dueDates.slice(first).map((_, index) => growth(terms, first + index, on))
  const instalment = equalInstalment(amountFen, growths, instalmentRounding, instalmentMultipleOfFen)
  return growths.map(() => instalment)
}

/** The growth of a debt over the period of instalment `index`, from `on` if that is within it. */
function growth(terms: LoanTerms, index: number, on: CalendarDate): Growth {
  const { rate, dayBasis } = terms.product
  const start = index === 0 ? terms.startsOn : (terms.dueDates[index - 1] ?? on)
  const from = start < on ? on : start
  const one = accrue(
    nothingAccrued,
    1n,
    rate,
    dayBasis,
    from,
    terms.dueDates[index] ?? from,
    countingIn(terms, index),
  )
  const d = divisors(rate, dayBasis)
  if (d.common === d.leap) return { numerator: d.common + one.common + one.leap, divisor: d.common }
  return {
    numerator: d.common * d.leap + one.common * d.leap + one.leap * d.common,
    divisor: d.common * d.leap,
  }
}

/** A fee (mission A5) is due on the day it is charged. */
export function chargeFee(
  terms: LoanTerms,
  state: LoanState,
  on: CalendarDate,
  amountFen: bigint,
): LoanState {
  const now = advance(terms, state, on)
  return { ...now, feesFen: now.feesFen + amountFen }
}

/** What is due now: interest of ended periods only, unless the principal is gone or the last instalment has passed. */
export function dueNow(terms: LoanTerms, state: LoanState): Debts {
  const running = outstandingFen(state) > 0n && state.dues.length < terms.dueDates.length
  const called = state.dues.at(-1)
  const interest = running ? (called?.interestFen ?? 0n) : worthFen(state.interest, terms.product)
  return {
    fees: state.feesFen - state.paid.fees,
    penalty: penaltyFen(terms, state) - state.paid.penalty,
    interest: above(interest, state.paid.interest),
    principal: above(called?.calledFen ?? 0n, state.paid.principal),
  }
}

/** All penalty interest since the loan began, paid or not. */
export function penaltyFen(terms: LoanTerms, state: LoanState): bigint {
  return worthFen(state.penalty, terms.product, terms.product.penalty?.factor)
}

export type Repayment = { readonly state: LoanState; readonly paid: Debts; readonly overpaidFen: bigint }

/**
 * A repayment (mission A6) meets what is due in the order of the waterfall, and with the rest, in the same order, what is
 * not due yet: interest to that day and principal. Principal repaid early bears no interest from that day on and shortens
 * the loan at its end. Anything above all that is owed is a credit balance.
 */
export function repay(
  terms: LoanTerms,
  state: LoanState,
  on: CalendarDate,
  amountFen: bigint,
  order: Waterfall = terms.product.waterfall,
): Repayment {
  const now = advance(terms, state, on)
  const dueDebts = dueNow(terms, now)
  const due = allocate(order, dueDebts, amountFen)
  const early = allocate(order, lessDebts(payoff(terms, now, on), dueDebts), due.leftFen)
  const paid = addDebts(due.paid, early.paid)
  return { state: { ...now, paid: addDebts(now.paid, paid) }, paid, overpaidFen: early.leftFen }
}

/**
 * What closes the loan on `on` (mission F1), by kind: all principal, interest to that day, penalty and fees. Paid in
 * full that day the loan is at zero. A lender whose contract charges the begun period to its end says `period-end`.
 */
export function payoff(
  terms: LoanTerms,
  state: LoanState,
  on: CalendarDate,
  interestUntil: 'payoff-date' | 'period-end' = 'payoff-date',
): Debts {
  const now = advance(terms, state, on)
  const end = interestUntil === 'period-end' ? terms.dueDates[now.dues.length] : undefined
  const interest =
    end === undefined || now.at === terms.dueDates[now.dues.length - 1] ? now : runTo(terms, now, end)
  return {
    fees: now.feesFen - now.paid.fees,
    penalty: penaltyFen(terms, now) - now.paid.penalty,
    interest: worthFen(interest.interest, terms.product) - now.paid.interest,
    principal: outstandingFen(now),
  }
}

/** Nothing owed in any kind, due or not. */
export function isSettled(terms: LoanTerms, state: LoanState): boolean {
  return totalOf(payoff(terms, state, state.at)) === 0n
}

/** Days since the oldest instalment of which principal or interest is unpaid fell due (mission A9); grace does not change it. */
export function daysPastDue(terms: LoanTerms, state: LoanState): number {
  const oldest = state.dues.findIndex(
    (due) => due.calledFen > state.paid.principal || due.interestFen > state.paid.interest,
  )
  const on = terms.dueDates[oldest]
  return oldest < 0 || on === undefined ? 0 : daysBetween(on, state.at)
}
