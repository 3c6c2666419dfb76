import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divideRounded, type Rounding } from './round.ts'

describe('A4 rounding', () => {
  test('each kind on both sides of a half, and for debts as for their mirror', () => {
    const halves: readonly bigint[] = [-5n, -3n, -1n, 1n, 3n, 5n]
    const rounded = (rounding: Rounding) => halves.map((half) => divideRounded(half, 2n, rounding))
    expect(rounded('half-up')).toEqual([-3n, -2n, -1n, 1n, 2n, 3n])
    expect(rounded('half-even')).toEqual([-2n, -2n, 0n, 0n, 2n, 2n])
    expect(rounded('up')).toEqual([-3n, -2n, -1n, 1n, 2n, 3n])
    expect(rounded('down')).toEqual([-2n, -1n, 0n, 0n, 1n, 2n])
    const thirds = (rounding: Rounding) => [1n, 2n, 3n].map((third) => divideRounded(third, 3n, rounding))
    expect(thirds('half-up')).toEqual([0n, 1n, 1n])
    expect(thirds('half-even')).toEqual([0n, 1n, 1n])
    expect(thirds('up')).toEqual([1n, 1n, 1n])
    expect(thirds('down')).toEqual([0n, 0n, 1n])
  })

  test('refuses a divisor that is not above zero', () => {
    expect(() => divideRounded(1n, 0n, 'half-up')).toThrow(RangeError)
    expect(() => divideRounded(1n, -2n, 'half-up')).toThrow(RangeError)
  })

  test('is never further than half away, or than one, and leaves whole numbers alone', () => {
    const big = fc.bigInt(-(10n ** 30n), 10n ** 30n)
    fc.assert(
      fc.property(big, fc.bigInt(1n, 10n ** 20n), (numerator, divisor) => {
        for (const rounding of ['half-up', 'half-even', 'up', 'down'] as const) {
          const error = divideRounded(numerator, divisor, rounding) * divisor - numerator
          const size = error < 0n ? -error : error
          expect(rounding.startsWith('half') ? size * 2n <= divisor : size < divisor).toBe(true)
          expect(divideRounded(numerator * divisor, divisor, rounding)).toBe(numerator)
        }
      }),
    )
  })
})
