import type { Brand, Fen } from '@jieqing/domain/money/fen'

/**
 * A payment channel: it takes money from a borrower's bound card, sends money to it, and keeps the mandates under which
 * it may be taken without asking (missions A6, A8, A10).
 *
 * Every call carries the caller's own `reference` (a lower-case UUID) and is idempotent under it: sent twice it has one
 * effect, and other content under the same reference is rejected as `reference-reused`. Answers are data. An order whose
 * answer is `unknown` may or may not have been taken: it is asked about or sent again under the *same* reference, never
 * under a new one. A call throws only on a caller's bug (a reference that is no UUID, an amount of nothing).
 */
export interface ChannelPort {
  /** Takes money from a card. `auto-debit` names the mandate it rests on. */
  submitCollection(order: CollectionOrder): Promise<PaymentSubmission>
  /** Sends money to a card. */
  submitPayout(order: PayoutOrder): Promise<PaymentSubmission>
  /** What the channel knows of a collection or payout now: the way to the truth when its callback stays away. */
  query(reference: string): Promise<PaymentAnswer>
  /** Binds a mandate (扣款授权) to a card; debits under it are taken once it is `active`. */
  signMandate(order: MandateOrder): Promise<MandateAnswer>
  /** Asks for the end of a mandate. It has ended only when a result says `terminated` (mission A8). */
  terminateMandate(reference: string): Promise<MandateAnswer>
  queryMandate(reference: string): Promise<MandateAnswer>
}

/** The channel's token for a bound card. It stands for a card number: it is sent, never logged, kept encrypted. */
export type CardToken = Brand<string, 'CardToken'>

/** 8 to 64 letters, digits, `_` and `-`; anything else is `undefined`. */
export function cardTokenOrNone(text: string): CardToken | undefined {
  return /^[A-Za-z0-9_-]{8,64}$/.test(text) ? (text as CardToken) : undefined
}

export type CollectionOrder = {
  readonly reference: string
  /** At least one fen. */
  readonly amountFen: Fen
  readonly cardToken: CardToken
} & (
  | { readonly kind: 'repayment' }
  | {
      readonly kind: 'auto-debit'
      /** The reference under which the mandate was signed. */
      readonly mandateReference: string
    }
)

export interface PayoutOrder {
  readonly reference: string
  /** At least one fen. */
  readonly amountFen: Fen
  readonly cardToken: CardToken
  readonly kind: 'drawdown' | 'refund'
}

export interface MandateOrder {
  readonly reference: string
  readonly cardToken: CardToken
}

/**
 * How far a payment is. `received`: the channel has the order. `paid`: the payer's money was taken and clearing runs,
 * "paid, not yet posted" (已还未入账, mission A10); only collections know it. `settled` and `failed` are ends: a payment
 * leaves neither. A payment may fail after it was paid; the payer then has the money back.
 */
export type PaymentState =
  | { readonly kind: 'received' }
  | { readonly kind: 'paid' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'failed'; readonly code: FailureCode }

/**
 * How far a mandate is. From `terminating` on the channel takes no new debit under it; `terminated` is the channel's
 * word that it is over, whoever ended it. `failed`: it was never signed.
 */
export type MandateState =
  | { readonly kind: 'active' }
  | { readonly kind: 'terminating' }
  | { readonly kind: 'terminated' }
  | { readonly kind: 'failed'; readonly code: FailureCode }

/**
 * Why a payment failed: `insufficient-funds`, `card-closed`, `card-frozen`, `limit-exceeded`, `clearing-failed`,
 * `refused-by-bank`, or one that the channel has added since (lower-case words joined by hyphens).
 */
export type FailureCode = string

/** What the channel said of one reference, in an answer or in a callback. */
export type ChannelResult = PaymentResult | MandateResult

export interface PaymentResult {
  readonly subject: 'payment'
  readonly reference: string
  /** As the channel has it: compared with the order before a fen is posted. */
  readonly amountFen: Fen
  readonly state: PaymentState
  /** The channel's own number of the payment, the one in its statement files. */
  readonly channelReference: string
  /** Business time at which the payment entered `state`; of a settled payment, the time it settled. */
  readonly at: Date
  /** Of a settled collection: when the payer's money was taken, in case the word of that itself was lost. */
  readonly paidAt?: Date
}

export interface MandateResult {
  readonly subject: 'mandate'
  readonly reference: string
  readonly state: MandateState
  readonly channelReference: string
  /** Business time at which the mandate entered `state`. */
  readonly at: Date
}

export type PaymentSubmission =
  | { readonly kind: 'accepted'; readonly payment: PaymentResult }
  | { readonly kind: 'rejected'; readonly code: RejectionCode }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/** `not-found`: the channel has no such order *yet*; one still on the wire may arrive after this answer. */
export type PaymentAnswer = PaymentSubmission | { readonly kind: 'not-found' }

export type MandateAnswer =
  | { readonly kind: 'accepted'; readonly mandate: MandateResult }
  | { readonly kind: 'rejected'; readonly code: RejectionCode }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }
  | { readonly kind: 'not-found' }

/**
 * The channel's final "no" to an order; the same order sent again gets the same one. All but the last speak of the
 * reference: it had no effect and never will. `reference-reused` speaks of this content only: the reference belongs to
 * another order, which stands.
 */
export const rejectionCodes = [
  'card-refused',
  'amount-over-limit',
  'mandate-unknown',
  'mandate-not-active',
  'mandate-other-card',
  'reference-reused',
] as const
export type RejectionCode = (typeof rejectionCodes)[number]

/**
 * Why we can't say whether an order was taken. `sender-refused` and `content-refused` are the channel's signed refusal
 * of this very request (a wrong key, a clock that is off, a form it can't read): nothing will change by asking again
 * until someone has looked at it, and an earlier request under the reference may still have been taken.
 */
export type UnknownReason =
  | 'no-answer'
  | 'server-error'
  | 'answer-unsigned'
  | 'answer-malformed'
  | 'answer-of-another-order'
  | 'sender-refused'
  | 'content-refused'
