import { describe, expect, test } from 'vitest'
import { fen } from '../money/fen.ts'
import { shippedPolicies } from '../policy/policy.ts'
import { thirdPolicy } from '../policy/testing/third.ts'
import { entryRefusals, invitationRefusals, percent, yearlyRateE8 } from './invitation.ts'

const at = new Date('2026-06-10T02:00:00Z')
const open = { expiresAt: new Date('2026-06-10T02:00:01Z'), used: false }

describe('A1 the entry', () => {
  test('is shown to the invited until the invitation expires', () => {
    expect(entryRefusals({ hasOpenLine: false, invitation: open }, at)).toEqual([])
  })

  test.each([
    ['a line exists', { hasOpenLine: true, invitation: open }, ['line-exists']],
    ['nobody invited', { hasOpenLine: false, invitation: undefined }, ['not-invited']],
    [
      'the invitation expires now',
      { hasOpenLine: false, invitation: { expiresAt: at, used: false } },
      ['invitation-expired'],
    ],
    [
      'it was taken before',
      { hasOpenLine: false, invitation: { expiresAt: at, used: true } },
      ['invitation-used'],
    ],
    [
      'a line exists from it',
      { hasOpenLine: true, invitation: { ...open, used: true } },
      ['line-exists', 'invitation-used'],
    ],
    [
      'a line exists and nobody invited',
      { hasOpenLine: true, invitation: undefined },
      ['line-exists', 'not-invited'],
    ],
  ] as const)('is not shown when %s, and says so', (_name, facts, codes) => {
    expect(entryRefusals(facts, at)).toEqual(codes)
  })
})

describe('A2 the offer', () => {
  const policy = shippedPolicies['cn-2026']
  const offer = { limit: fen(5_000_000n), rateE8: 35_000n, hasOpenLine: false }

  test('may be anything within the policy, its bounds included', () => {
    expect(invitationRefusals(offer, policy)).toEqual([])
    expect(invitationRefusals({ ...offer, limit: fen(50_000n), rateE8: 20_000n }, policy)).toEqual([])
    expect(invitationRefusals({ ...offer, limit: fen(30_000_000n), rateE8: 50_000n }, policy)).toEqual([])
  })

  test('is refused outside it, with every reason at once', () => {
    expect(invitationRefusals({ ...offer, limit: fen(49_999n) }, policy)).toEqual(['limit-outside-policy'])
    expect(invitationRefusals({ ...offer, limit: fen(30_000_001n) }, policy)).toEqual([
      'limit-outside-policy',
    ])
    expect(invitationRefusals({ ...offer, rateE8: 19_999n }, policy)).toEqual(['rate-outside-policy'])
    expect(invitationRefusals({ ...offer, rateE8: 50_001n }, policy)).toEqual(['rate-outside-policy'])
    expect(invitationRefusals({ limit: fen(1n), rateE8: 1n, hasOpenLine: true }, policy)).toEqual([
      'line-exists',
      'limit-outside-policy',
      'rate-outside-policy',
    ])
  })

  test('moves with the policy: what one profile allows the third refuses', () => {
    expect(invitationRefusals({ ...offer, limit: fen(60_000n), rateE8: 20_500n }, thirdPolicy)).toEqual([
      'limit-outside-policy',
      'rate-outside-policy',
    ])
    expect(invitationRefusals({ ...offer, limit: fen(25_000_000n), rateE8: 45_000n }, thirdPolicy)).toEqual([
      'limit-outside-policy',
      'rate-outside-policy',
    ])
  })

  test('a daily rate stands beside its yearly one, in percent', () => {
    expect([
      percent(35_000n),
      percent(20_000n),
      percent(yearlyRateE8(35_000n)),
      percent(100_000_000n),
    ]).toEqual(['0.035', '0.02', '12.775', '100'])
  })
})
