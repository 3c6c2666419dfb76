import { type KeyObject, sign, verify } from 'node:crypto'

/** What is signed: a request, the answer to it (under the request's method, path and nonce) or a callback. */
export interface SignedMessage {
  readonly method: string
  /** Path and query exactly as in the request line. */
  readonly path: string
  /** The body's exact bytes; empty where there is none. */
  readonly body: Uint8Array
}

/** Header values by lower-case name, as `node:http` and Fastify give them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

export type SignatureCheck =
  | { readonly kind: 'genuine'; readonly nonce: string }
  | { readonly kind: 'forged'; readonly reason: SignatureRefusal }

export type SignatureRefusal =
  | 'headers-missing'
  | 'headers-malformed'
  | 'outside-clock-window'
  | 'signature-wrong'

/** How far the signer's clock (system time) may be from ours, in seconds, either way. */
export const clockWindowSeconds = 300

/** The three headers that make a message the signer's: Ed25519 over its exact bytes. */
export function signatureHeaders(
  message: SignedMessage,
  signer: { readonly key: KeyObject; readonly systemTime: Date; readonly nonce: string },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(signer.systemTime.getTime() / 1000))
  const signature = sign(null, signedBytes(message, timestamp, signer.nonce), signer.key)
  return {
    'channel-timestamp': timestamp,
    'channel-nonce': signer.nonce,
    'channel-signature': signature.toString('base64'),
  }
}

/**
 * Whether a message is the channel's own and of now. More than one key is given while the channel changes its key.
 * A genuine message seen again inside the window is no danger: everything on this wire is idempotent by its reference,
 * and an answer must carry the nonce of the request it belongs to.
 */
export function checkSignature(
  message: SignedMessage,
  headers: Headers,
  signer: { readonly keys: readonly KeyObject[]; readonly systemTime: Date },
): SignatureCheck {
  const timestamp = headers['channel-timestamp']
  const nonce = headers['channel-nonce']
  const signature = headers['channel-signature']
  if (timestamp === undefined || nonce === undefined || signature === undefined)
    return forged('headers-missing')
  if (typeof timestamp !== 'string' || !/^[1-9][0-9]{8,11}$/.test(timestamp))
    return forged('headers-malformed')
  if (typeof nonce !== 'string' || !/^[A-Za-z0-9-]{16,64}$/.test(nonce)) return forged('headers-malformed')
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature))
    return forged('headers-malformed')
  const distance = Math.abs(Math.floor(signer.systemTime.getTime() / 1000) - Number(timestamp))
  if (distance > clockWindowSeconds) return forged('outside-clock-window')
  const bytes = signedBytes(message, timestamp, nonce)
  const genuine = signer.keys.some((key) => verify(null, bytes, key, Buffer.from(signature, 'base64')))
  return genuine ? { kind: 'genuine', nonce } : forged('signature-wrong')
}

function forged(reason: SignatureRefusal): SignatureCheck {
  return { kind: 'forged', reason }
}

/** No field but the last can hold a line feed, so two different messages never have the same bytes. */
function signedBytes(message: SignedMessage, timestamp: string, nonce: string): Uint8Array {
  const head = `${message.method}\n${message.path}\n${timestamp}\n${nonce}\n`
  return Buffer.concat([Buffer.from(head), message.body, Buffer.from('\n')])
}
