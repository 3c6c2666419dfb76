import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addFen, fen, fenFromYuan, fenLeft, minFen, yuan } from './fen.ts'

describe('A11 money is whole fen', () => {
  test('an amount is never negative; a debt that is paid with more than it was is nothing', () => {
    expect(() => fen(-1n)).toThrow(RangeError)
    expect(fenLeft(fen(5n), fen(7n))).toBe(0n)
    expect(fenLeft(fen(7n), fen(5n))).toBe(2n)
    expect([minFen(fen(5n), fen(7n)), minFen(fen(7n), fen(5n))]).toEqual([5n, 5n])
    expect(addFen()).toBe(0n)
    expect(addFen(1n, 2n, 3n)).toBe(6n)
  })

  test('is written in yuan with exactly two places', () => {
    expect([0n, 5n, 10n, 100n, 123_450n, -7n].map(yuan)).toEqual([
      '0.00',
      '0.05',
      '0.10',
      '1.00',
      '1234.50',
      '-0.07',
    ])
  })

  test('is read only in that form', () => {
    expect([fenFromYuan('0.00'), fenFromYuan('0.05'), fenFromYuan('1234.50')]).toEqual([0n, 5n, 123_450n])
    expect(fenFromYuan('9999999999999.99')).toBe(999_999_999_999_999n)
    const refused = [
      '',
      '1',
      '1.5',
      '1.505',
      '-1.00',
      '+1.00',
      ' 1.00',
      '1.00 ',
      '01.00',
      '1,000.00',
      '1e3',
      '１.00',
      '.50',
      '10000000000000.00',
    ]
    expect(refused.filter((text) => fenFromYuan(text) !== undefined)).toEqual([])
  })

  test('what is written is read as the same', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999_999n), (amount) => fenFromYuan(yuan(amount)) === amount),
    )
  })
})
