import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calendarDate } from '@jieqing/domain/calendar/date'
import { check } from '@jieqing/verifier/check'
import { nodeCrypto } from '@jieqing/verifier/crypto-node'
import { readPng } from '@jieqing/verifier/picture-png'
import { readPolicy } from '@jieqing/verifier/policy'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixtureCodes from '../../fixtures/proof/codes.json' with { type: 'json' }
import { base45 } from './base45.ts'
import { codeNumbers } from './codes.ts'
import { signStatement } from './cose.ts'
import { leafOf } from './leaf.ts'
import { newKeyFile, readSigningKeys } from './local-key.ts'
import { qrPng, qrSvg, qrText, qrVersion } from './qr.ts'
import type { Closure } from './statement.ts'
import { statementBytes } from './statement-bytes.ts'
import { exampleClosure, exampleSigner, exampleStatements, vector, vectors } from './testing/examples.ts'
import { verificationPolicy } from './verification-policy.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const settings = {
  crypto: nodeCrypto,
  readPicture: readPng,
  policy: readPolicy(nodeCrypto, JSON.stringify(vectors.policy)),
}

describe('L3 statements come out byte for byte as another encoder writes them', () => {
  test.each(Object.entries(exampleStatements()))('%s', async (name, statement) => {
    const payload = statementBytes(statement)
    expect(hex(payload)).toBe(vector(name).payload)
    expect(hex(leafOf(payload))).toBe(vector(name).leaf)
    expect(hex(await signStatement(payload, exampleSigner()))).toBe(vector(name).signed)
  })

  test('base45 writes the examples of its specification', () => {
    for (const { bytes, text } of vectors.base45) expect(base45(Buffer.from(bytes, 'hex'))).toBe(text)
  })

  test('codes have the numbers that the format gives them', () => {
    expect(Object.fromEntries(Object.entries(codeNumbers).map(([code, n]) => [String(n), code]))).toEqual(
      fixtureCodes,
    )
  })
})

describe('L3 what cannot be checked is not signed', () => {
  const refused = (change: Partial<Closure>) => () => statementBytes({ ...exampleClosure(), ...change })

  test.each<[string, Partial<Closure>]>([
    ['closed before it was opened', { closed: calendarDate('2023-03-31') }],
    ['an id of 15 bytes', { id: new Uint8Array(15) }],
    ['a code with a space', { clauses: [{ code: 'no such' }] }],
    ['an issuer without a name', { issuer: '' }],
    ['half a character', { issuer: '\ud800' }],
    ['nobody to complain to', { complaints: [] }],
    ['a time before 1970', { issuedAt: new Date(-1000) }],
    ['an offset of 15 hours', { offsetMinutes: 900 }],
    [
      'a policy without a version',
      { obligations: [{ code: 'a', due: new Date(0), policy: { name: 'p', version: 0 } }] },
    ],
    ['a currency in small letters', { currency: 'cny' }],
    [
      'more than 4096 bytes',
      { clauses: Array.from({ length: 400 }, (_, n) => ({ code: `clause-number-${n}` })) },
    ],
  ])('%s', (_name, change) => {
    expect(refused(change)).toThrow(RangeError)
  })
})

describe('L3 the QR code', () => {
  test('of a certificate with all sixteen obligations of a closing stays within version 20 at level M, and is read from its picture', async () => {
    const signed = await signStatement(statementBytes(fullClosure()), exampleSigner())
    const text = qrText(signed)
    expect(qrVersion(text)).toBeLessThanOrEqual(20)
    expect(check(qrPng(text), settings)).toMatchObject({ verdict: 'valid', facts: { format: 'picture' } })
    expect(check(Buffer.from(text), settings)).toMatchObject({ verdict: 'valid' })
    expect(qrSvg(text)).toMatch(/^<svg /)
  })

  test('any closure that can be signed is valid, and says what it was told', async () => {
    const codes = fc.constantFrom('notify.sms', 'bureau.watch', 'own-code', 'x.y-z', 'tax', 'erase.biometric')
    const moment = fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
    const date = moment.map((value) => calendarDate(value.toISOString().slice(0, 10)))
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const closures = fc.record({
      id: bytes(16),
      salt: bytes(16),
      issuedAt: moment,
      days: fc
        .tuple(date, date)
        .map(([a, b]) => (a < b ? { opened: a, closed: b } : { opened: b, closed: a })),
      offsetMinutes: fc.integer({ min: -840, max: 840 }),
      obligations: fc.array(
        fc.record({
          code: codes,
          due: moment,
          policy: fc.constantFrom({ name: 'cn-2026', version: 1 }, { name: 'popular-guide', version: 3 }),
        }),
        { maxLength: 20 },
      ),
      clauses: fc.array(fc.record({ code: codes }), { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(closures, async ({ days, ...facts }) => {
        const closure = { ...exampleClosure(), ...facts, ...days }
        const { verdict, facts: read } = check(
          await signStatement(statementBytes(closure), exampleSigner()),
          settings,
        )
        expect(verdict).toBe('valid')
        expect(read.statement).toMatchObject({
          id: hex(closure.id),
          line: { opened: days.opened, closed: days.closed },
          obligations: closure.obligations.map(({ code, policy }) => ({
            code,
            policy: `${policy.name} ${policy.version}`,
          })),
        })
      }),
    )
  })
})

describe('L3 keys', () => {
  test('a new key signs, the earlier one stays pinned, and each only in its own time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jieqing-keys-'))
    try {
      newKeyFile(join(folder, '2026-01.pem'))
      const [old] = readSigningKeys(folder).all
      newKeyFile(join(folder, '2027-01.pem'))
      const keys = readSigningKeys(folder)
      expect(statSync(join(folder, '2027-01.pem')).mode & 0o077).toBe(0)
      expect(keys.all.map(({ name }) => name)).toEqual(['2026-01', '2027-01'])
      expect(hex(keys.current.kid)).not.toBe(hex(old?.signer.kid ?? new Uint8Array(0)))
      expect(() => newKeyFile(join(folder, '2027-01.pem'))).toThrow('EEXIST')

      const rotated = new Date('2027-01-01T00:00:00+08:00')
      const text = verificationPolicy({
        issuer: 'lender.example',
        title: { zh: '示例', en: 'Example' },
        keys: keys.all.map(({ signer }, n) => ({
          signer,
          ...(n === 0 ? { until: rotated } : { from: rotated }),
        })),
        log: [],
        quorum: 'none',
        proof: 'optional',
      })
      const policy = readPolicy(nodeCrypto, text)
      const payload = (issuedAt: Date) => statementBytes({ ...exampleClosure(), issuedAt })
      const before = payload(new Date('2026-12-31T12:00:00+08:00'))
      const after = payload(rotated)
      const answer = async (bytes: Uint8Array, n: number) => {
        const { signer = exampleSigner() } = keys.all[n] ?? {}
        return check(await signStatement(bytes, signer), { ...settings, policy }).reasons
      }
      expect(await answer(before, 0)).toEqual([])
      expect(await answer(after, 1)).toEqual([])
      expect(await answer(after, 0)).toEqual(['key-retired'])
      expect(await answer(before, 1)).toEqual(['key-not-yet'])
    } finally {
      chmodSync(folder, 0o700)
      rmSync(folder, { recursive: true })
    }
  })

  test('signed again under another key, a statement keeps its leaf', async () => {
    const payload = statementBytes(exampleClosure())
    const folder = mkdtempSync(join(tmpdir(), 'jieqing-keys-'))
    const other = newKeyFile(join(folder, 'a.pem'))
    rmSync(folder, { recursive: true })
    expect(hex(await signStatement(payload, other))).not.toBe(vector('closure').signed)
    expect(hex(leafOf(payload))).toBe(vector('closure').leaf)
  })
})

function fullClosure(): Closure {
  const closure = exampleClosure()
  const due = (n: number) => new Date(closure.issuedAt.getTime() + n * 11 * 86_400_000)
  const promised = Object.entries(codeNumbers).filter(([, number]) => number <= 16)
  return {
    ...closure,
    obligations: promised.map(([code], n) => ({
      code,
      due: due(n),
      policy: { name: 'cn-2026', version: 1 },
    })),
  }
}
