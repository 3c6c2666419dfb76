import { createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign, verify } from 'node:crypto'

/** The bank's own reading of the wire: written apart from the adapter's, held to it by `fixtures/bank-direct`. */
export interface Message {
  readonly method: string
  readonly path: string
  readonly body: Buffer
}

export interface SignatureHeaders {
  readonly 'channel-timestamp': string
  readonly 'channel-nonce': string
  readonly 'channel-signature': string
}

/** Signs with system time: the sandbox's business clock has no part in signatures. */
export function signMessage(
  message: Message,
  key: KeyObject,
  nonce: string = randomUUID(),
): SignatureHeaders {
  return signMessageAt(message, key, nonce, systemSeconds())
}

export function signMessageAt(
  message: Message,
  key: KeyObject,
  nonce: string,
  seconds: number,
): SignatureHeaders {
  const timestamp = String(seconds)
  return {
    'channel-timestamp': timestamp,
    'channel-nonce': nonce,
    'channel-signature': sign(null, canonical(message, timestamp, nonce), key).toString('base64'),
  }
}

/** Whether the lender signed this message no more than five minutes from now. */
export function isSigned(
  message: Message,
  headers: Readonly<Record<string, unknown>>,
  key: KeyObject,
  nowSeconds: number = systemSeconds(),
): boolean {
  const timestamp = headers['channel-timestamp']
  const nonce = headers['channel-nonce']
  const signature = headers['channel-signature']
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !isNonce(nonce)) return false
  if (!/^[1-9][0-9]{8,11}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > 300) return false
  if (!/^[A-Za-z0-9+/]{86}==$/.test(signature)) return false
  return verify(null, canonical(message, timestamp, nonce), key, Buffer.from(signature, 'base64'))
}

export function isNonce(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9-]{16,64}$/.test(value)
}

/** Keys travel in the environment as base64 of their DER form (PKCS #8 private, SPKI public). */
export function privateKey(base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' })
}

export function publicKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
}

function canonical(message: Message, timestamp: string, nonce: string): Buffer {
  const lines = [message.method, message.path, timestamp, nonce].map((line) => Buffer.from(`${line}\n`))
  return Buffer.concat([...lines, message.body, Buffer.from('\n')])
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
