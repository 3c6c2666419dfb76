import { generateKeyPairSync, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../../../fixtures/bank-direct/callbacks.json' with { type: 'json' }
import { readCallback } from './callback.ts'
import { signatureHeaders } from './signature.ts'

const runs = Math.max(1, Math.round(200 * Number(process.env.JIEQING_TEST_SCALE ?? '1')))
const bank = generateKeyPairSync('ed25519')
const systemTime = new Date('2026-11-22T10:40:01Z')

describe('A10 what the channel calls back is verified first and read second', () => {
  test.each(fixture.callbacks)('$name', ({ body, result }) => {
    const reading = read(Buffer.from(body))
    expect(written(reading)).toEqual(
      result === null ? { kind: 'refused', reason: 'malformed' } : { kind: 'result', result },
    )
  })

  test('a body that is not UTF-8 is malformed', () => {
    expect(read(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ kind: 'refused', reason: 'malformed' })
  })

  test('a forged callback is refused before its content is looked at', () => {
    const body = Buffer.from(fixture.callbacks[0]?.body ?? '')
    const stranger = generateKeyPairSync('ed25519').privateKey
    expect(read(body, stranger)).toEqual({ kind: 'refused', reason: 'signature-wrong' })
    expect(read(Buffer.from('{'), stranger)).toEqual({ kind: 'refused', reason: 'signature-wrong' })
  })

  test('JSON of any shape is read or refused, never thrown at', () => {
    const members = fc.constantFrom(
      'subject',
      'reference',
      'state',
      'code',
      'amount',
      'channelReference',
      'at',
    )
    const record = fc.dictionary(
      members,
      fc.oneof(fc.jsonValue(), fc.constantFrom('payment', 'mandate', 'settled')),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          record.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          expect(read(Buffer.from(text))).toEqual({ kind: 'refused', reason: 'malformed' })
        },
      ),
      { numRuns: runs },
    )
  })
})

function read(body: Buffer, key = bank.privateKey) {
  const message = { method: 'POST', path: '/notify?book=1', body }
  const headers = signatureHeaders(message, { key, systemTime, nonce: randomUUID() })
  return readCallback({ ...message, headers }, { keys: [bank.publicKey], systemTime })
}

/** As in the fixture: amounts as strings, times in JSON's form. */
function written(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, member) => (typeof member === 'bigint' ? String(member) : member)),
  )
}
