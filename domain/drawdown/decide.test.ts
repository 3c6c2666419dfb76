import { describe, expect, test } from 'vitest'
import { fen } from '../money/fen.ts'
import { shippedPolicies } from '../policy/policy.ts'
import { creditByTheDay } from '../policy/product.ts'
import { thirdPolicy } from '../policy/testing/third.ts'
import { availableOf, type DrawdownFacts, drawdownRefusalCodes, drawdownRefusals, usedOf } from './decide.ts'

const policy = shippedPolicies['cn-2026']
const able: DrawdownFacts = {
  lineOpen: true,
  closingRequested: false,
  blocks: [],
  limit: fen(5_000_000n),
  used: fen(1_000_000n),
  daysPastDue: 0,
  cardBound: true,
  product: creditByTheDay,
}
const wish = { amount: fen(1_000_000n), instalments: 5 }

describe('A3 drawdown', () => {
  test('nothing stands against it', () => {
    expect(drawdownRefusals(able, wish, policy)).toEqual([])
    expect(drawdownRefusals(able, { amount: fen(4_000_000n), instalments: 20 }, policy)).toEqual([])
    expect(drawdownRefusals(able, { amount: policy.drawdownMin, instalments: 10 }, policy)).toEqual([])
  })

  const cases: readonly (readonly [string, Partial<DrawdownFacts>, Partial<typeof wish>, object])[] = [
    ['no line', { lineOpen: false }, {}, { code: 'line-missing' }],
    ['a line that is being closed', { closingRequested: true }, {}, { code: 'closing-requested' }],
    ['a frozen line', { blocks: ['frozen'] }, {}, { code: 'line-frozen' }],
    ['a line in run-off', { blocks: ['run-off'] }, {}, { code: 'line-in-run-off' }],
    ['a line over its limit', { blocks: ['over-limit'] }, {}, { code: 'line-over-limit' }],
    ['a bill unpaid since yesterday', { daysPastDue: 1 }, {}, { code: 'overdue' }],
    ['a card that is not bound', { cardBound: false }, {}, { code: 'card-not-bound' }],
    ['seven instalments', {}, { instalments: 7 }, { code: 'instalments-not-offered' }],
    [
      'a fen below the smallest draw',
      {},
      { amount: fen(9_999n) },
      { code: 'amount-below-minimum', amount: 10_000n },
    ],
    [
      'a fen above what is free',
      {},
      { amount: fen(4_000_001n) },
      { code: 'amount-over-available', amount: 4_000_000n },
    ],
  ]

  test('there is a case for each reason, in the stated order', () => {
    expect(
      cases.map(([, , , { code }]: readonly [string, object, object, { code?: string }]) => code),
    ).toEqual([...drawdownRefusalCodes])
  })

  test.each(cases)('is refused with %s', (_name, facts, command, refusal) => {
    expect(drawdownRefusals({ ...able, ...facts }, { ...wish, ...command }, policy)).toEqual([refusal])
  })

  test('all reasons are given at once, in the stated order', () => {
    const facts: DrawdownFacts = {
      ...able,
      closingRequested: true,
      blocks: ['run-off', 'over-limit', 'frozen'],
      limit: fen(0n),
      daysPastDue: 3,
      cardBound: false,
    }
    const refusals = drawdownRefusals(facts, { amount: fen(1n), instalments: 7 }, policy)
    expect(refusals.map((refusal) => refusal.code)).toEqual(drawdownRefusalCodes.slice(1))
  })

  test('the smallest draw is the policy’s', () => {
    const between = { ...wish, amount: fen(12_000n) }
    expect(drawdownRefusals(able, between, policy)).toEqual([])
    expect(drawdownRefusals(able, between, thirdPolicy)).toEqual([
      { code: 'amount-below-minimum', amount: 15_000n },
    ])
  })

  test('what is free is the limit less principal owed and draws in flight, never below nothing', () => {
    expect(availableOf(fen(500n), usedOf([fen(100n), fen(150n)], [fen(200n)]))).toBe(50n)
    expect(availableOf(fen(500n), fen(700n))).toBe(0n)
  })
})
