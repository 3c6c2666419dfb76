import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawnLoan, type Loan, totalOwed } from '../loan/loan.ts'
import { live, lives } from '../loan/testing/lived.ts'
import { addFen, fen } from '../money/fen.ts'
import { shippedPolicies } from '../policy/policy.ts'
import { thirdPolicy } from '../policy/testing/third.ts'
import {
  type Blocker,
  type BlockerCode,
  blockerCodes,
  type ClosureFacts,
  closureBlockers,
  debtOn,
  waivedResidual,
} from './blockers.ts'
import { clear, inTransit, on } from './testing/facts.ts'

const policy = shippedPolicies['cn-2026']
const guide = shippedPolicies['popular-guide']

/** Ten days old and not due yet: ¥1,000 of principal and 3.50 of interest. */
const young: Loan = drawnLoan(
  {
    loanId: 'young',
    rate: { e8: 35_000n, per: 'day' },
    dayBasis: 'actual/365',
    rounding: 'half-up',
    drawnOn: '2026-05-31' as typeof on,
    instalments: 5,
    dueDay: 30,
  },
  fen(100_000n),
)
const withoutInterest: Loan = { ...young, drawnOn: on, accruedTo: on }
const small: Loan = { ...withoutInterest, principal: fen(499n) }
const fee = { feeId: 'fee', kind: 'extension', left: fen(1_000n) } as const
const late: Loan = {
  ...withoutInterest,
  bills: [{ seq: 1, dueOn: '2026-06-09' as typeof on, principalLeft: fen(20_000n), interestLeft: fen(700n) }],
}

const code = (blocker: Blocker) => blocker.code
const codes = (facts: Partial<ClosureFacts>, by = policy) =>
  closureBlockers({ ...clear, ...facts }, on, by).map(code)

describe('C2 C5 what stands against a closing', () => {
  test('nothing: it can close now', () => {
    expect(closureBlockers(clear, on, policy)).toEqual([])
  })

  const cases: readonly (readonly [BlockerCode, Partial<ClosureFacts>, Partial<Blocker>])[] = [
    ['line-missing', { line: undefined }, { actor: 'borrower' }],
    ['line-ended', { line: { creditLineId: 'line', ended: true } }, { actor: 'borrower' }],
    ['frozen', { frozen: true }, { actor: 'lender' }],
    ['overdue', { loans: [late] }, { actor: 'borrower', amount: fen(20_700n), count: 1 }],
    ['fees-owed', { loans: [{ ...small, principal: fen(0n), fees: [fee] }] }, { amount: fen(1_000n) }],
    [
      'interest-owed',
      {
        loans: [
          {
            ...small,
            principal: fen(0n),
            bills: [{ seq: 1, dueOn: on, principalLeft: fen(0n), interestLeft: fen(700n) }],
          },
        ],
      },
      { amount: fen(700n) },
    ],
    ['principal-owed', { loans: [withoutInterest] }, { amount: fen(100_000n), actor: 'borrower' }],
    [
      'repayment-unposted',
      { unpostedRepayments: [inTransit(500n, 40), inTransit(300n, 90)] },
      { amount: fen(800n), count: 2, actor: 'channel', clearsAt: inTransit(300n, 90).expectedBy },
    ],
    [
      'debit-submitted',
      { submittedDebits: [inTransit(500n, 40)] },
      { amount: fen(500n), count: 1, actor: 'channel' },
    ],
    [
      'drawdown-in-flight',
      { drawdownsInFlight: [inTransit(500n, 40)] },
      { amount: fen(500n), actor: 'channel' },
    ],
    [
      'credit-balance',
      { creditBalance: fen(1n) },
      { amount: fen(1n), actor: 'borrower', cure: { method: 'POST', path: '/v1/me/refunds' } },
    ],
    ['refund-in-flight', { refundsInFlight: [inTransit(500n, 40)] }, { amount: fen(500n), actor: 'channel' }],
  ]

  test('there is a case for every code but penalty, which nothing charges yet, and the residual, which depends on the policy', () => {
    const tested = new Set<BlockerCode>([...cases.map(([one]) => one), 'penalty-owed', 'residual-owed'])
    expect(blockerCodes.filter((one) => !tested.has(one))).toEqual([])
  })

  test.each(cases)('%s', (expected, facts, more) => {
    const blockers = closureBlockers({ ...clear, ...facts }, on, policy)
    const others = expected === 'overdue' ? ['interest-owed', 'principal-owed'] : []
    expect(blockers.map(code)).toEqual([expected, ...others])
    expect(blockers[0]).toMatchObject(more)
  })

  test('all are told at once, in the stated order, each to the fen', () => {
    const everything: ClosureFacts = {
      ...clear,
      frozen: true,
      loans: [{ ...late, fees: [fee] }, young],
      creditBalance: fen(5n),
      unpostedRepayments: [inTransit(10n, 40)],
      submittedDebits: [inTransit(20n, 40)],
      drawdownsInFlight: [inTransit(30n, 40)],
      refundsInFlight: [inTransit(40n, 40)],
    }
    expect(closureBlockers(everything, on, policy).map(({ code, amount }) => [code, amount])).toEqual([
      ['frozen', undefined],
      ['overdue', 20_700n],
      ['fees-owed', 1_000n],
      ['interest-owed', 700n + 350n],
      ['principal-owed', 200_000n],
      ['repayment-unposted', 10n],
      ['debit-submitted', 20n],
      ['drawdown-in-flight', 30n],
      ['credit-balance', 5n],
      ['refund-in-flight', 40n],
    ])
  })

  test('a debt that money on its way covers waits for the channel, and nobody is asked to pay it twice', () => {
    const [first] = closureBlockers(
      { ...clear, loans: [withoutInterest], unpostedRepayments: [inTransit(100_000n, 40)] },
      on,
      policy,
    )
    expect(first).toEqual({
      code: 'principal-owed',
      amount: 100_000n,
      actor: 'channel',
      clearsAt: inTransit(100_000n, 40).expectedBy,
    })
    const [short] = closureBlockers(
      { ...clear, loans: [withoutInterest], unpostedRepayments: [inTransit(99_999n, 40)] },
      on,
      policy,
    )
    expect(short).toMatchObject({ actor: 'borrower', cure: { path: '/v1/me/payoff-quotes' } })
  })
})

describe('F2 a small rest', () => {
  test('below ¥5 it is given up by one profile and must be paid under the other', () => {
    expect(codes({ loans: [small] })).toEqual([])
    expect(totalOwed(waivedResidual([small], on, policy))).toBe(499n)
    expect(codes({ loans: [small] }, guide)).toEqual(['residual-owed'])
    expect(totalOwed(waivedResidual([small], on, guide))).toBe(0n)
  })

  test('of ¥5 and more it is a debt like any other, in both', () => {
    const atBound = { loans: [{ ...small, principal: fen(500n) }] }
    expect([codes(atBound), codes(atBound, guide)]).toEqual([['principal-owed'], ['principal-owed']])
  })

  test('is judged over all loans together', () => {
    expect(codes({ loans: [small, { ...small, loanId: 'other', principal: fen(1n) }] })).toEqual([
      'principal-owed',
    ])
  })

  test('that is late is given up all the same', () => {
    const rest = {
      ...small,
      principal: fen(100n),
      bills: [{ seq: 5, dueOn: '2026-06-01' as typeof on, principalLeft: fen(100n), interestLeft: fen(0n) }],
    }
    expect(codes({ loans: [rest] })).toEqual([])
  })

  test('its bound moves with the policy', () => {
    const rest = { loans: [{ ...small, principal: fen(350n) }] }
    expect(codes(rest, guide)).toEqual(['residual-owed'])
    expect(codes(rest, thirdPolicy)).toEqual(['principal-owed'])
  })
})

describe('C2 C5 blockers, whatever happened before', () => {
  test('none means that nothing is owed but what the closing gives up, below its bound', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(policy, guide, thirdPolicy), (steps, by) => {
        const { loans, today } = live(steps)
        const blockers = closureBlockers({ ...clear, loans }, today, by)
        const owed = totalOwed(debtOn(loans, today))
        const waived = totalOwed(waivedResidual(loans, today, by))
        if (blockers.length === 0) expect(owed).toBe(waived)
        if (by.residual.treatment === 'special-debit') expect(blockers.length === 0).toBe(owed === 0n)
        expect(waived < by.residual.below).toBe(true)
      }),
    )
  })

  test('one fen owed is told as one fen: the parts add up to the debt', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        const { loans, today } = live(steps)
        const blockers = closureBlockers({ ...clear, loans }, today, guide)
        const parts = blockers.filter((blocker) => blocker.code !== 'overdue')
        expect(addFen(...parts.map((blocker) => blocker.amount ?? 0n))).toBe(totalOwed(debtOn(loans, today)))
      }),
    )
  })
})
