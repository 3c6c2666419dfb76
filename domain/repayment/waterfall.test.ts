import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cases } from '../schedule/any-loan.testing.ts'
import { allocate, principalFirstWaterfall, totalOf, usualWaterfall } from './waterfall.ts'

describe('A7 the waterfall', () => {
  const due = { fees: 100n, penalty: 20n, interest: 300n, principal: 1000n }

  test('meets fees, penalty, interest, principal in this order', () => {
    expect(allocate(usualWaterfall, due, 410n)).toEqual({
      paid: { fees: 100n, penalty: 20n, interest: 290n, principal: 0n },
      leftFen: 0n,
    })
  })

  test('meets the principal first where the policy says so', () => {
    expect(allocate(principalFirstWaterfall, due, 1050n).paid).toEqual({
      fees: 50n,
      penalty: 0n,
      interest: 0n,
      principal: 1000n,
    })
  })

  test('hands back what nothing is due for', () => {
    expect(allocate(usualWaterfall, due, 1500n)).toEqual({ paid: due, leftFen: 80n })
  })

  test('refuses an order that leaves a kind out or names it twice', () => {
    expect(() => allocate(['fees', 'penalty', 'interest'], due, 1n)).toThrow(RangeError)
    expect(() => allocate(['fees', 'penalty', 'interest', 'interest'], due, 1n)).toThrow(RangeError)
  })

  test('makes and loses no fen, in any order, and pays nothing that is not due', () => {
    const fen = fc.bigInt(0n, 100_000n)
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...usualWaterfall], { minLength: 4 }),
        fc.record({ fees: fen, penalty: fen, interest: fen, principal: fen }),
        fc.bigInt(0n, 500_000n),
        (order, debts, payment) => {
          const { paid, leftFen } = allocate(order, debts, payment)
          expect(totalOf(paid) + leftFen).toBe(payment)
          expect(usualWaterfall.every((kind) => paid[kind] >= 0n && paid[kind] <= debts[kind])).toBe(true)
          expect(leftFen === 0n || totalOf(paid) === totalOf(debts)).toBe(true)
        },
      ),
      cases(300),
    )
  })
})
