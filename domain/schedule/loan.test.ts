import { describe, expect, test } from 'vitest'
import { addDays, calendarDate } from '../calendar/date.ts'
import { principalFirstWaterfall, totalOf, usualWaterfall } from '../repayment/waterfall.ts'
import {
  advance,
  chargeFee,
  daysPastDue,
  draw,
  dueNow,
  isSettled,
  type LoanState,
  newLoan,
  outstandingFen,
  payoff,
  repay,
} from './loan.ts'
import { dueDates } from './plan.ts'
import type { LoanProduct, LoanTerms } from './product.ts'

const product: LoanProduct = {
  method: 'equal-principal',
  rate: { e8: 35_000n, per: 'day' },
  dayBasis: 'actual/365',
  rounding: 'half-up',
  carry: 'rounded',
  segmentRounding: 'whole-period',
  instalmentRounding: 'half-up',
  instalmentMultipleOfFen: 1n,
  firstDay: 'counts',
  waterfall: usualWaterfall,
  penalty: { factor: { over: 3n, under: 2n }, graceDays: 0 },
}

const startsOn = calendarDate('2026-06-10')
const terms: LoanTerms = { product, startsOn, dueDates: dueDates(startsOn, 5, 10), dueDay: 10 }
const [firstDue = startsOn, secondDue = startsOn] = terms.dueDates
const fresh = draw(terms, newLoan(terms), startsOn, 1_000_000n)

function later(state: LoanState, date: string, under: LoanTerms = terms): LoanState {
  return advance(under, state, calendarDate(date))
}

describe('A9 a missed instalment', () => {
  test('is on time on its due date and one day past due the day after', () => {
    expect(daysPastDue(terms, advance(terms, fresh, firstDue))).toBe(0)
    expect(daysPastDue(terms, later(fresh, '2026-07-11'))).toBe(1)
    expect(daysPastDue(terms, later(fresh, '2026-10-08'))).toBe(90)
  })

  test('bears one and a half times the rate on its principal, in place of the rate', () => {
    const state = later(fresh, '2026-07-20')
    // 10 days on 2,000.00 at 0.0525 %; the ordinary rate runs on the other 8,000.00 alone.
    expect(payoff(terms, state, state.at)).toEqual({
      fees: 0n,
      penalty: 1050n,
      interest: 10_500n + 2_800n,
      principal: 1_000_000n,
    })
  })

  test('bears no penalty on its interest or on fees', () => {
    const charged = chargeFee(terms, fresh, firstDue, 5_000n)
    expect(payoff(terms, charged, calendarDate('2026-07-20')).penalty).toBe(1050n)
  })

  test('bears none in the days of grace, and none for them afterwards', () => {
    const graced = {
      ...terms,
      product: { ...product, penalty: { factor: { over: 3n, under: 2n }, graceDays: 3 } },
    }
    const debt = (date: string) => payoff(graced, later(fresh, date, graced), calendarDate(date))
    expect(debt('2026-07-13')).toEqual({
      fees: 0n,
      penalty: 0n,
      interest: 10_500n + 1_050n,
      principal: 1_000_000n,
    })
    expect(debt('2026-07-14').penalty).toBe(105n)
    expect(daysPastDue(graced, later(fresh, '2026-07-13', graced))).toBe(3)
  })

  test('keeps the loan rate where the product has no penalty', () => {
    const { penalty: _, ...plain } = product
    const without = { ...terms, product: plain }
    expect(payoff(without, fresh, calendarDate('2026-07-20'))).toEqual({
      fees: 0n,
      penalty: 0n,
      interest: 10_500n + 3_500n,
      principal: 1_000_000n,
    })
  })

  test('after the last due date all principal bears the penalty and all interest is due', () => {
    const state = later(fresh, '2026-11-20')
    expect(dueNow(terms, state)).toEqual(payoff(terms, state, state.at))
    expect(payoff(terms, state, addDays(state.at, 1)).penalty - payoff(terms, state, state.at).penalty).toBe(
      525n,
    )
  })

  test('is no longer past due once its principal and interest are paid', () => {
    const on = calendarDate('2026-07-20')
    const { paid, state } = repay(terms, fresh, on, 200_000n + 10_500n + 1_050n)
    expect(paid).toEqual({ fees: 0n, penalty: 1_050n, interest: 10_500n, principal: 200_000n })
    expect(daysPastDue(terms, state)).toBe(0)
    expect(daysPastDue(terms, advance(terms, state, secondDue))).toBe(0)
  })
})

describe('A6 A7 a repayment', () => {
  test('can meet the principal first, as the policy has it after 90 days', () => {
    const on = calendarDate('2026-07-20')
    expect(repay(terms, fresh, on, 200_000n, principalFirstWaterfall).paid.principal).toBe(200_000n)
    expect(repay(terms, fresh, on, 200_000n).paid).toEqual({
      fees: 0n,
      penalty: 1_050n,
      interest: 10_500n,
      principal: 188_450n,
    })
  })

  test('early, pays the interest so far, then principal; the next instalments stay and the last ones fall away', () => {
    const early = repay(terms, fresh, calendarDate('2026-06-20'), 303_500n)
    expect(early.paid).toEqual({ fees: 0n, penalty: 0n, interest: 3_500n, principal: 300_000n })
    let state = early.state
    const called = terms.dueDates.map((due) => {
      const owed = dueNow(terms, advance(terms, state, due))
      state = repay(terms, state, due, totalOf(owed)).state
      return [owed.interest, owed.principal]
    })
    expect(called).toEqual([
      [4_900n, 200_000n], // 20 days on 7,000.00
      [5_425n, 200_000n],
      [3_255n, 200_000n],
      [1_050n, 100_000n],
      [0n, 0n],
    ])
  })

  test('early, of an equal instalment product leaves the instalment as it was', () => {
    const equal = { ...terms, product: { ...product, method: 'equal-instalment' as const } }
    const drawn = draw(equal, newLoan(equal), startsOn, 1_000_000n)
    const { state } = repay(equal, drawn, firstDue, 500_000n)
    const second = dueNow(equal, advance(equal, state, secondDue))
    expect(second.interest + second.principal).toBe(drawn.planned[1])
  })

  test('above all that is owed is a credit balance', () => {
    const { state, overpaidFen } = repay(terms, fresh, calendarDate('2026-06-20'), 1_100_000n)
    expect(overpaidFen).toBe(100_000n - 3_500n)
    expect(isSettled(terms, state)).toBe(true)
    expect(repay(terms, state, firstDue, 1n).overpaidFen).toBe(1n)
  })
})

describe('A3 a later drawdown', () => {
  test('is spread over the instalments that are still to come', () => {
    const more = draw(terms, fresh, calendarDate('2026-07-20'), 400_000n)
    expect(more.planned).toEqual([200_000n, 300_000n, 300_000n, 300_000n, 300_000n])
    expect(outstandingFen(more)).toBe(1_400_000n)
  })

  test('is refused when none is', () => {
    expect(() => draw(terms, fresh, calendarDate('2026-11-10'), 1n)).toThrow(RangeError)
  })
})

describe('A4 time', () => {
  test('does not go back', () => {
    expect(() => advance(terms, fresh, calendarDate('2026-06-09'))).toThrow(RangeError)
  })
})
