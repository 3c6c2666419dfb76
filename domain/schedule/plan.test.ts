import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, calendarDate, dayOfMonth, daysBetween } from '../calendar/date.ts'
import { anyRounding, cases } from './any-loan.testing.ts'
import { dueDates, equalInstalment, principalParts } from './plan.ts'

describe('A3 the principal of the instalments', () => {
  test('adds up to the drawdown, whatever the method, the rounding and the number', () => {
    const interest = fc.record({ instalmentFen: fc.bigInt(0n, 1_000_000n), rate: fc.bigInt(0n, 50n) })
    fc.assert(
      fc.property(
        fc.constantFrom('equal-principal' as const, 'equal-instalment' as const, 'interest-first' as const),
        fc.bigInt(0n, 30_000_000n),
        fc.integer({ min: 1, max: 60 }),
        anyRounding,
        interest,
        (method, principal, instalments, rounding, { instalmentFen, rate }) => {
          const parts = principalParts(method, principal, instalments, rounding, {
            instalmentFen,
            interestFen: (_, balance) => (balance * rate) / 1000n,
          })
          expect(parts.length).toBe(instalments)
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(principal)
          expect(parts.every((part) => part >= 0n)).toBe(true)
        },
      ),
      cases(400),
    )
  })

  test('is equal to a fen but for the last, which takes the rest', () => {
    expect(principalParts('equal-principal', 500_000n, 18)).toEqual([...Array(17).fill(27_778n), 27_774n])
    expect(principalParts('equal-principal', 500_000n, 18, 'down')).toEqual([
      ...Array(17).fill(27_777n),
      27_791n,
    ])
    expect(principalParts('interest-first', 500n, 3)).toEqual([0n, 0n, 500n])
  })

  test('of a few fen over many instalments never exceeds what is left', () => {
    expect(principalParts('equal-principal', 3n, 5, 'up')).toEqual([1n, 1n, 1n, 0n, 0n])
  })

  test('no loan is without an instalment, and none has a negative principal', () => {
    expect(() => principalParts('equal-principal', 1n, 0)).toThrow(RangeError)
    expect(() => principalParts('equal-principal', -1n, 1)).toThrow(RangeError)
    expect(() => principalParts('equal-instalment', 1n, 2)).toThrow(RangeError)
  })
})

describe('A3 the equal instalment', () => {
  test('is the share of the principal where nothing grows', () => {
    const still = { numerator: 1n, divisor: 1n }
    expect(equalInstalment(1_000n, Array(3).fill(still))).toBe(333n)
    expect(equalInstalment(1_000n, Array(3).fill(still), 'up', 100n)).toBe(400n)
  })

  test('brings the debt to within its own rounding of zero, over 360 periods of 1 %', () => {
    const growth = { numerator: 101n, divisor: 100n }
    // By the closed formula 1,000,000.00 x 0.01 / (1 - 1.01^-360) = 10,286.1260.
    expect(equalInstalment(100_000_000n, Array(360).fill(growth))).toBe(1_028_613n)
  })
})

describe('A3 due dates', () => {
  test('begin in the month after the drawdown and keep their day, or the last of a shorter month', () => {
    expect(dueDates(calendarDate('2026-06-10'), 3, 10)).toEqual(['2026-07-10', '2026-08-10', '2026-09-10'])
    expect(dueDates(calendarDate('2027-12-31'), 4, 31)).toEqual([
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
    ])
    expect(dueDates(calendarDate('2026-06-30'), 1, 1)).toEqual(['2026-07-01'])
  })

  test('the first comes 1 to 61 days after the drawdown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 31 }), (after, dueDay) => {
        const on = addDays(calendarDate('2020-01-01'), after)
        const [first = on, second = on] = dueDates(on, 2, dueDay)
        expect(daysBetween(on, first)).toBeGreaterThanOrEqual(1)
        expect(daysBetween(on, first)).toBeLessThanOrEqual(61)
        expect(dayOfMonth(second)).toBeLessThanOrEqual(dueDay)
      }),
      cases(200),
    )
  })

  test('there is no due day 0 or 32', () => {
    expect(() => dueDates(calendarDate('2026-06-10'), 3, 0)).toThrow(RangeError)
    expect(() => dueDates(calendarDate('2026-06-10'), 3, 32)).toThrow(RangeError)
  })
})
