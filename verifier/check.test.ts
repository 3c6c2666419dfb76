import { createPrivateKey, sign } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { portableCrypto } from './crypto-portable.ts'
import { readPolicy } from './policy.ts'
import { reasons } from './reasons.ts'
import { bytes, settings, vector, vectors } from './testing/vectors.ts'

const closure = vector('closure')
const signed = bytes(closure.signed)
const answer = (input: Uint8Array, more: object = {}) => check(input, { ...settings, ...more })
const refused = (input: Uint8Array, more: object = {}) => {
  const { verdict, reasons: found } = answer(input, more)
  return `${verdict}: ${found.join(' ')}`
}
const text = (value: string) => new TextEncoder().encode(value)
const policyWith = (change: (policy: Record<string, never>) => void) => {
  const policy = structuredClone(vectors.policy)
  change(policy as never)
  return readPolicy(settings.crypto, JSON.stringify(policy))
}

describe('L3 what another encoder wrote is read', () => {
  test.each(vectors.statements)(
    'a $name is valid as a file, as a QR text and with its log proof',
    (statement) => {
      const expected = { verdict: 'valid', reasons: [] }
      expect(answer(bytes(statement.signed))).toMatchObject(expected)
      expect(answer(text(statement.qr))).toMatchObject({ ...expected, facts: { format: 'qr-text' } })
      const proven = answer(bytes(statement.signed), { proof: text(statement.proof) })
      expect(proven).toMatchObject({
        ...expected,
        facts: { leaf: statement.leaf, log: { proof: 'verified', size: '71' } },
      })
    },
  )

  test('the facts of a closure are those that were signed', () => {
    const { facts } = answer(signed, { proof: text(closure.proof) })
    expect(facts).toMatchObject({
      format: 'cbor',
      kid: vectors.issuer.kid,
      issuerTitle: { zh: '示例消费金融有限公司' },
      identity: 'not-asked',
      log: {
        proof: 'verified',
        index: '3',
        witnesses: [{ name: 'a', at: '2026-11-22T02:01:00Z' }, { name: 'b' }],
      },
      statement: {
        statement: 'closure',
        issuer: 'lender.example',
        line: { opened: '2023-04-01', closed: '2026-11-22', effective: '2026-11-22T10:00:00+08:00' },
        closureKind: 'voluntary',
        balance: { amount: '0.00', currency: 'CNY' },
        clauses: [
          { code: 'dispute-resolution', until: null },
          { code: 'tax' },
          { code: 'intellectual-property' },
        ],
        complaints: [
          { kind: 'phone', address: '400-000-0000' },
          { kind: 'regulator', address: '12378' },
        ],
        bureau: { accountType: 'r1', agreementRecord: true },
        data: [{ code: 'biometric', disposition: 'erase', until: '2026-12-22' }, { code: 'identity' }, {}],
      },
    })
    expect(facts.statement).toHaveProperty('obligations.0', {
      code: 'notify.sms',
      due: '2026-11-22T10:10:00+08:00',
      policy: 'cn-2026 1',
    })
  })

  test('the page computes with another library and answers the same', () => {
    for (const statement of vectors.statements) {
      const given = { proof: text(statement.proof) }
      const portable = { ...given, crypto: portableCrypto }
      expect(answer(bytes(statement.signed), portable)).toEqual(answer(bytes(statement.signed), given))
    }
  })

  test('a person who is told the certificate can be checked against it, and nobody else', () => {
    const { person } = vectors
    expect(answer(signed, { person })).toMatchObject({ verdict: 'valid', facts: { identity: 'matches' } })
    expect(refused(signed, { person: { ...person, idNumber: '110101199001010016' } })).toBe(
      'invalid: identity-differs',
    )
    expect(refused(bytes(vector('least-closure').signed), { person })).toBe('invalid: identity-not-stated')
  })
})

describe('L3 what is not exactly what was signed is refused', () => {
  test('no flipped bit of a signed statement is called valid', () => {
    const verdicts = new Map<string, number>()
    for (let bit = 0; bit < signed.length * 8; bit++) {
      const flipped = signed.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const { verdict } = answer(flipped)
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    }
    expect([...verdicts.keys()].sort()).toEqual(['invalid', 'not-a-certificate', 'unknown-key'])
    // 64 bits of the key's id, and none more, lead to a key that nobody has pinned.
    expect(verdicts.get('unknown-key')).toBe(64)
  })

  test('nor with the library of the page, every fifth bit of the smallest certificate', () => {
    const least = bytes(vector('least-closure').signed)
    for (let bit = 0; bit < least.length * 8; bit += 5) {
      const flipped = least.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(answer(flipped, { crypto: portableCrypto }).verdict).not.toBe('valid')
    }
  })

  test('no flipped bit of the part of a proof that anything rests on is called valid', () => {
    const file = text(closure.proof)
    // Bits of a witness's name make it an unknown witness: then the quorum is missing, which is refused as well.
    for (let bit = 0; bit < file.length * 8; bit++) {
      const flipped = file.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const { verdict } = answer(signed, { proof: flipped })
      expect(`${bit} ${verdict}`).toBe(`${bit} invalid`)
    }
  })

  test.each(Object.entries(malformed()))('%s', (reason, input) => {
    expect(refused(input)).toBe(`not-a-certificate: ${reason.split(' ')[0]}`)
  })

  test('without a policy, and under one that does not pin the key, nobody is believed', () => {
    expect(refused(signed, { policy: undefined })).toBe('unknown-key: no-policy')
    const others = policyWith((policy) => Object.assign(policy, { issuers: [] }))
    expect(refused(signed, { policy: others })).toBe('unknown-key: key-unknown')
    expect(answer(signed, { policy: others }).facts).toEqual({ format: 'cbor', kid: vectors.issuer.kid })
  })

  test('another algorithm under a pinned key is refused before the key is used', () => {
    const kid = bytes(vectors.issuer.kid)
    const es256 = Uint8Array.of(0xa2, 0x01, 0x26, 0x04, 0x48, ...kid)
    expect(refused(resign(bytes(closure.payload), es256))).toBe('invalid: algorithm')
  })
})

describe('L3 what a pinned key signed and the page does not say is refused', () => {
  const payload = Buffer.from(closure.payload, 'hex')
  const replaced = (from: string, to: string) => {
    const at = closure.payload.indexOf(from)
    expect(at).toBeGreaterThan(0)
    return resign(bytes(closure.payload.slice(0, at) + to + closure.payload.slice(at + from.length)))
  }

  test('a balance that is not zero is no closure', () => {
    // Field 15: "CNY", 0, 16 bytes.
    expect(refused(replaced('0f8363434e590050', '0f8363434e590150'))).toBe('invalid: balance-not-zero')
  })

  test('kinds, versions and fields that nobody knows', () => {
    const count = payload[0] ?? 0
    const head = (change: readonly number[]) =>
      resign(Uint8Array.of(count, ...change, ...payload.subarray(5)))
    expect(refused(head([1, 1, 2, 1]))).toBe('valid: ')
    expect(refused(head([1, 9, 2, 1]))).toBe('invalid: statement-kind')
    expect(refused(head([1, 1, 2, 2]))).toBe('invalid: statement-version')
    expect(refused(head([1, 2, 2, 1]))).toBe('invalid: statement-shape')
    const more = Uint8Array.of(count + 1, ...payload.subarray(1), 0x18, 0x63, 0x00)
    expect(count).toBe(0xb5)
    expect(payload[1]).toBe(1)
    expect(refused(resign(more))).toBe('invalid: statement-shape')
  })

  test('bytes that are no statement at all stay invalid: somebody pinned has signed them', () => {
    expect(refused(resign(Uint8Array.of(0xff)))).toBe('invalid: statement-shape')
    expect(refused(resign(text('hello')))).toBe('invalid: statement-shape')
  })

  test('a code written as text although it has a number, and one that has none', () => {
    // Clause 32 (intellectual-property) as text "tax", then as "zzz".
    expect(refused(replaced('82182000', '826374617800'))).toBe('invalid: statement-value')
    expect(refused(replaced('82182000', '82637a7a7a00'))).toBe('valid: ')
    expect(refused(replaced('82182000', '82186300'))).toBe('invalid: statement-value')
  })

  test('text that would turn or hide what stands around it', () => {
    expect(refused(replaced('653132333738', '65e280ae3137'))).toBe('invalid: statement-value')
  })

  test('an issuer may sign in its own name only, and in its keys’ time only', () => {
    const named = policyWith((policy) =>
      Object.assign((policy.issuers as never as object[])[0] ?? {}, { name: 'other.example' }),
    )
    expect(refused(signed, { policy: named })).toBe('invalid: issuer-differs')
    const dated = (change: object) =>
      policyWith((policy) =>
        Object.assign((policy.issuers as never as { keys: object[] }[])[0]?.keys[0] ?? {}, change),
      )
    expect(refused(signed, { policy: dated({ from: '2026-11-22T10:00:01+08:00' }) })).toBe(
      'invalid: key-not-yet',
    )
    expect(refused(signed, { policy: dated({ until: '2026-11-22T10:00:00+08:00' }) })).toBe(
      'invalid: key-retired',
    )
    const lost = dated({ compromised: '2026-12-01T00:00:00Z' })
    expect(refused(signed, { policy: lost })).toBe('invalid: key-compromised')
    expect(refused(signed, { policy: lost, proof: text(closure.proof) })).toBe('valid: ')
    const earlier = dated({ compromised: '2026-11-22T02:00:30Z' })
    expect(refused(signed, { policy: earlier, proof: text(closure.proof) })).toBe('invalid: key-compromised')
  })
})

describe('L2 the proof that a statement is in the log', () => {
  const proven = (change: (proof: string) => string, more: object = {}) =>
    refused(signed, { ...more, proof: text(change(closure.proof)) })

  test('is asked for where the policy requires it', () => {
    const strict = policyWith((policy) => Object.assign(policy, { proof: 'required' }))
    expect(refused(signed, { policy: strict })).toBe('invalid: proof-missing')
    expect(proven((proof) => proof, { policy: strict })).toBe('valid: ')
  })

  test('of another statement, another index, a shorter or longer path proves nothing', () => {
    const lines = closure.proof.split('\n')
    const without = [...lines.slice(0, 2), ...lines.slice(3)].join('\n')
    const longer = [...lines.slice(0, 3), ...lines.slice(2)].join('\n')
    expect(proven(() => vector('lateness').proof)).toBe('invalid: proof-path')
    expect(proven((proof) => proof.replace('index 3', 'index 4'))).toBe('invalid: proof-path')
    expect(proven((proof) => proof.replace('index 3', 'index 71'))).toBe('invalid: proof-index')
    expect(proven(() => without)).toBe('invalid: proof-path')
    expect(proven(() => longer)).toBe('invalid: proof-path')
  })

  test('needs the quorum; unknown witnesses don’t matter, forged ones refuse the whole', () => {
    const [a = '', b = ''] = closure.proof.split('\n').filter((line) => line.startsWith('— witness'))
    expect(proven((proof) => proof.replace(`${b}\n`, ''))).toBe('invalid: proof-quorum')
    expect(proven((proof) => proof.replace(`${b}\n`, `${a}\n`))).toBe('invalid: proof-quorum')
    expect(proven((proof) => proof.replace('witness-b.example', 'witness-d.example'))).toBe(
      'invalid: proof-quorum',
    )
    expect(proven((proof) => `${proof}— stranger.example AAAAAAAA\n`)).toBe('valid: ')
    const forged = b.replace(/.(?==*$)/, (last) => (last === 'A' ? 'B' : 'A'))
    expect(proven((proof) => proof.replace(b, forged))).toMatch(
      /^invalid: proof-(witness-signature|malformed)$/,
    )
    const none = policyWith((policy) =>
      Object.assign(policy, { log: [vectors.policy.log[0], 'quorum none'] }),
    )
    expect(proven((proof) => proof.replace(`${a}\n${b}\n`, ''), { policy: none })).toBe('valid: ')
  })

  test('needs a log that the policy knows and the statement names', () => {
    const strangers = policyWith((policy) => Object.assign(policy, { log: ['quorum none'] }))
    expect(proven((proof) => proof, { policy: strangers })).toBe('invalid: proof-log-unknown')
    expect(proven((proof) => proof.replaceAll('lender.example/closures', 'lender.example/others'))).toBe(
      'invalid: proof-origin',
    )
  })

  test('extra data that nobody signed does not matter', () => {
    expect(proven((proof) => proof.replace('index', 'extra aGVsbG8=\nindex'))).toBe('valid: ')
    expect(proven((proof) => proof.replace('index', 'extra !\nindex'))).toBe('invalid: proof-malformed')
  })

  test.each([
    ['CR LF', (proof: string) => proof.replaceAll('\n', '\r\n')],
    ['a control character', (proof: string) => proof.replace('lender', 'l\u0007nder')],
    ['no checkpoint', (proof: string) => proof.slice(0, proof.indexOf('\n\n') + 1)],
    ['an index with a leading zero', (proof: string) => proof.replace('index 3', 'index 03')],
    ['a negative index', (proof: string) => proof.replace('index 3', 'index -3')],
    ['another version', (proof: string) => proof.replace('@v1', '@v2')],
    ['nothing', () => ''],
    ['70 hashes', (proof: string) => proof.replace('\n\n', `\n${`${'A'.repeat(43)}=\n`.repeat(70)}\n`)],
    ['a hash of 31 bytes', (proof: string) => proof.replace('\n\n', `\n${'A'.repeat(42)}==\n\n`)],
  ])('%s is malformed', (_name, change) => {
    expect(proven(change)).toBe('invalid: proof-malformed')
  })

  test('a giant one is not read, and one that is not UTF-8 is malformed', () => {
    expect(proven((proof) => proof + ' '.repeat(40_000))).toBe('invalid: proof-too-large')
    const latin = Uint8Array.from(Buffer.from(closure.proof, 'latin1'))
    expect(refused(signed, { proof: latin })).toBe('invalid: proof-malformed')
  })
})

test('L3 every reason has its verdict, and no reason has two', () => {
  const all = Object.values(reasons).flat()
  expect(new Set(all).size).toBe(all.length)
})

/** By the reason that it must be refused for, and a word more where there are several. */
function malformed(): Record<string, Uint8Array> {
  const hexOf = (value: string) => bytes(value)
  const qr = (content: Uint8Array) => text(`JQ1:${base45(deflateSync(content))}`)
  const [, ...rest] = signed
  return {
    'input-empty': new Uint8Array(0),
    'input-too-large': new Uint8Array(4 * 1024 * 1024 + 1),
    'format-unknown (text)': text('hello'),
    'format-unknown (another health certificate)': text('HC1:6BFOXN'),
    'base45 (character)': text('JQ1:abc'),
    'base45 (length)': text('JQ1:ABCD'),
    'base45 (group above two bytes)': text('JQ1::::'),
    'zlib (not zlib)': text('JQ1:BB8BB8BB8BB8BB8'),
    'zlib (bytes behind)': text(`JQ1:${base45(Buffer.concat([deflateSync(signed), Buffer.of(0)]))}`),
    'zlib (cut)': text(`JQ1:${base45(deflateSync(signed).subarray(0, -6))}`),
    'zlib-too-large': qr(new Uint8Array(1_000_000)),
    'cbor-truncated': signed.slice(0, -1),
    'cbor-trailing-bytes': Uint8Array.of(...signed, 0),
    'cbor-not-shortest (tag)': Uint8Array.of(0xd8, 0x12, ...rest),
    'cbor-not-shortest (array)': hexOf('d2980440a04040'),
    'cbor-not-shortest (64 bits)': hexOf('d2841b00000000ffffffff'),
    'cbor-indefinite-length (array)': hexOf('d29f40a04040ff'),
    'cbor-indefinite-length (bytes)': hexOf('d2845f40ff404040'),
    'cbor-indefinite-length (break)': hexOf('d284ff404040404040'),
    'cbor-duplicate-key': hexOf('d28440a2010101014040'),
    'cbor-key-order': hexOf('d28440a2020101014040'),
    'cbor-key-type': hexOf('d28440a1616101'),
    'cbor-too-deep': Uint8Array.from({ length: 4000 }, () => 0x81),
    'cbor-too-large': Uint8Array.from({ length: 9000 }, () => 0x81),
    'cbor-truncated (huge length)': hexOf('d29bffffffffffffffff'),
    'cbor-truncated (huge bytes)': hexOf('d2845b7fffffffffffffff00'),
    'cbor-text': hexOf('d28461ff404040404040'),
    'cbor-tag (inside)': hexOf('d284d240404040404040'),
    'cbor-simple (null)': hexOf('d284f6404040404040'),
    'cbor-simple (float)': hexOf('d284f93c00404040404040'),
    'cbor-simple (reserved)': hexOf('d2841c404040404040'),
    'cose-tag (none)': Uint8Array.from(rest),
    'cose-tag (COSE_Mac0)': Uint8Array.of(0xd1, ...rest),
    'cose-shape (three parts)': hexOf('d28340a040'),
    'cose-shape (a map)': hexOf('d2a0'),
    'cose-shape (short signature)': hexOf('d28440a0414040'),
    'cose-unprotected-header': hexOf('d28440a101014040'),
    'cose-protected-header': Uint8Array.of(...hexOf('d28441a0a041005840'), ...new Uint8Array(64)),
    'cose-protected-header (empty)': Uint8Array.of(...hexOf('d28440a041005840'), ...new Uint8Array(64)),
    'picture-unreadable': hexOf('89504e470d0a1a0a00'),
    'pdf-without-certificate': text('%PDF-1.7\n%%EOF'),
  }
}

/** Signs as the issuer of the vectors would, whatever it is. */
function resign(payload: Uint8Array, header?: Uint8Array): Uint8Array {
  const kid = bytes(vectors.issuer.kid)
  const protectedHeader = header ?? Uint8Array.of(0xa2, 0x01, 0x27, 0x04, 0x48, ...kid)
  const string = (content: Uint8Array) =>
    content.length < 24
      ? Uint8Array.of(0x40 + content.length, ...content)
      : content.length < 256
        ? Uint8Array.of(0x58, content.length, ...content)
        : Uint8Array.of(0x59, content.length >> 8, content.length & 255, ...content)
  const structure = Buffer.concat([
    Buffer.from('846a5369676e617475726531', 'hex'),
    string(protectedHeader),
    Buffer.of(0x40),
    string(payload),
  ])
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes(vectors.issuer.seed)]),
    format: 'der',
    type: 'pkcs8',
  })
  const parts = [
    string(protectedHeader),
    Buffer.of(0xa0),
    string(payload),
    string(sign(null, structure, key)),
  ]
  return Uint8Array.from(Buffer.concat([Buffer.of(0xd2, 0x84), ...parts]))
}

function base45(content: Uint8Array): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  let result = ''
  for (let at = 0; at < content.length; at += 2) {
    const two = at + 1 < content.length
    let value = two ? (content[at] ?? 0) * 256 + (content[at + 1] ?? 0) : (content[at] ?? 0)
    for (let n = 0; n < (two ? 3 : 2); n++) {
      result += alphabet.charAt(value % 45)
      value = Math.floor(value / 45)
    }
  }
  return result
}
