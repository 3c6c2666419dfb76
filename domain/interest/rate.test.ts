import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, calendarDate, dueDateAfter } from '../calendar/date.ts'
import type { Rounding } from '../money/round.ts'
import { anyBasis, anyRate, anyRounding, cases } from '../schedule/any-loan.testing.ts'
import { e8FromDecimal } from './decimal.ts'
import {
  accrue,
  accruedExactly,
  accruedFen,
  type Counting,
  type DayBasis,
  monthAnchor,
  nothingAccrued,
  type Rate,
} from './rate.ts'

function interest(
  principalFen: bigint,
  rate: Rate,
  basis: DayBasis,
  from: string,
  to: string,
  counting: Counting = {},
  rounding: Rounding = 'half-up',
): bigint {
  const accumulated = accrue(
    nothingAccrued,
    principalFen,
    rate,
    basis,
    calendarDate(from),
    calendarDate(to),
    counting,
  )
  return accruedFen(accumulated, rate, basis, rounding)
}

const daily: Rate = { e8: 35_000n, per: 'day' }
const yearly: Rate = { e8: 12_000_000n, per: 'year' }
const monthly: Rate = { e8: 1_000_000n, per: 'month' }

describe('A4 interest', () => {
  test('counts the day of the drawdown and not that of the repayment', () => {
    expect(interest(1_000_000n, daily, 'actual/365', '2026-06-10', '2026-06-11')).toBe(350n)
    expect(interest(1_000_000n, daily, 'actual/365', '2026-06-10', '2026-06-10')).toBe(0n)
    expect(interest(1_000_000n, daily, 'actual/365', '2026-06-10', '2026-07-10')).toBe(10_500n)
  })

  test('of a yearly rate over 2024 by each basis', () => {
    const year = (basis: DayBasis) => interest(1_000_000n, yearly, basis, '2024-01-01', '2025-01-01')
    expect(year('actual/360')).toBe(122_000n)
    expect(year('actual/365')).toBe(120_329n)
    expect(year('actual/366')).toBe(120_000n)
    expect(year('actual/actual')).toBe(120_000n)
    expect(year('30/360')).toBe(120_000n)
  })

  test('across the turn of a leap year counts each day in its own year, and the first day may be the skipped one', () => {
    const turn = (firstDay: 'counts' | 'skipped') =>
      interest(1_000_000n, yearly, 'actual/actual', '2023-12-12', '2024-01-12', { firstDay })
    // 20 days of 365 and 11 of 366 against 19 and 12: 101.821.. and 101.811..
    expect([turn('counts'), turn('skipped')]).toEqual([10_182n, 10_181n])
  })

  test('of a monthly rate counts whole months as such, long or short', () => {
    for (const basis of ['actual/360', 'actual/365', 'actual/366', 'actual/actual', '30/360'] as const) {
      expect(interest(1_000_000n, monthly, basis, '2026-02-10', '2026-03-10')).toBe(10_000n)
      expect(interest(1_000_000n, monthly, basis, '2026-03-10', '2026-05-10')).toBe(20_000n)
    }
  })

  test('of a monthly rate over part of a month goes by the day: twelve of it a year', () => {
    expect(interest(1_000_000n, monthly, 'actual/360', '2026-03-10', '2026-03-25')).toBe(5_000n)
    expect(interest(1_000_000n, monthly, 'actual/365', '2026-03-10', '2026-04-25')).toBe(14_932n)
    expect(interest(1_000_000n, monthly, '30/360', '2026-02-10', '2026-02-24')).toBe(5_000n)
  })

  test('of 30/360 over part of a month is its share of that month: 83.57 at 7 % to 15 February 2024 is 0.24', () => {
    const rate: Rate = { e8: 7_000_000n, per: 'year' }
    expect(interest(8357n, rate, '30/360', '2024-02-01', '2024-02-15')).toBe(24n)
  })

  test('of a daily rate counts every day, but 30 a month under 30/360', () => {
    const year = (basis: DayBasis) => interest(1_000_000n, daily, basis, '2026-01-01', '2027-01-01')
    expect([year('actual/360'), year('actual/actual'), year('30/360')]).toEqual([
      127_750n,
      127_750n,
      126_000n,
    ])
  })

  test('a month that ends on a due day kept at a month end is whole', () => {
    const months = monthAnchor(calendarDate('2026-02-28'), 31)
    expect(interest(1_000_000n, monthly, 'actual/365', '2026-02-28', '2026-03-31', { months })).toBe(10_000n)
    expect(interest(1_000_000n, monthly, 'actual/365', '2026-01-31', '2026-02-28')).toBe(10_000n)
  })

  test('is rounded once, each way', () => {
    // 10.01 yuan at 0.05 % a day is half a fen and a thousandth; 10.00 yuan is half a fen exactly; 30.00 one and a half.
    const rate: Rate = { e8: 50_000n, per: 'day' }
    const day = (principalFen: bigint, rounding: Rounding) =>
      interest(principalFen, rate, 'actual/365', '2026-01-01', '2026-01-02', {}, rounding)
    expect([day(1000n, 'half-up'), day(1000n, 'half-even'), day(1000n, 'up'), day(1000n, 'down')]).toEqual([
      1n,
      0n,
      1n,
      0n,
    ])
    expect([day(3000n, 'half-even'), day(1001n, 'half-even'), day(999n, 'half-up')]).toEqual([2n, 1n, 0n])
  })

  test('of the pieces of a period is exactly that of the period, wherever it is cut', () => {
    const day = fc.integer({ min: 0, max: 400 })
    fc.assert(
      fc.property(
        anyRate,
        anyBasis,
        fc.integer({ min: 0, max: 2000 }),
        fc.tuple(day, day, day),
        fc.constantFrom('counts' as const, 'skipped' as const),
        fc.bigInt(0n, 30_000_000n),
        (rate, basis, start, days, firstDay, principal) => {
          const anchor = addDays(calendarDate('2019-11-20'), start)
          const counting = { months: monthAnchor(anchor), firstDay }
          const [a = anchor, b = anchor, c = anchor] = days
            .toSorted((x, y) => x - y)
            .map((one) => addDays(anchor, one))
          const cut = accrue(nothingAccrued, principal, rate, basis, a, b, counting)
          const pieces = accrue(cut, principal, rate, basis, b, c, counting)
          expect(pieces).toEqual(accrue(nothingAccrued, principal, rate, basis, a, c, counting))
        },
      ),
      cases(500),
    )
  })

  test('never falls as days pass', () => {
    fc.assert(
      fc.property(
        anyRate,
        anyBasis,
        anyRounding,
        fc.integer({ min: 0, max: 2000 }),
        fc.nat({ max: 400 }),
        (rate, basis, rounding, start, after) => {
          const from = addDays(calendarDate('2019-11-20'), start)
          const fen = (days: number) =>
            accruedFen(
              accrue(nothingAccrued, 3_000_000n, rate, basis, from, addDays(from, days)),
              rate,
              basis,
              rounding,
            )
          expect(fen(after + 1)).toBeGreaterThanOrEqual(fen(after))
        },
      ),
      cases(500),
    )
  })

  test('under 30/360 a year is twelve equal months from any day to the 28th', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.bigInt(1n, 30_000_000n), (start, principal) => {
        const day = addDays(calendarDate('2019-11-20'), start)
        const from = dueDateAfter(day, 0, Math.min(28, Number(day.slice(8))))
        const month = accrue(
          nothingAccrued,
          principal,
          yearly,
          '30/360',
          from,
          dueDateAfter(from, 1, Number(from.slice(8))),
        )
        const year = accrue(
          nothingAccrued,
          principal,
          yearly,
          '30/360',
          from,
          dueDateAfter(from, 12, Number(from.slice(8))),
        )
        expect(year.common).toBe(month.common * 12n)
        const { over, under } = accruedExactly(year, yearly, '30/360')
        expect(over * 100n).toBe(principal * 12n * under)
      }),
      cases(100),
    )
  })
})

describe('A2 a rate as text', () => {
  test('is read to eight places and never rounded', () => {
    expect(e8FromDecimal('0.00035')).toBe(35_000n)
    expect(e8FromDecimal('0.000350000000')).toBe(35_000n)
    expect(e8FromDecimal('12')).toBe(1_200_000_000n)
    expect(e8FromDecimal('0.000350001')).toBeUndefined()
  })

  test('other forms are none', () => {
    for (const text of ['', '.5', '1.', '-1', '+1', '1e-4', '0,5', ' 1', '01', '１']) {
      expect(e8FromDecimal(text)).toBeUndefined()
    }
  })
})
