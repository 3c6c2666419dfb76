import { describe, expect, test } from 'vitest'
import fixture from '../../fixtures/bank-direct/signatures.json' with { type: 'json' }
import { sandboxKeys } from './sandbox-keys.ts'
import { isSigned, privateKey, publicKey, signMessageAt } from './wire.ts'

describe('A10 the fake channel signs as its page says', () => {
  test('the sandbox keys are the published ones', () => {
    expect({
      bank: { private: sandboxKeys.bankPrivate, public: sandboxKeys.bankPublic },
      lender: { private: sandboxKeys.lenderPrivate, public: sandboxKeys.lenderPublic },
    }).toEqual(fixture.keys)
  })

  test.each(fixture.vectors)('published vector: $name', (vector) => {
    const keys = vector.signer === 'bank' ? fixture.keys.bank : fixture.keys.lender
    const message = { method: vector.method, path: vector.path, body: Buffer.from(vector.body) }
    const seconds = Number(vector.timestamp)
    const headers = {
      'channel-timestamp': vector.timestamp,
      'channel-nonce': vector.nonce,
      'channel-signature': vector.signature,
    }
    expect(signMessageAt(message, privateKey(keys.private), vector.nonce, seconds)).toEqual(headers)
    const key = publicKey(keys.public)
    expect(isSigned(message, headers, key, seconds + 300)).toBe(true)
    expect(isSigned(message, headers, key, seconds + 301)).toBe(false)
    expect(isSigned({ ...message, body: Buffer.from(`${vector.body} `) }, headers, key, seconds)).toBe(false)
  })
})
