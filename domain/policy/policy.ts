import { type Fen, fen } from '../money/fen.ts'

/** The numbers of the product (mission: values in italics). Kept as data in `policy_version`; these are the shapes and two profiles. */
export type Policy = {
  /** A2: what a line may be granted, in fen. */
  readonly lineLimitMin: Fen
  readonly lineLimitMax: Fen
  /** A2: daily rate in 1e-8. */
  readonly dailyRateMinE8: bigint
  readonly dailyRateMaxE8: bigint
  /** A3: the smallest drawdown, in fen. */
  readonly drawdownMin: Fen
  /** How long an invitation stands, in days. */
  readonly invitationDays: number
  /** A10: after this many minutes without a result the channel is asked. */
  readonly clearingMinutes: number
  /** A7: from this many days past due on, principal comes before interest. */
  readonly principalFirstAfterDays: number
  /** F2: a rest below `below` fen at the closing is waived and shown, or must be paid by a special debit. */
  readonly residual: { readonly treatment: 'waived' | 'special-debit'; readonly below: Fen }
  /** Obligation autodebit.revoke: minutes within which the channel's confirmation is promised. */
  readonly mandateTerminationMinutes: number
  /** Design 2.10: how long a step-up lasts, in minutes. */
  readonly stepUpMinutes: number
}

export type PolicyProfile = 'cn-2026' | 'popular-guide'

const cn2026: Policy = {
  lineLimitMin: fen(50_000n),
  lineLimitMax: fen(30_000_000n),
  dailyRateMinE8: 20_000n,
  dailyRateMaxE8: 50_000n,
  drawdownMin: fen(10_000n),
  invitationDays: 30,
  clearingMinutes: 120,
  principalFirstAfterDays: 90,
  residual: { treatment: 'waived', below: fen(500n) },
  mandateTerminationMinutes: 3 * 24 * 60,
  stepUpMinutes: 10,
}

/** First versions of the two profiles that ship; later versions are rows, made by one and checked by another (design 2.11). */
export const shippedPolicies: Readonly<Record<PolicyProfile, Policy>> = {
  'cn-2026': cn2026,
  'popular-guide': { ...cn2026, residual: { treatment: 'special-debit', below: fen(500n) } },
}
