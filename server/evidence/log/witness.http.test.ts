import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeWitness, startFakeWitness } from '@jieqing/fakes/witness/start'
import { check } from '@jieqing/verifier/check'
import { nodeCrypto } from '@jieqing/verifier/crypto-node'
import { readPng } from '@jieqing/verifier/picture-png'
import { readPolicy } from '@jieqing/verifier/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signStatement } from '../cose.ts'
import { leafOf } from '../leaf.ts'
import { localSigner } from '../local-key.ts'
import { statementBytes } from '../statement-bytes.ts'
import { exampleClosure, exampleSigner } from '../testing/examples.ts'
import { verificationPolicy } from '../verification-policy.ts'
import { appendEntries } from './append.ts'
import { parseVerifierKey, verifierKey } from './note.ts'
import { memoryStore } from './store.ts'
import { consistencyAt, integrate, logKey, proofOf, publish, rootAt, sign } from './transparency-log.ts'
import { askWitness, cosign } from './witness-client.ts'

const log = {
  origin: 'lender.example/closures',
  signer: localSigner(generateKeyPairSync('ed25519').privateKey),
  store: memoryStore(),
}
const names = ['a', 'b'] as const
const folder = mkdtempSync(join(tmpdir(), 'jieqing-witnesses-'))
let witnesses: readonly FakeWitness[] = []
const entry = (n: number) => createHash('sha256').update(`other ${n}`).digest()

beforeAll(async () => {
  witnesses = await Promise.all(
    names.map((name) =>
      startFakeWitness({
        name: `witness-${name}.example`,
        logs: [verifierKey(logKey(log))],
        data: join(folder, name),
        at: 1_795_312_860,
      }),
    ),
  )
})
afterAll(async () => {
  await Promise.all(witnesses.map((witness) => witness.stop()))
  rmSync(folder, { recursive: true, force: true })
})

const cosigned = async (checkpoint: string, size: number) => {
  const answers = await Promise.all(
    witnesses.map(({ url, key }) =>
      cosign({ url, key: parseVerifierKey(key) }, (old) => consistencyAt(log.store, old, size), checkpoint),
    ),
  )
  return answers.map((answer) => (answer.kind === 'cosigned' ? answer.lines : answer.kind))
}

describe('L2 L3 from a closing to a proof that two witnesses stand for', () => {
  test('the statement is logged, cosigned, published, and checked offline with its proof', async () => {
    await publish(log, await sign(log, await integrate(log, [entry(0), entry(1), entry(2)])))
    const payload = statementBytes(exampleClosure())
    const head = await integrate(log, [leafOf(payload), entry(4)])
    const signed = await sign(log, head)
    const checkpoint = signed + (await cosigned(signed, head.size)).join('')
    await publish(log, checkpoint)

    const policy = verificationPolicy({
      issuer: 'lender.example',
      title: { zh: '示例', en: 'Example' },
      keys: [{ signer: exampleSigner() }],
      log: [
        `log ${verifierKey(logKey(log))}`,
        ...witnesses.map(({ key }, n) => `witness ${names[n]} ${key}`),
        'group both all a b',
      ],
      quorum: 'both',
      proof: 'required',
    })
    const answer = check(await signStatement(payload, exampleSigner()), {
      crypto: nodeCrypto,
      readPicture: readPng,
      policy: readPolicy(nodeCrypto, policy),
      proof: Buffer.from(await proofOf(log, 3, checkpoint)),
    })
    expect(answer).toMatchObject({
      verdict: 'valid',
      facts: {
        log: { index: '3', size: '5', witnesses: [{ name: 'a', at: '2026-11-22T02:01:00Z' }, { name: 'b' }] },
      },
    })
  })

  test('a witness that is behind is caught up, and a fork finds none', async () => {
    const head = await integrate(log, [entry(5), entry(6), entry(7)])
    const next = await sign(log, head)
    expect(await cosigned(next, head.size)).toEqual([
      expect.stringMatching(/^— witness-a/),
      expect.stringMatching(/^— witness-b/),
    ])
    await publish(log, next)

    const other = memoryStore()
    await appendEntries(
      other,
      0,
      Array.from({ length: 12 }, (_, n) => entry(n + 100)),
    )
    const fork = await sign(log, { origin: log.origin, size: 12, root: await rootAt(other, 12) })
    const [first] = witnesses
    if (first === undefined) throw new Error('no witness')
    const witness = { url: first.url, key: parseVerifierKey(first.key) }
    expect(await cosign(witness, (old) => consistencyAt(other, old, 12), fork)).toEqual({
      kind: 'inconsistent',
    })
    const eight = memoryStore()
    const others = Array.from({ length: 8 }, (_, n) => entry(n + 100))
    await appendEntries(eight, 0, others)
    const sameSize = await sign(log, { origin: log.origin, size: 8, root: await rootAt(eight, 8) })
    expect(await askWitness(witness, 8, [], sameSize)).toEqual({ kind: 'inconsistent' })
    expect(await askWitness({ ...witness, key: logKey(log) }, 8, [], next)).toEqual({
      kind: 'unusable-answer',
    })
  })
})
