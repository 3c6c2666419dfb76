import { addDays, calendarDate, daysBetween } from '@jieqing/domain/calendar/date'
import { type Loan, remainingSchedule } from '@jieqing/domain/loan/loan'
import { fen } from '@jieqing/domain/money/fen'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Layout } from './layout.ts'
import { lastDayOf, type Month, monthBefore } from './month.ts'
import { openingOf } from './opening.ts'
import type { BookLine } from './row.ts'
import { uciLayout } from './testing/book.ts'

let layout: Layout
beforeAll(async () => {
  layout = await uciLayout()
})

const asOf = '2026-05' as Month
const on = calendarDate('2026-06-10')

function line(limit: bigint, bills: readonly bigint[], status = 0, paid: readonly bigint[] = []): BookLine {
  const months = Array.from({ length: 6 }, (_, index) => ({
    bill: bills[index] ?? 0n,
    paid: fen(paid[index] ?? 0n),
    status: index === 0 ? status : 0,
  }))
  return { row: 1, key: '1', limit: fen(limit), months }
}

describe('A14 the opening of an imported line', () => {
  test('a bill above zero is a loan of that principal in twelve parts from the next due day', () => {
    expect(openingOf(line(2_000_000n, [391_300n]), layout, asOf, on).loan).toEqual({
      principal: 391_300n,
      lateBill: undefined,
      instalmentPrincipal: 32_608n,
      nextDue: '2026-07-10',
    })
    expect(openingOf(line(2_000_000n, [1n]), layout, asOf, calendarDate('2026-06-09')).loan?.nextDue).toBe(
      '2026-06-10',
    )
  })

  test('status k is 30k days past due with k twelfths, each rounded up, and the rest in twelve', () => {
    expect(openingOf(line(2_000_000n, [391_300n], 2), layout, asOf, on).loan).toEqual({
      principal: 391_300n,
      lateBill: { principal: 65_218n, dueOn: '2026-04-11' },
      instalmentPrincipal: 27_174n,
      nextDue: '2026-07-10',
    })
  })

  test('where the late bill takes all, nothing falls due any more', () => {
    expect(openingOf(line(2_000_000n, [5n], 8), layout, asOf, on).loan).toEqual({
      principal: 5n,
      lateBill: { principal: 5n, dueOn: '2025-10-13' },
      instalmentPrincipal: 0n,
      nextDue: undefined,
    })
  })

  test('a bill below zero is owed to the customer, and a late status without a debt is no debt', () => {
    expect(openingOf(line(100n, [-2_300n], 1), layout, asOf, on)).toMatchObject({
      loan: undefined,
      creditBalance: 2_300n,
      overLimit: false,
    })
    expect(openingOf(line(100n, [0n], 1), layout, asOf, on)).toMatchObject({
      loan: undefined,
      creditBalance: 0n,
    })
  })

  test('over the limit is blocked, at the limit is not', () => {
    expect(openingOf(line(100n, [101n]), layout, asOf, on).overLimit).toBe(true)
    expect(openingOf(line(100n, [100n]), layout, asOf, on).overLimit).toBe(false)
  })

  test('the last use is the last day of the newest month with a bill or payment, never after today', () => {
    expect(openingOf(line(1n, [0n, 0n, 5n]), layout, asOf, on).lastUsedOn).toBe('2026-03-31')
    expect(openingOf(line(1n, [0n, 0n, 0n, 0n], 0, [0n, 0n, 0n, 7n]), layout, asOf, on).lastUsedOn).toBe(
      '2026-02-28',
    )
    expect(openingOf(line(1n, []), layout, asOf, on).lastUsedOn).toBeUndefined()
    expect(openingOf(line(1n, [1n]), layout, '2026-06' as Month, on).lastUsedOn).toBe('2026-06-10')
  })

  test('for any bill and status the late bill and the schedule ask for the principal, no fen more or less', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100_000_000n }),
        fc.integer({ min: -2, max: 8 }),
        fc.integer({ min: 0, max: 800 }),
        (bill, status, day) => {
          const date = addDays(on, day)
          const { loan } = openingOf(line(1n, [bill], status), layout, asOf, date)
          if (loan === undefined) throw new Error('a bill above zero has a loan')
          const late = loan.lateBill
          if (late !== undefined) expect(daysBetween(late.dueOn, date)).toBe(30 * status)
          if (loan.nextDue !== undefined) expect(loan.nextDue > date).toBe(true)
          const opened: Loan = {
            loanId: 'l',
            rate: { e8: layout.dailyRateE8, per: 'day' },
            dayBasis: 'actual/365',
            rounding: 'half-up',
            drawnOn: date,
            instalments: layout.instalments,
            instalmentPrincipal: loan.instalmentPrincipal,
            dueDay: layout.dueDay,
            principal: loan.principal,
            accrued: { common: 0n, leap: 0n },
            accruedTo: date,
            billedInstalments: 0,
            nextDue: loan.nextDue,
            bills:
              late === undefined
                ? []
                : [{ seq: 0, dueOn: late.dueOn, principalLeft: late.principal, interestLeft: fen(0n) }],
            fees: [],
          }
          const asked = remainingSchedule(opened).reduce((sum, one) => sum + one.principalLeft, 0n)
          expect(asked).toBe(bill)
        },
      ),
    )
  })
})

describe('A14 months', () => {
  test('count back over years and know their last day', () => {
    expect(monthBefore('2026-02' as Month, 5)).toBe('2025-09')
    expect(monthBefore('2026-05' as Month, 0)).toBe('2026-05')
    expect(lastDayOf('2028-02' as Month)).toBe('2028-02-29')
  })
})
