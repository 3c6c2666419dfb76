import { calendarDateOrNone } from '@jieqing/domain/calendar/date'
import { fen } from '@jieqing/domain/money/fen'
import type { ChannelResult, MandateResult, MandateState, PaymentResult, PaymentState } from './port.ts'

/**
 * Reads the wire's one form of a result, the same in answers and callbacks. Members that we don't know are passed over,
 * for a channel adds some without notice; a member that we do know and can't read makes the whole `undefined`.
 */
export function channelResult(value: unknown): ChannelResult | undefined {
  if (!isRecord(value)) return undefined
  if (value.subject === 'payment') return paymentResult(value)
  if (value.subject === 'mandate') return mandateResult(value)
  return undefined
}

/** The JSON value in the bytes; `undefined` where they are not UTF-8 or not JSON. */
export function jsonValue(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The form of every reference that is ours to make. */
export function isReference(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}

function paymentResult(value: Readonly<Record<string, unknown>>): PaymentResult | undefined {
  const amount = value.amount
  const facts = commonFacts(value)
  const state = paymentState(value.state, value.code)
  if (facts === undefined || state === undefined) return undefined
  if (typeof amount !== 'string' || !/^[1-9][0-9]{0,14}$/.test(amount)) return undefined
  const paidAt = value.paidAt === undefined ? undefined : instant(value.paidAt)
  if (value.paidAt !== undefined && paidAt === undefined) return undefined
  const paid = paidAt === undefined ? {} : { paidAt }
  return { subject: 'payment', ...facts, amountFen: fen(BigInt(amount)), state, ...paid }
}

function mandateResult(value: Readonly<Record<string, unknown>>): MandateResult | undefined {
  const facts = commonFacts(value)
  const state = mandateState(value.state, value.code)
  return facts === undefined || state === undefined ? undefined : { subject: 'mandate', ...facts, state }
}

function commonFacts(value: Readonly<Record<string, unknown>>) {
  const reference = value.reference
  const channelReference = value.channelReference
  const at = instant(value.at)
  if (!isReference(reference) || at === undefined) return undefined
  if (typeof channelReference !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(channelReference)) return undefined
  return { reference, channelReference, at }
}

function paymentState(kind: unknown, code: unknown): PaymentState | undefined {
  switch (kind) {
    case 'received':
    case 'paid':
    case 'settled':
      return { kind }
    case 'failed':
      return isFailureCode(code) ? { kind, code } : undefined
    default:
      return undefined
  }
}

function mandateState(kind: unknown, code: unknown): MandateState | undefined {
  switch (kind) {
    case 'active':
    case 'terminating':
    case 'terminated':
      return { kind }
    case 'failed':
      return isFailureCode(code) ? { kind, code } : undefined
    default:
      return undefined
  }
}

function isFailureCode(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value)
}

const instantText =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$/

function instant(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !instantText.test(value)) return undefined
  // `Date` would take 30 February for a day in March.
  if (calendarDateOrNone(value.slice(0, 10)) === undefined) return undefined
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? undefined : at
}
