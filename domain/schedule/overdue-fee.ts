import type { Ratio } from '../interest/rate.ts'
import { divideRounded, type Rounding } from '../money/round.ts'

/** What an overdue fee is a share of: the missed instalment's principal, or its principal and interest. */
export type OverdueFeeBase = 'principal' | 'principal-and-interest'

/**
 * A fee charged once for a missed instalment, as some lenders have instead of penalty interest: a share of what the
 * instalment left unpaid on its due date, rounded to a fen. It is a fee (mission A5): only a disclosed one is charged.
 */
export function overdueFeeFen(
  base: OverdueFeeBase,
  missed: { readonly principal: bigint; readonly interest: bigint },
  share: Ratio,
  rounding: Rounding,
): bigint {
  const of = base === 'principal' ? missed.principal : missed.principal + missed.interest
  return divideRounded(of * share.over, share.under, rounding)
}
