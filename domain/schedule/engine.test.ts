import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../calendar/date.ts'
import { accruedExactly, nothingAccrued } from '../interest/rate.ts'
import { divideRounded } from '../money/round.ts'
import { least, noDebts, totalOf, usualWaterfall } from '../repayment/waterfall.ts'
import { type AnyLoan, cases, freshLoan, livedLoan } from './any-loan.testing.ts'
import { type LoanEvent, replay, type ScheduleRow, standing } from './engine.ts'
import { advance, dueNow, isSettled, outstandingFen, payoff, repay } from './loan.ts'

function sum(rows: readonly ScheduleRow[], of: (row: ScheduleRow) => bigint): bigint {
  return rows.reduce((total, row) => total + of(row), 0n)
}

function drawnFen({ draws }: AnyLoan): bigint {
  return draws.reduce((total, one) => total + one.amountFen, 0n)
}

/** The payments that the schedule promised at the drawdown asks for, on their due dates. */
function onTime(loan: AnyLoan): readonly LoanEvent[] {
  return replay(loan.terms, loan.draws, [])
    .schedule.filter((row) => totalOf(row) > 0n)
    .map((row) => ({ kind: 'repayment', on: row.due, amountFen: totalOf(row) }))
}

describe('A3 A4 A6 A7 whatever the product and whatever happens', () => {
  test('no fen is made or lost: every repayment is the parts it paid and what it overpaid', () => {
    fc.assert(
      fc.property(livedLoan, (loan) => {
        for (const { event, paid, overpaidFen } of replay(loan.terms, loan.draws, loan.events).events) {
          const expected = event.kind === 'repayment' ? event.amountFen : 0n
          expect(totalOf(paid) + overpaidFen).toBe(expected)
          expect(Object.values(paid).every((part) => part >= 0n) && overpaidFen >= 0n).toBe(true)
        }
      }),
      cases(400),
    )
  })

  test('the principal of the schedule is what was drawn, and its balances run down to zero', () => {
    fc.assert(
      fc.property(livedLoan, (loan) => {
        const { schedule } = replay(loan.terms, loan.draws, loan.events)
        expect(sum(schedule, (row) => row.principal)).toBe(drawnFen(loan))
        expect(schedule.at(-1)?.balanceFen).toBe(0n)
        expect(schedule.every((row) => row.principal >= 0n && row.interest >= 0n && row.penalty >= 0n)).toBe(
          true,
        )
      }),
      cases(400),
    )
  })

  test('the fees of the schedule are the fees charged', () => {
    fc.assert(
      fc.property(livedLoan, (loan) => {
        const charged = loan.events
          .filter((event) => event.kind === 'fee')
          .reduce((total, event) => total + event.amountFen, 0n)
        expect(sum(replay(loan.terms, loan.draws, loan.events).schedule, (row) => row.fees)).toBe(charged)
      }),
      cases(200),
    )
  })

  test('F1 the payoff of any day closes the loan to zero, and it stays there', () => {
    fc.assert(
      fc.property(livedLoan, fc.integer({ min: 0, max: 500 }), (loan, after) => {
        const on = addDays(loan.terms.startsOn, 450 + after - 450 * (after % 2))
        const steps = { draws: loan.draws.filter((one) => one.on <= on) }
        const state = standing(loan.terms, steps.draws, loan.events, on)
        const owed = payoff(loan.terms, state, on)
        const paid = repay(loan.terms, state, on, totalOf(owed))
        expect(paid.overpaidFen).toBe(0n)
        expect(paid.paid).toEqual(owed)
        expect(payoff(loan.terms, paid.state, on)).toEqual(noDebts)
        expect(isSettled(loan.terms, advance(loan.terms, paid.state, addDays(on, 400)))).toBe(true)
      }),
      cases(400),
    )
  })

  test('F1 one fen less than the payoff leaves exactly one fen', () => {
    fc.assert(
      fc.property(livedLoan, (loan) => {
        const on = addDays(loan.terms.startsOn, 450)
        const state = standing(loan.terms, loan.draws, loan.events, on)
        const owed = totalOf(payoff(loan.terms, state, on))
        fc.pre(owed > 0n)
        const short = repay(loan.terms, state, on, owed - 1n)
        expect(totalOf(payoff(loan.terms, short.state, on))).toBe(1n)
      }),
      cases(200),
    )
  })

  test('the order in which events are handed in does not matter: the value date decides', () => {
    fc.assert(
      fc.property(
        livedLoan.chain((loan) =>
          fc.record({
            loan: fc.constant(loan),
            draws: fc.shuffledSubarray([...loan.draws], { minLength: loan.draws.length }),
            events: fc.shuffledSubarray([...loan.events], { minLength: loan.events.length }),
          }),
        ),
        ({ loan, draws, events }) => {
          expect(replay(loan.terms, draws, events)).toEqual(replay(loan.terms, loan.draws, loan.events))
        },
      ),
      cases(200),
    )
  })

  test('interest is lazy: looking at the loan every few days changes nothing', () => {
    fc.assert(
      fc.property(livedLoan, fc.integer({ min: 1, max: 60 }), (loan, step) => {
        const last = addDays(loan.terms.startsOn, 450)
        let looked = standing(loan.terms, loan.draws, loan.events, last)
        const until = addDays(last, 200)
        for (let on = last; on < until; on = addDays(on, step)) looked = advance(loan.terms, looked, on)
        looked = advance(loan.terms, looked, until)
        expect(looked).toEqual(standing(loan.terms, loan.draws, loan.events, until))
      }),
      cases(200),
    )
  })

  test('two repayments of one day do what one of their sum does', () => {
    fc.assert(
      fc.property(livedLoan, fc.bigInt(0n, 2_000_000n), fc.bigInt(0n, 2_000_000n), (loan, one, two) => {
        const on = addDays(loan.terms.startsOn, 450)
        const state = standing(loan.terms, loan.draws, loan.events, on)
        const first = repay(loan.terms, state, on, one)
        const apart = repay(loan.terms, first.state, on, two)
        const together = repay(loan.terms, state, on, one + two)
        expect(apart.state).toEqual(together.state)
        expect(first.overpaidFen + apart.overpaidFen).toBe(together.overpaidFen)
      }),
      cases(200),
    )
  })
})

describe('A9 A13 the schedule of a loan in arrears', () => {
  test('counts on nothing until the next due date, and then on all that is due', () => {
    fc.assert(
      fc.property(freshLoan, fc.bigInt(1n, 99n), (loan, percent) => {
        const [first, second] = loan.terms.dueDates
        fc.pre(first !== undefined && second !== undefined)
        const due = totalOf(dueNow(loan.terms, standing(loan.terms, loan.draws, [], first)))
        const part = (due * percent) / 100n
        fc.pre(part > 0n)
        const short: LoanEvent = { kind: 'repayment', on: first, amountFen: part }
        const state = standing(loan.terms, loan.draws, [short], second)
        const paid: LoanEvent = {
          kind: 'repayment',
          on: second,
          amountFen: totalOf(dueNow(loan.terms, state)),
        }
        fc.pre(paid.amountFen > 0n)
        expect(replay(loan.terms, loan.draws, [short]).schedule).toEqual(
          replay(loan.terms, loan.draws, [short, paid]).schedule,
        )
      }),
      cases(200),
    )
  })
})

describe('A3 A4 A13 the schedule promised at the drawdown', () => {
  test('is the schedule that was, when every instalment is paid on its day', () => {
    fc.assert(
      fc.property(freshLoan, (loan) => {
        const preview = replay(loan.terms, loan.draws, [])
        const booked = replay(loan.terms, loan.draws, onTime(loan))
        expect(booked.schedule).toEqual(preview.schedule)
        expect(booked.events.every(({ overpaidFen }) => overpaidFen === 0n)).toBe(true)
        expect(sum(preview.schedule, (row) => row.penalty)).toBe(0n)
        const last = loan.terms.dueDates.at(-1) ?? loan.terms.startsOn
        expect(isSettled(loan.terms, standing(loan.terms, loan.draws, onTime(loan), last))).toBe(true)
      }),
      cases(300),
    )
  })

  test('with unrounded carry its interest is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(freshLoan, ({ terms: fresh, draws }) => {
        const terms = { ...fresh, product: { ...fresh.product, carry: 'unrounded' as const } }
        const { schedule } = replay(terms, draws, [])
        const last = terms.dueDates.at(-1) ?? terms.startsOn
        const { interest } = standing(terms, draws, onTime({ terms, draws, events: [] }), last)
        const exact = accruedExactly(interest.open, terms.product.rate, terms.product.dayBasis)
        expect(interest.fixedFen).toBe(0n)
        expect(sum(schedule, (row) => row.interest)).toBe(
          divideRounded(exact.over, exact.under, terms.product.rounding),
        )
      }),
      cases(200),
    )
  })

  test('with rounded carry nothing is left open after a due date', () => {
    fc.assert(
      fc.property(freshLoan, ({ terms: fresh, draws }) => {
        const terms = { ...fresh, product: { ...fresh.product, carry: 'rounded' as const } }
        for (const due of terms.dueDates) {
          expect(standing(terms, draws, [], due).interest.open).toEqual(nothingAccrued)
        }
      }),
      cases(100),
    )
  })
})

describe('A6 A13 early repayment', () => {
  const early = fc.record({
    loan: freshLoan,
    after: fc.integer({ min: 0, max: 300 }),
    amountFen: fc.bigInt(1n, 5_000_000n),
  })

  function withEarly(loan: AnyLoan, after: number, amountFen: bigint): readonly LoanEvent[] {
    const on = addDays(loan.terms.startsOn, after)
    return [...onTime(loan).filter((event) => event.on <= on), { kind: 'repayment', on, amountFen }]
  }

  test('pays the interest to that day and reduces the principal at once by the rest', () => {
    fc.assert(
      fc.property(early, ({ loan, after, amountFen }) => {
        const usual = { ...loan.terms, product: { ...loan.terms.product, waterfall: usualWaterfall } }
        const on = addDays(usual.startsOn, after)
        const onDays = onTime(loan).filter((event) => event.on <= on)
        const before = standing(usual, loan.draws, onDays, on)
        expect(totalOf(dueNow(usual, before))).toBe(0n)
        const owed = payoff(usual, before, on)
        const { state, paid, overpaidFen } = repay(usual, before, on, amountFen)
        expect(paid.interest).toBe(least(amountFen, owed.interest))
        expect(paid.principal).toBe(least(amountFen - paid.interest, owed.principal))
        expect(outstandingFen(state)).toBe(owed.principal - paid.principal)
        expect(overpaidFen > 0n).toBe(amountFen > totalOf(owed))
      }),
      cases(200),
    )
  })

  test('never raises the interest of the loan, where a period is rounded as a whole', () => {
    fc.assert(
      fc.property(early, ({ loan, after, amountFen }) => {
        const terms = {
          ...loan.terms,
          product: { ...loan.terms.product, segmentRounding: 'whole-period' as const },
        }
        const same = { ...loan, terms }
        const promised = sum(replay(terms, loan.draws, []).schedule, (row) => row.interest)
        const now = sum(
          replay(terms, loan.draws, withEarly(same, after, amountFen)).schedule,
          (row) => row.interest,
        )
        expect(now).toBeLessThanOrEqual(promised)
      }),
      cases(400),
    )
  })

  test('adds at most a fen a segment, where each is rounded by itself', () => {
    fc.assert(
      fc.property(early, ({ loan, after, amountFen }) => {
        const terms = {
          ...loan.terms,
          product: { ...loan.terms.product, segmentRounding: 'each-segment' as const },
        }
        const same = { ...loan, terms }
        const promised = sum(replay(terms, loan.draws, []).schedule, (row) => row.interest)
        const now = sum(
          replay(terms, loan.draws, withEarly(same, after, amountFen)).schedule,
          (row) => row.interest,
        )
        const segments = BigInt(terms.dueDates.length + 1)
        expect(now).toBeLessThanOrEqual(promised + segments)
      }),
      cases(300),
    )
  })
})
