import type { CalendarDate } from '../calendar/date.ts'
import { worthFen } from '../interest/meter.ts'
import { type Debts, noDebts, totalOf } from '../repayment/waterfall.ts'
import {
  advance,
  chargeFee,
  draw,
  dueNow,
  type LoanState,
  newLoan,
  outstandingFen,
  penaltyFen,
  repay,
} from './loan.ts'
import type { LoanTerms } from './product.ts'

export type LoanDraw = { readonly on: CalendarDate; readonly amountFen: bigint }

export type LoanEvent =
  | { readonly kind: 'fee'; readonly on: CalendarDate; readonly amountFen: bigint }
  | { readonly kind: 'repayment'; readonly on: CalendarDate; readonly amountFen: bigint }

/** What is charged in the period that ends on `due`, and the principal that then stays out. */
export type ScheduleRow = Debts & {
  readonly n: number
  readonly due: CalendarDate
  readonly balanceFen: bigint
}

export type EventOutcome = {
  readonly event: LoanEvent
  readonly paid: Debts
  readonly overpaidFen: bigint
  readonly balanceFen: bigint
}

export type LoanReplay = {
  readonly schedule: readonly ScheduleRow[]
  /** In the order of their value dates. */
  readonly events: readonly EventOutcome[]
}

/**
 * Replays a loan from its drawdowns and events in the order of their value dates, whatever order they are given in;
 * on one day drawdowns come first, then fees, then repayments. The schedule is as it stands after the last event: what
 * was charged until then, and what will be if nothing more is paid until the next due date, then on each due date all
 * that is due, arrears included. Without events it is the schedule promised at the drawdown (missions A3, A4, A13).
 *
 * A row holds the interest and the penalty of its period, the fees charged and the principal repaid early until its
 * due date; the last row also what came later. Refused: a drawdown or an event before the loan starts, a drawdown with
 * no due date after it.
 */
export function replay(
  terms: LoanTerms,
  draws: readonly LoanDraw[],
  events: readonly LoanEvent[],
): LoanReplay {
  const steps = inValueDateOrder(draws, events)
  const past = steps.findLastIndex((step) => step.kind !== 'draw') + 1
  const outcomes: EventOutcome[] = []
  const moments: LoanState[] = []
  let state = newLoan(terms)
  for (const step of steps.slice(0, past)) {
    const outcome = take(terms, state, step)
    reached(outcome.state)
    if (step.kind === 'draw') continue
    const { paid, overpaidFen } = outcome
    outcomes.push({ event: step, paid, overpaidFen, balanceFen: outstandingFen(state) })
  }
  for (const step of steps.slice(past)) {
    payUntil(step.on)
    reached(take(terms, state, step).state)
  }
  payUntil(terms.dueDates.at(-1) ?? terms.startsOn)
  payDue()
  return { schedule: rows(terms, moments), events: outcomes }

  function reached(next: LoanState): void {
    state = next
    moments.push(next)
  }

  /** On every due date after today up to and including `last` all that is due is paid. */
  function payUntil(last: CalendarDate): void {
    for (const due of terms.dueDates) {
      if (due <= state.at || due > last) continue
      state = advance(terms, state, due)
      payDue()
    }
  }

  function payDue(): void {
    reached(repay(terms, state, state.at, totalOf(dueNow(terms, state))).state)
  }
}

/** The loan at the end of `on`: every drawdown and event with a value date until then, and nothing assumed. */
export function standing(
  terms: LoanTerms,
  draws: readonly LoanDraw[],
  events: readonly LoanEvent[],
  on: CalendarDate,
): LoanState {
  const steps = inValueDateOrder(draws, events).filter((step) => step.on <= on)
  const last = steps.reduce((state, step) => take(terms, state, step).state, newLoan(terms))
  return advance(terms, last, on)
}

type Step = ({ readonly kind: 'draw' } & LoanDraw) | LoanEvent

const orderOnOneDay: Readonly<Record<Step['kind'], number>> = { draw: 0, fee: 1, repayment: 2 }

function inValueDateOrder(draws: readonly LoanDraw[], events: readonly LoanEvent[]): readonly Step[] {
  const steps: readonly Step[] = [...draws.map((one) => ({ kind: 'draw', ...one }) as const), ...events]
  return steps.toSorted((a, b) =>
    a.on === b.on ? orderOnOneDay[a.kind] - orderOnOneDay[b.kind] : a.on < b.on ? -1 : 1,
  )
}

function take(
  terms: LoanTerms,
  state: LoanState,
  step: Step,
): { readonly state: LoanState; readonly paid: Debts; readonly overpaidFen: bigint } {
  switch (step.kind) {
    case 'draw':
      return { state: draw(terms, state, step.on, step.amountFen), paid: noDebts, overpaidFen: 0n }
    case 'fee':
      return { state: chargeFee(terms, state, step.on, step.amountFen), paid: noDebts, overpaidFen: 0n }
    case 'repayment':
      return repay(terms, state, step.on, step.amountFen)
  }
}

/** `moments` are the loan after each step; the last of them has all instalments behind it. */
function rows(terms: LoanTerms, moments: readonly LoanState[]): readonly ScheduleRow[] {
  const end = moments.at(-1) ?? newLoan(terms)
  let before = { fees: 0n, penalty: 0n, interest: 0n, principal: 0n }
  return terms.dueDates.map((due, index) => {
    const final = index === terms.dueDates.length - 1
    const day = final ? end : (moments.findLast((moment) => moment.at <= due) ?? newLoan(terms))
    const called = end.dues[index]
    const sums = {
      fees: day.feesFen,
      penalty: final ? penaltyFen(terms, end) : (called?.penaltyFen ?? 0n),
      interest: final ? worthFen(end.interest, terms.product) : (called?.interestFen ?? 0n),
      principal: greater(called?.calledFen ?? 0n, day.paid.principal),
    }
    const row = {
      n: index + 1,
      due,
      fees: sums.fees - before.fees,
      penalty: sums.penalty - before.penalty,
      interest: sums.interest - before.interest,
      principal: sums.principal - before.principal,
      balanceFen: day.drawnFen - sums.principal,
    }
    before = sums
    return row
  })
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
