import { fen } from '../../money/fen.ts'
import type { Policy } from '../policy.ts'

/** A profile in which every number differs from both that ship (design 2.11): a decision that answers the same under it reads none of them. */
export const thirdPolicy: Policy = {
  lineLimitMin: fen(70_000n),
  lineLimitMax: fen(20_000_000n),
  dailyRateMinE8: 21_000n,
  dailyRateMaxE8: 40_000n,
  drawdownMin: fen(15_000n),
  invitationDays: 17,
  clearingMinutes: 45,
  principalFirstAfterDays: 30,
  residual: { treatment: 'special-debit', below: fen(300n) },
  mandateTerminationMinutes: 24 * 60,
  stepUpMinutes: 3,
}

/** The same as `policy`, but for one number, which is the third's. */
export function withOneOfThird(policy: Policy, name: keyof Policy): Policy {
  return { ...policy, [name]: thirdPolicy[name] }
}
