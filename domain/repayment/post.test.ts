import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, calendarDate, daysBetween } from '../calendar/date.ts'
import { debtOn } from '../closure/blockers.ts'
import { postingKinds } from '../ledger/chart.ts'
import { isPaidOff, type Loan, totalOwed } from '../loan/loan.ts'
import { type Lived, live, lives, nothingLived, repaid } from '../loan/testing/lived.ts'
import { addFen, type Fen, fen } from '../money/fen.ts'
import type { Rounding } from '../money/round.ts'
import { shippedPolicies } from '../policy/policy.ts'
import { thirdPolicy } from '../policy/testing/third.ts'
import { type PostedRepayment, postRepayment } from './post.ts'

const roundings: readonly Rounding[] = ['half-up', 'half-even', 'up', 'down']

function post({ loans, today }: Lived, amount: bigint, on = today): PostedRepayment {
  return postRepayment(loans, fen(amount), on, shippedPolicies['cn-2026'].principalFirstAfterDays)
}

function parts(posted: PostedRepayment): readonly (readonly [string, bigint])[] {
  return posted.allocations.map((part) => [part.component, part.amount])
}

const draw = (amount: bigint, instalments = 5) =>
  ({ kind: 'draw', amount: fen(amount), e8: 35_000n, instalments }) as const
const days = (number: number) => ({ kind: 'days', days: number }) as const

describe('A7 waterfall', () => {
  // Drawn on 10 January; the first bill, of 2,000.00 and 31 days of 3.50, is due on 10 February.
  const due = live([draw(1_000_000n), days(31), { kind: 'fee', amount: fen(1_200n) }])

  test('fees come first, then interest, then principal of what is due', () => {
    expect(parts(post(due, 1_199n))).toEqual([['fees', 1_199n]])
    expect(parts(post(due, 1_200n + 10_849n))).toEqual([
      ['fees', 1_200n],
      ['interest', 10_849n],
    ])
    expect(parts(post(due, 1_200n + 10_850n + 1n))).toEqual([
      ['fees', 1_200n],
      ['interest', 10_850n],
      ['principal', 1n],
    ])
  })

  test('what is left over after everything due goes to the principal not billed yet, after its interest', () => {
    const later = live([days(3)], 'half-up', due)
    const allDue = 1_200n + 10_850n + 200_000n
    // Three days on 10,000 yuan, for the bill was not paid: 10.50.
    expect(parts(post(later, allDue + 1_050n + 7n)).slice(3)).toEqual([
      ['interest', 1_050n],
      ['principal', 7n],
    ])
  })

  test('the oldest bill of all loans comes first', () => {
    const two = live([draw(1_000_000n), days(10), draw(500_000n), days(75)])
    const order = post(two, 10_000_000n).allocations.flatMap((part) =>
      'billSeq' in part && part.component === 'interest' ? [`${part.loanId} ${part.billSeq}`] : [],
    )
    expect(order.slice(0, 4)).toEqual(['loan-0 1', 'loan-1 1', 'loan-0 2', 'loan-1 2'])
  })

  test('principal comes before interest once the loan is more than 90 days late, and not on the 90th', () => {
    const first = (lateBy: number) => parts(post(live([draw(1_000_000n), days(31 + lateBy)]), 1_000n))[0]?.[0]
    expect([first(90), first(91)]).toEqual(['interest', 'principal'])
  })

  test('under the third policy principal comes first sooner', () => {
    const { loans, today } = live([draw(1_000_000n), days(31 + 40)])
    const first = (after: number) => postRepayment(loans, fen(1_000n), today, after).allocations[0]?.component
    expect(first(shippedPolicies['cn-2026'].principalFirstAfterDays)).toBe('interest')
    expect(first(thirdPolicy.principalFirstAfterDays)).toBe('principal')
  })
})

describe('A6 repayment', () => {
  test('what is paid above all debt is owed back to the customer', () => {
    const posted = post(live([draw(1_000_000n)]), 1_000_777n)
    expect(posted.overpaid).toBe(777n)
    expect(posted.endedLoanIds).toEqual(['loan-0'])
    expect(parts(posted)).toEqual([
      ['principal', 1_000_000n],
      ['overpaid', 777n],
    ])
  })

  test('without a loan everything is owed back', () => {
    expect(parts(post(nothingLived, 500n))).toEqual([['overpaid', 500n]])
  })

  test('settled late, interest of the days since the money was taken is given back', () => {
    // Counted through the 20th by another repayment; this one was taken on the 15th.
    const counted = live([draw(1_000_000n), days(10), { kind: 'repay', amount: fen(3_500n) }])
    const onThe15th = post(counted, 1_000_000n, addDays(counted.today, -5))
    expect(onThe15th.endedLoanIds).toEqual(['loan-0'])
    // 3.50 a day for five days.
    expect(onThe15th.overpaid).toBe(1_750n)
    expect(onThe15th.postings.at(-1)).toMatchObject({ kind: 'interest-returned', amount: 1_750n })
  })

  test('a payoff with exactly half a fen of interest returns no fen: ¥100 for one day is 3.5 fen', () => {
    const posted = post(live([draw(10_000n), days(1)]), 10_004n)
    expect({ ended: posted.endedLoanIds, overpaid: posted.overpaid }).toEqual({
      ended: ['loan-0'],
      overpaid: 0n,
    })
    expect(posted.postings.map((posting) => posting.kind)).toEqual([
      'repaid-accrued-interest',
      'repaid-principal',
    ])
  })

  test('money that was taken before a loan was drawn counts on it from the draw, not before', () => {
    const lived = live([days(5), draw(1_000_000n)])
    const posted = post(lived, 1_000_000n, addDays(lived.today, -5))
    expect({ ended: posted.endedLoanIds, overpaid: posted.overpaid }).toEqual({
      ended: ['loan-0'],
      overpaid: 0n,
    })
    expect(posted.postings.map((posting) => posting.valueDate)).toEqual([lived.today])
  })
})

describe('A6 A7 A11 repayment, whatever happened before', () => {
  const anyLife = fc.tuple(lives, fc.constantFrom(...roundings))

  test('no fen is made or lost: what is received is what is given out, and the debts fall by exactly that', () => {
    fc.assert(
      fc.property(anyLife, fc.bigInt(1n, 6_000_000n).map(fen), ([steps, rounding], amount) => {
        const lived = live(steps, rounding)
        const before = totalOwed(debtOn(lived.loans, lived.today))
        const posted = post(lived, amount)
        const given = addFen(...posted.allocations.map((part) => part.amount))
        const over = addFen(
          ...posted.allocations.filter((part) => part.component === 'overpaid').map((part) => part.amount),
        )
        expect(given).toBe(amount)
        expect(before - totalOwed(debtOn(posted.loans, lived.today))).toBe(amount - over)
      }),
    )
  })

  test('a payoff on any day ends every loan and leaves nothing, whatever happened before', () => {
    fc.assert(
      fc.property(anyLife, ([steps, rounding]) => {
        const lived = live(steps, rounding)
        const owed = totalOwed(debtOn(lived.loans, lived.today))
        const posted = post(lived, owed)
        expect(posted.loans.every(isPaidOff)).toBe(true)
        expect(totalOwed(debtOn(posted.loans, addDays(lived.today, 30)))).toBe(0n)
        expect(posted.allocations.some((part) => part.component === 'overpaid')).toBe(false)
      }),
    )
  })

  test('over its whole life a loan has cost its exact interest by value dates, to within a fen', () => {
    fc.assert(
      fc.property(anyLife, ([steps, rounding]) => {
        const lived = live(steps, rounding)
        const owed = totalOwed(debtOn(lived.loans, lived.today))
        const ended = repaid(lived, owed, lived.today)
        for (const loan of ended.loans) {
          const paid = ended.posted
            .flatMap((posted) => posted.allocations)
            .filter((part) => part.component === 'interest' && part.loanId === loan.loanId)
            .reduce((sum, part) => sum + part.amount, 0n)
          const returned = lastReturned(ended, loan)
          const difference = (paid - returned) * 100_000_000n - exactInterest(ended, loan)
          expect(difference > -100_000_000n && difference < 100_000_000n).toBe(true)
        }
      }),
    )
  })

  test('every posting is of a kind of the chart, above zero, and cash equals what was received', () => {
    fc.assert(
      fc.property(anyLife, fc.bigInt(1n, 6_000_000n), ([steps, rounding], amount) => {
        const posted = post(live(steps, rounding), amount)
        const cash = posted.postings
          .filter((posting) => postingKinds[posting.kind].debit === '1001')
          .reduce((sum, posting) => sum + posting.amount, 0n)
        expect(cash).toBe(amount)
        expect(posted.postings.every((posting) => posting.amount > 0n)).toBe(true)
      }),
    )
  })

  test('what a bill or a loan still asks for never rises and never falls below zero', () => {
    fc.assert(
      fc.property(anyLife, fc.bigInt(1n, 6_000_000n), ([steps, rounding], amount) => {
        const lived = live(steps, rounding)
        const after = new Map(post(lived, amount).loans.map((loan) => [loan.loanId, loan]))
        for (const loan of lived.loans) {
          const now = after.get(loan.loanId)
          expect(now !== undefined && now.principal >= 0n && now.principal <= loan.principal).toBe(true)
          const asked = (of: Loan | undefined) =>
            of?.bills.reduce((sum, bill) => sum + bill.principalLeft, 0n) ?? 0n
          expect(asked(now) <= (now?.principal ?? 0n)).toBe(true)
        }
      }),
    )
  })
})

/** Interest returned to the customer when a loan ended, read once: the posting is repeated in no later repayment. */
function lastReturned({ posted }: Lived, loan: Loan): Fen {
  return addFen(
    ...posted
      .flatMap((one) => one.postings)
      .filter((posting) => posting.kind === 'interest-returned' && posting.loanId === loan.loanId)
      .map((posting) => posting.amount),
  )
}

/** Principal by value date times rate times days, in 1e-8 fen: counted without the accumulator. */
function exactInterest(lived: Lived, loan: Loan): bigint {
  const until = calendarDate(lived.today)
  return lived.movements
    .filter((movement) => movement.loan.loanId === loan.loanId)
    .reduce((sum, { amount, on }) => sum + amount * loan.rate.e8 * BigInt(daysBetween(on, until)), 0n)
}
