import { type KeyObject, randomUUID } from 'node:crypto'
import {
  type ChannelPort,
  type ChannelResult,
  type CollectionOrder,
  type MandateAnswer,
  type MandateOrder,
  type PaymentAnswer,
  type PaymentSubmission,
  type PayoutOrder,
  type RejectionCode,
  rejectionCodes,
  type UnknownReason,
} from './port.ts'
import { channelResult, isRecord, isReference, jsonValue } from './result.ts'
import { checkSignature, type Headers, signatureHeaders } from './signature.ts'

export interface BankDirectSettings {
  /** Where the channel is, without a path, such as `https://channel.example`. */
  readonly baseUrl: URL
  /** Where its callbacks are to go; may differ between two sendings of one order. */
  readonly notifyUrl: URL
  /** Our Ed25519 private key, whose public half the channel has. */
  readonly lenderKey: KeyObject
  /** The channel's Ed25519 public keys: one, or two while it changes its key. */
  readonly channelKeys: readonly KeyObject[]
  /** System time, for signatures; never the business clock. */
  readonly systemTime: () => Date
  /** How long an answer is waited for, in milliseconds; 5,000 unless told. */
  readonly timeoutMillis?: number
}

/**
 * The adapter for "bank-direct" (银行直连代扣代付), a bank's channel for collections from a bound card, payouts to it and
 * mandates; the wire is described in `docs/reference/bank-direct-channel.md`. It keeps nothing and logs nothing: card
 * tokens leave it only in the signed request. Only an answer that the channel signed for this very request decides
 * anything; every other outcome (time-out, 5xx, a proxy's own page, a redirect) is `unknown`.
 */
export function bankDirect(settings: BankDirectSettings): ChannelPort {
  const notifyUrl = settings.notifyUrl.href
  return {
    async submitCollection(order) {
      return paymentSubmission(
        await ask(settings, 'POST', '/v1/collections', collectionBody(order, notifyUrl)),
        order,
      )
    },
    async submitPayout(order) {
      return paymentSubmission(
        await ask(settings, 'POST', '/v1/payouts', payoutBody(order, notifyUrl)),
        order,
      )
    },
    async query(reference) {
      return paymentAnswer(await ask(settings, 'GET', `/v1/payments/${checked(reference)}`), reference)
    },
    async signMandate(order) {
      return mandateAnswer(
        await ask(settings, 'POST', '/v1/mandates', mandateBody(order, notifyUrl)),
        order.reference,
      )
    },
    async terminateMandate(reference) {
      const path = `/v1/mandates/${checked(reference)}/termination`
      return mandateAnswer(await ask(settings, 'POST', path, { notifyUrl }), reference)
    },
    async queryMandate(reference) {
      return mandateAnswer(await ask(settings, 'GET', `/v1/mandates/${checked(reference)}`), reference)
    },
  }
}

type Body = Readonly<Record<string, string>>

function collectionBody(order: CollectionOrder, notifyUrl: string): Body {
  const mandate = order.kind === 'auto-debit' ? { mandateReference: checked(order.mandateReference) } : {}
  return { ...paymentBody(order), ...mandate, notifyUrl }
}

function payoutBody(order: PayoutOrder, notifyUrl: string): Body {
  return { ...paymentBody(order), notifyUrl }
}

function paymentBody(order: CollectionOrder | PayoutOrder): Body {
  if (order.amountFen < 1n) throw new RangeError('a payment of nothing')
  return {
    reference: checked(order.reference),
    amount: order.amountFen.toString(),
    kind: order.kind,
    cardToken: order.cardToken,
  }
}

function mandateBody(order: MandateOrder, notifyUrl: string): Body {
  return { reference: checked(order.reference), cardToken: order.cardToken, notifyUrl }
}

function checked(reference: string): string {
  if (!isReference(reference)) throw new RangeError('a reference must be a lower-case UUID')
  return reference
}

/** What came back, as far as it was signed by the channel for this request. */
type Answer =
  | { readonly kind: 'accepted'; readonly result: ChannelResult }
  | { readonly kind: 'rejected'; readonly code: RejectionCode }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

async function ask(
  settings: BankDirectSettings,
  method: string,
  path: string,
  content?: Body,
): Promise<Answer> {
  const body = Buffer.from(content === undefined ? '' : JSON.stringify(content))
  const nonce = randomUUID()
  const signed = signatureHeaders(
    { method, path, body },
    { key: settings.lenderKey, systemTime: settings.systemTime(), nonce },
  )
  const exchange = await send(settings, method, path, signed, body)
  if (exchange === undefined) return unknown('no-answer')
  if (exchange.status >= 500) return unknown('server-error')
  const check = checkSignature({ method, path, body: exchange.body }, exchange.headers, {
    keys: settings.channelKeys,
    systemTime: settings.systemTime(),
  })
  // A genuine answer to another request (replayed by someone between us) proves nothing about this one.
  if (check.kind === 'forged' || check.nonce !== nonce) return unknown('answer-unsigned')
  return readAnswer(jsonValue(exchange.body))
}

interface Exchange {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/** `undefined` for everything that is no answer: refused connection, time-out, redirect, a body cut off or too large. */
async function send(
  settings: BankDirectSettings,
  method: string,
  path: string,
  signed: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer>,
): Promise<Exchange | undefined> {
  try {
    const response = await fetch(new URL(path, settings.baseUrl), {
      method,
      headers: { ...signed, accept: 'application/json', ...(body.length > 0 ? jsonContent : {}) },
      ...(body.length > 0 ? { body } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutMillis ?? 5_000),
    })
    const answered = await limitedBody(response)
    if (answered === undefined) return undefined
    return { status: response.status, headers: Object.fromEntries(response.headers), body: answered }
  } catch {
    // What went wrong on the way makes no difference to the order: its fate is unknown. The error is dropped, not logged.
    return undefined
  }
}

const jsonContent = { 'content-type': 'application/json' }

/** No answer on this wire is near this size; one that is came from elsewhere. */
const largestAnswer = 65_536

async function limitedBody(response: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > largestAnswer) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function readAnswer(value: unknown): Answer {
  if (!isRecord(value)) return unknown('answer-malformed')
  switch (value.outcome) {
    case 'accepted': {
      const result = channelResult(value.result)
      return result === undefined ? unknown('answer-malformed') : { kind: 'accepted', result }
    }
    case 'refused':
      return readRefusal(value.code)
    default:
      return unknown('answer-malformed')
  }
}

/** A code that we don't know is not taken for a final "no". */
function readRefusal(code: unknown): Answer {
  const rejection = rejectionCodes.find((known) => known === code)
  if (rejection !== undefined) return { kind: 'rejected', code: rejection }
  switch (code) {
    case 'reference-unknown':
      return { kind: 'not-found' }
    case 'signature-refused':
      return unknown('sender-refused')
    default:
      return unknown('content-refused')
  }
}

function unknown(reason: UnknownReason): { readonly kind: 'unknown'; readonly reason: UnknownReason } {
  return { kind: 'unknown', reason }
}

function paymentSubmission(answer: Answer, order: CollectionOrder | PayoutOrder): PaymentSubmission {
  const read = paymentAnswer(answer, order.reference)
  // "Not found" answers no submission, and an amount that is not ours was not what we ordered.
  if (read.kind === 'not-found') return unknown('answer-malformed')
  if (read.kind === 'accepted' && read.payment.amountFen !== order.amountFen)
    return unknown('answer-of-another-order')
  return read
}

function paymentAnswer(answer: Answer, reference: string): PaymentAnswer {
  if (answer.kind !== 'accepted') return answer
  const { result } = answer
  if (result.subject !== 'payment' || result.reference !== reference)
    return unknown('answer-of-another-order')
  return { kind: 'accepted', payment: result }
}

function mandateAnswer(answer: Answer, reference: string): MandateAnswer {
  if (answer.kind !== 'accepted') return answer
  const { result } = answer
  if (result.subject !== 'mandate' || result.reference !== reference)
    return unknown('answer-of-another-order')
  return { kind: 'accepted', mandate: result }
}
