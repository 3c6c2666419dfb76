import { describe, expect, test } from 'vitest'
import { closureBlockers } from '../closure/blockers.ts'
import { clear, on } from '../closure/testing/facts.ts'
import { invitationRefusals } from '../credit-line/invitation.ts'
import { drawdownRefusals } from '../drawdown/decide.ts'
import { drawnLoan } from '../loan/loan.ts'
import { live } from '../loan/testing/lived.ts'
import { fen } from '../money/fen.ts'
import { postRepayment } from '../repayment/post.ts'
import { policyFromJson, policyJson } from './json.ts'
import { type Policy, shippedPolicies } from './policy.ts'
import {
  creditByTheDay,
  importedRevolving,
  type ProductBody,
  productFromJson,
  productJson,
} from './product.ts'
import { thirdPolicy, withOneOfThird } from './testing/third.ts'

const shipped = shippedPolicies['cn-2026']

describe('A2 A5 A7 A10 F2 policies are data', () => {
  test.each([...Object.entries(shippedPolicies), ['the third', thirdPolicy] as const])(
    '%s is written and read as the same',
    (_name, policy) => {
      const stored: unknown = JSON.parse(JSON.stringify(policyJson(policy)))
      expect(policyFromJson(stored)).toEqual(policy)
    },
  )

  test.each([creditByTheDay, importedRevolving])(
    'the product $code is written and read as the same',
    (product) => {
      const stored = JSON.parse(JSON.stringify(productJson(product))) as ProductBody
      expect(productFromJson(product.code, product.version, stored)).toEqual(product)
    },
  )

  const body = policyJson(shipped)
  const names = Object.keys(body)

  test.each(names)('a body without %s, or with another kind of value there, is refused', (name) => {
    const { [name]: _left, ...without } = body
    expect(() => policyFromJson(without)).toThrow(TypeError)
    for (const wrong of [null, '-1', '1.5', 1.5, -1, '', true, []])
      expect(() => policyFromJson({ ...body, [name]: wrong })).toThrow(TypeError)
  })

  test('a treatment of the residual that nobody knows is refused', () => {
    expect(() => policyFromJson({ ...body, residual: { treatment: 'forgotten', below: '500' } })).toThrow(
      TypeError,
    )
    expect(() => policyFromJson({ ...body, residual: { treatment: 'waived' } })).toThrow(TypeError)
  })
})

/** Numbers that only the server reads; its own test moves them. */
type ServersOwn = 'invitationDays' | 'clearingMinutes' | 'mandateTerminationMinutes' | 'stepUpMinutes'

describe('A2 A3 A7 F2 every number of a policy moves a decision', () => {
  test('the third profile differs in every number from both that ship', () => {
    const names = Object.keys(thirdPolicy) as readonly (keyof Policy)[]
    for (const policy of Object.values(shippedPolicies)) {
      const same = names.filter((name) => policy[name] === thirdPolicy[name])
      expect(same).toEqual([])
      expect(policy.residual.below).not.toBe(thirdPolicy.residual.below)
    }
  })

  const offer = { limit: fen(5_000_000n), rateE8: 35_000n, hasOpenLine: false }
  const line = {
    lineOpen: true,
    closingRequested: false,
    blocks: [],
    limit: fen(5_000_000n),
    used: fen(0n),
    daysPastDue: 0,
    cardBound: true,
    product: creditByTheDay,
  }
  const late = live([
    { kind: 'draw', amount: fen(1_000_000n), e8: 35_000n, instalments: 5 },
    { kind: 'days', days: 31 + 60 },
  ])
  const rest = drawnLoan(
    {
      loanId: 'loan',
      rate: { e8: 35_000n, per: 'day' },
      dayBasis: 'actual/365',
      rounding: 'half-up',
      drawnOn: on,
      instalments: 5,
      dueDay: 10,
    },
    fen(200n),
  )

  const decisions: Readonly<Record<Exclude<keyof Policy, ServersOwn>, (policy: Policy) => unknown>> = {
    lineLimitMin: (policy) => invitationRefusals({ ...offer, limit: fen(60_000n) }, policy),
    lineLimitMax: (policy) => invitationRefusals({ ...offer, limit: fen(25_000_000n) }, policy),
    dailyRateMinE8: (policy) => invitationRefusals({ ...offer, rateE8: 20_500n }, policy),
    dailyRateMaxE8: (policy) => invitationRefusals({ ...offer, rateE8: 45_000n }, policy),
    drawdownMin: (policy) => drawdownRefusals(line, { amount: fen(12_000n), instalments: 5 }, policy),
    principalFirstAfterDays: (policy) =>
      postRepayment(late.loans, fen(1_000n), late.today, policy.principalFirstAfterDays).allocations,
    residual: (policy) => closureBlockers({ ...clear, loans: [rest] }, on, policy),
  }

  test.each(Object.entries(decisions))('%s', (name, decide) => {
    const moved = withOneOfThird(shipped, name as keyof Policy)
    expect(decide(moved)).not.toEqual(decide(shipped))
    expect(decide(thirdPolicy)).not.toEqual(decide(shipped))
  })
})
