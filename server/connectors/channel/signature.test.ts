import { createPrivateKey, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../../../fixtures/bank-direct/signatures.json' with { type: 'json' }
import { checkSignature, clockWindowSeconds, signatureHeaders } from './signature.ts'

const runs = Math.max(1, Math.round(100 * Number(process.env.JIEQING_TEST_SCALE ?? '1')))

const keys = { bank: pair(fixture.keys.bank), lender: pair(fixture.keys.lender) }
const messages = fixture.vectors.map((vector) => ({
  name: vector.name,
  key: vector.signer === 'bank' ? keys.bank : keys.lender,
  message: { method: vector.method, path: vector.path, body: Buffer.from(vector.body) },
  signedAt: new Date(Number(vector.timestamp) * 1000),
  headers: {
    'channel-timestamp': vector.timestamp,
    'channel-nonce': vector.nonce,
    'channel-signature': vector.signature,
  },
}))

describe('A10 every message of the channel is signed over its exact bytes', () => {
  test.each(messages)('published vector: $name', ({ key, message, signedAt, headers }) => {
    const signer = { key: key.private, systemTime: signedAt, nonce: headers['channel-nonce'] }
    expect(signatureHeaders(message, signer)).toEqual(headers)
    expect(checkSignature(message, headers, { keys: [key.public], systemTime: signedAt })).toEqual({
      kind: 'genuine',
      nonce: headers['channel-nonce'],
    })
  })

  test('one changed bit anywhere in the body is a forgery', () => {
    const vector = vectorNamed('a callback is signed over the path and query of the notify address')
    fc.assert(
      fc.property(fc.nat(vector.message.body.length * 8 - 1), (bit) => {
        const body = Buffer.from(vector.message.body)
        body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(check(vector, { message: { ...vector.message, body } })).toEqual(forged('signature-wrong'))
      }),
      { numRuns: runs },
    )
  })

  test('a message of another method, path, time or nonce is a forgery', () => {
    const vector = vectorNamed('a callback is signed over the path and query of the notify address')
    const { message, headers } = vector
    const seconds = String(Number(headers['channel-timestamp']) + 1)
    const nonce = headers['channel-nonce'].replace(/.$/, '0')
    expect(check(vector, { message: { ...message, method: 'PUT' } })).toEqual(forged('signature-wrong'))
    expect(check(vector, { message: { ...message, path: '/v1/other' } })).toEqual(forged('signature-wrong'))
    expect(check(vector, { headers: { 'channel-timestamp': seconds } })).toEqual(forged('signature-wrong'))
    expect(check(vector, { headers: { 'channel-nonce': nonce } })).toEqual(forged('signature-wrong'))
  })

  test('the lender cannot sign in the name of the bank', () => {
    const vector = vectorNamed('a refusal is signed too')
    expect(check(vector, { keys: [keys.lender.public] })).toEqual(forged('signature-wrong'))
  })

  test('while the bank changes its key, both keys count', () => {
    const vector = vectorNamed('a refusal is signed too')
    expect(check(vector, { keys: [keys.lender.public, keys.bank.public] }).kind).toBe('genuine')
  })

  test.each([
    [clockWindowSeconds, 'genuine'],
    [-clockWindowSeconds, 'genuine'],
    [clockWindowSeconds + 1, 'forged'],
    [-clockWindowSeconds - 1, 'forged'],
  ])('a clock that is %i seconds off makes a message %s', (seconds, kind) => {
    const vector = vectorNamed('a refusal is signed too')
    const systemTime = new Date(vector.signedAt.getTime() + seconds * 1000)
    const outcome = check(vector, { systemTime })
    expect(outcome.kind).toBe(kind)
    if (outcome.kind === 'forged') expect(outcome.reason).toBe('outside-clock-window')
  })

  test.each(['channel-timestamp', 'channel-nonce', 'channel-signature'])(
    'without %s nothing is genuine',
    (name) => {
      expect(check(vectorNamed('a refusal is signed too'), { headers: { [name]: undefined } })).toEqual(
        forged('headers-missing'),
      )
    },
  )

  test('headers of any content are refused, not thrown at', () => {
    const vector = vectorNamed('a refusal is signed too')
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant('AAAA'))
    fc.assert(
      fc.property(value, value, value, (timestamp, nonce, signature) => {
        const headers = {
          'channel-timestamp': timestamp,
          'channel-nonce': nonce,
          'channel-signature': signature,
        }
        expect(check(vector, { headers }).kind).toBe('forged')
      }),
      { numRuns: runs },
    )
  })
})

type Vector = (typeof messages)[number]

function check(
  vector: Vector,
  other: {
    readonly message?: Vector['message']
    readonly headers?: Record<string, string | string[] | undefined>
    readonly keys?: readonly ReturnType<typeof createPublicKey>[]
    readonly systemTime?: Date
  },
) {
  return checkSignature(
    other.message ?? vector.message,
    { ...vector.headers, ...other.headers },
    {
      keys: other.keys ?? [vector.key.public],
      systemTime: other.systemTime ?? vector.signedAt,
    },
  )
}

function vectorNamed(name: string): Vector {
  const found = messages.find((message) => message.name === name)
  if (found === undefined) throw new Error(`no vector named ${name}`)
  return found
}

function forged(reason: string) {
  return { kind: 'forged', reason }
}

function pair(key: { readonly private: string; readonly public: string }) {
  return {
    private: createPrivateKey({ key: Buffer.from(key.private, 'base64'), format: 'der', type: 'pkcs8' }),
    public: createPublicKey({ key: Buffer.from(key.public, 'base64'), format: 'der', type: 'spki' }),
  }
}
