import { describe, expect, test } from 'vitest'
import { drawnLoan } from '../loan/loan.ts'
import { fen } from '../money/fen.ts'
import { shippedPolicies } from '../policy/policy.ts'
import type { ClosureFacts } from './blockers.ts'
import { readiness } from './readiness.ts'
import { asOf, clear, inTransit, on } from './testing/facts.ts'

const policy = shippedPolicies['cn-2026']
const ready = (facts: Partial<ClosureFacts>, by = policy) => readiness({ ...clear, ...facts }, asOf, on, by)

function loan(amount: bigint) {
  return drawnLoan(
    {
      loanId: 'loan',
      rate: { e8: 35_000n, per: 'day' },
      dayBasis: 'actual/365',
      rounding: 'half-up',
      drawnOn: on,
      instalments: 5,
      dueDay: 10,
    },
    fen(amount),
  )
}

describe('C2 the earliest time', () => {
  test('is now where nothing blocks', () => {
    expect(ready({})).toMatchObject({ ready: true, earliest: asOf, blockers: [] })
  })

  test('is the last clearing where only the channel must act', () => {
    const facts = {
      unpostedRepayments: [inTransit(5n, 90), inTransit(7n, 30)],
      refundsInFlight: [inTransit(5n, 60)],
    }
    expect(ready(facts)).toMatchObject({ ready: false, earliest: inTransit(5n, 90).expectedBy })
    const covered = { loans: [loan(100_000n)], unpostedRepayments: [inTransit(100_000n, 40)] }
    expect(ready(covered).earliest).toEqual(inTransit(100_000n, 40).expectedBy)
  })

  test('is unknown where somebody must act first', () => {
    expect(ready({ loans: [loan(100_000n)] }).earliest).toBeUndefined()
    expect(ready({ frozen: true, unpostedRepayments: [inTransit(5n, 90)] }).earliest).toBeUndefined()
    expect(ready({ creditBalance: fen(5n) }).earliest).toBeUndefined()
  })

  test('is unknown, and not now, while the channel is silent past its time', () => {
    const silent = ready({ unpostedRepayments: [inTransit(5n, -30)] })
    expect({ ready: silent.ready, earliest: silent.earliest }).toEqual({ ready: false, earliest: undefined })
    expect(ready({ refundsInFlight: [inTransit(5n, 0), inTransit(6n, 60)] }).earliest).toEqual(
      inTransit(6n, 60).expectedBy,
    )
  })
})

describe('C2 the simulation', () => {
  test('shows what would be charged, or given up, and what ends', () => {
    expect(ready({ loans: [loan(100_000n)] }).simulation).toEqual({
      owed: { fees: 0n, penalty: 0n, interest: 0n, principal: 100_000n },
      charged: 100_000n,
      refunded: 0n,
      waived: 0n,
      mandatesEnded: 1,
      agreementsEnded: 1,
    })
    expect(ready({ loans: [loan(499n)] }).simulation).toMatchObject({ charged: 0n, waived: 499n })
    expect(ready({ loans: [loan(499n)] }, shippedPolicies['popular-guide']).simulation).toMatchObject({
      charged: 499n,
      waived: 0n,
    })
    expect(ready({ creditBalance: fen(7n) }).simulation.refunded).toBe(7n)
  })
})
