import type { Fen } from '@jieqing/domain/money/fen'
import type { MandateResult, MandateState, PaymentResult, PaymentState } from './port.ts'

/** What we hold of a payment: our own order, and the last the channel said of it. */
export interface KnownPayment {
  readonly reference: string
  readonly amountFen: Fen
  /** Absent until the channel has said anything. */
  readonly last?: PaymentResult
}

/**
 * What a result changes. `news`: it moves the payment on and is acted upon, once. `no-news`: said before, or overtaken by
 * something later. `contradiction`: it can't be true together with our order or with what the channel said before; nothing
 * is posted from it, and the channel is asked. If its answer contradicts too, that is a break for reconciliation (F4).
 */
export type Delivery<Result> =
  | { readonly kind: 'news'; readonly result: Result }
  | { readonly kind: 'no-news' }
  | { readonly kind: 'contradiction'; readonly reason: Contradiction }

export type Contradiction = 'other-amount' | 'other-channel-reference' | 'other-end'

/**
 * Results may come late, twice and out of order (mission A10): whatever the order, the same set of truthful results
 * leaves the same last one. An answer to a query goes through here as a callback does.
 */
export function receivePaymentResult(known: KnownPayment, result: PaymentResult): Delivery<PaymentResult> {
  if (result.reference !== known.reference) throw new RangeError('a result of another payment')
  if (result.amountFen !== known.amountFen) return { kind: 'contradiction', reason: 'other-amount' }
  return weigh(known.last, result, paymentRank)
}

/** The same for a mandate; `last` is absent until the channel has said anything. */
export function receiveMandateResult(
  last: MandateResult | undefined,
  result: MandateResult,
): Delivery<MandateResult> {
  if (last !== undefined && last.reference !== result.reference)
    throw new RangeError('a result of another mandate')
  return weigh(last, result, mandateRank)
}

function weigh<Result extends PaymentResult | MandateResult>(
  last: Result | undefined,
  result: Result,
  rank: (state: Result['state']) => number,
): Delivery<Result> {
  if (last === undefined) return { kind: 'news', result }
  if (last.channelReference !== result.channelReference) {
    return { kind: 'contradiction', reason: 'other-channel-reference' }
  }
  const step = rank(result.state) - rank(last.state)
  if (step > 0) return { kind: 'news', result }
  // Of one rank are only the ends: two different ones can't both be true.
  if (step === 0 && last.state.kind !== result.state.kind)
    return { kind: 'contradiction', reason: 'other-end' }
  return { kind: 'no-news' }
}

function paymentRank(state: PaymentState): number {
  switch (state.kind) {
    case 'received':
      return 0
    case 'paid':
      return 1
    case 'settled':
    case 'failed':
      return 2
  }
}

function mandateRank(state: MandateState): number {
  switch (state.kind) {
    case 'active':
      return 0
    case 'terminating':
      return 1
    case 'terminated':
    case 'failed':
      return 2
  }
}
