import type { Fen } from '../money/fen.ts'
import type { Policy } from '../policy/policy.ts'

/** Why the entry is not shown (mission A1: "why can't I see it?"), or why an invitation cannot be taken. Most pressing first. */
export const entryRefusalCodes = [
  'line-exists',
  'not-invited',
  'invitation-expired',
  'invitation-used',
] as const

export type EntryRefusal = (typeof entryRefusalCodes)[number]

export type EntryFacts = {
  readonly hasOpenLine: boolean
  readonly invitation: { readonly expiresAt: Date; readonly used: boolean } | undefined
}

/** Every reason why no line can be opened now; none means the entry is shown. */
export function entryRefusals(facts: EntryFacts, at: Date): readonly EntryRefusal[] {
  const { invitation } = facts
  const reasons: readonly (EntryRefusal | false)[] = [
    facts.hasOpenLine && 'line-exists',
    invitation === undefined && 'not-invited',
    invitation !== undefined && !invitation.used && invitation.expiresAt <= at && 'invitation-expired',
    invitation?.used === true && 'invitation-used',
  ]
  return reasons.filter((reason) => reason !== false)
}

export const invitationRefusalCodes = ['line-exists', 'limit-outside-policy', 'rate-outside-policy'] as const

export type InvitationRefusal = (typeof invitationRefusalCodes)[number]

/** A2: what the lender may offer. */
export function invitationRefusals(
  offer: { readonly limit: Fen; readonly rateE8: bigint; readonly hasOpenLine: boolean },
  policy: Policy,
): readonly InvitationRefusal[] {
  const reasons: readonly (InvitationRefusal | false)[] = [
    offer.hasOpenLine && 'line-exists',
    (offer.limit < policy.lineLimitMin || offer.limit > policy.lineLimitMax) && 'limit-outside-policy',
    (offer.rateE8 < policy.dailyRateMinE8 || offer.rateE8 > policy.dailyRateMaxE8) && 'rate-outside-policy',
  ]
  return reasons.filter((reason) => reason !== false)
}

/** The yearly rate that stands wherever a daily one does (mission A2): daily times 365, in 1e-8. */
export function yearlyRateE8(dailyRateE8: bigint): bigint {
  return dailyRateE8 * 365n
}

/** An integer in 1e-8 as a decimal percentage with as many places as it needs: 35000n is "0.035". */
export function percent(rateE8: bigint): string {
  const text = rateE8.toString().padStart(7, '0')
  return `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/\.?0+$/, '')
}
