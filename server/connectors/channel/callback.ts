import type { KeyObject } from 'node:crypto'
import type { ChannelResult } from './port.ts'
import { channelResult, jsonValue } from './result.ts'
import { checkSignature, type Headers, type SignatureRefusal } from './signature.ts'

export interface Callback {
  readonly method: string
  /** Path and query of the notify address as the channel was given it. */
  readonly path: string
  readonly headers: Headers
  /** The exact bytes that came in: parsing and writing again would break the signature. */
  readonly body: Uint8Array
}

export type CallbackReading =
  | { readonly kind: 'result'; readonly result: ChannelResult }
  | { readonly kind: 'refused'; readonly reason: CallbackRefusal }

/** `malformed`: signed by the channel, yet not a result that we can read; someone has to look at it. */
export type CallbackRefusal = SignatureRefusal | 'malformed'

/**
 * Verifies first, parses second. The result is what the channel says, not yet what happened to our order: looking the
 * order up and comparing its amount come third (`delivery.ts`). The answer to the channel is 401 for anything forged,
 * 400 for `malformed`, and a 2xx only once the result is stored, for that ends its retries.
 */
export function readCallback(
  callback: Callback,
  channel: { readonly keys: readonly KeyObject[]; readonly systemTime: Date },
): CallbackReading {
  const check = checkSignature(callback, callback.headers, channel)
  if (check.kind === 'forged') return { kind: 'refused', reason: check.reason }
  const result = channelResult(jsonValue(callback.body))
  return result === undefined ? { kind: 'refused', reason: 'malformed' } : { kind: 'result', result }
}
