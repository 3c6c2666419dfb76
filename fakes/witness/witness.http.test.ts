import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { formatKey, keyId, type NoteKey, rawKey } from './keys.ts'
import { type FakeWitness, startFakeWitness } from './start.ts'

const folders: string[] = []
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'jieqing-witness-'))
  folders.push(path)
  return path
}
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

// A log of its own, written out: two leaves a and b, and the tree of one of them.
const { privateKey } = generateKeyPairSync('ed25519')
const logKey: NoteKey = { name: 'log.example', type: 1, raw: rawKey(privateKey) }
const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const leaf = (text: string) => sha(Buffer.of(0), Buffer.from(text))
const node = (left: Buffer, right: Buffer) => sha(Buffer.of(1), left, right)
const [a, b, c] = [leaf('a'), leaf('b'), leaf('c')]
const checkpoint = (size: number, root: Buffer, origin = logKey.name, key = privateKey) => {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`
  const line = Buffer.concat([keyId(logKey), signBytes(null, Buffer.from(text), key)])
  return `${text}\n— ${origin} ${line.toString('base64')}\n`
}
const start = (data: string) =>
  startFakeWitness({ name: 'witness.example', logs: [formatKey(logKey)], data, at: 1_795_312_800 })
const add = async (witness: FakeWitness, old: number, proof: readonly Buffer[], note: string) => {
  const lines = proof.map((hash) => `${hash.toString('base64')}\n`).join('')
  const response = await fetch(`${witness.url}/add-checkpoint`, {
    method: 'POST',
    body: `old ${old}\n${lines}\n${note}`,
  })
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

describe('L2 a witness', () => {
  test('cosigns what continues what it saw, and refuses all else with the code that says why', async () => {
    const witness = await start(folder())
    try {
      const two = node(a, b)
      expect(await add(witness, 0, [], checkpoint(1, a))).toMatchObject({
        status: 200,
        body: expect.stringMatching(/^— witness\.example [A-Za-z0-9+/=]+\n$/),
      })
      // Stale: it says where it is.
      expect(await add(witness, 0, [], checkpoint(2, two))).toMatchObject({
        status: 409,
        type: 'text/x.tlog.size',
        body: '1\n',
      })
      // A fork of the size it knows, and one beyond it.
      expect((await add(witness, 1, [], checkpoint(1, b))).status).toBe(409)
      expect((await add(witness, 1, [c], checkpoint(2, two))).status).toBe(422)
      expect((await add(witness, 1, [a], checkpoint(2, node(b, a)))).status).toBe(422)
      expect((await add(witness, 1, [], checkpoint(2, two))).status).toBe(422)
      expect((await add(witness, 1, [b, c], checkpoint(2, two))).status).toBe(422)
      expect((await add(witness, 3, [], checkpoint(2, two))).status).toBe(400)
      expect((await add(witness, 1, [b], checkpoint(2, two, 'other.example'))).status).toBe(404)
      const stranger = generateKeyPairSync('ed25519').privateKey
      expect((await add(witness, 1, [b], checkpoint(2, two, logKey.name, stranger))).status).toBe(403)
      expect((await add(witness, 1, Array(64).fill(b), checkpoint(2, two))).status).toBe(400)
      expect((await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body: 'old 1' })).status).toBe(
        400,
      )
      // None of that has moved it.
      expect((await add(witness, 1, [b], checkpoint(2, two))).status).toBe(200)
      // The same again is signed again.
      expect((await add(witness, 2, [], checkpoint(2, two))).status).toBe(200)
    } finally {
      await witness.stop()
    }
  })

  test('remembers across a power cut what it has answered for', async () => {
    const data = folder()
    const first = await start(data)
    expect((await add(first, 0, [], checkpoint(1, a))).status).toBe(200)
    await first.kill()
    const second = await start(data)
    try {
      expect(second.key).toBe(first.key)
      expect((await add(second, 0, [], checkpoint(1, b))).status).toBe(409)
      expect((await add(second, 1, [], checkpoint(1, b))).status).toBe(409)
    } finally {
      await second.stop()
    }
  })

  test('of many at once that go on from the same size one wins, and the others are told the new size', async () => {
    const witness = await start(folder())
    try {
      await add(witness, 0, [], checkpoint(1, a))
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => {
          const next = leaf(`next ${n}`)
          return add(witness, 1, [next], checkpoint(2, node(a, next)))
        }),
      )
      expect(answers.filter(({ status }) => status === 200).length).toBe(1)
      expect(answers.filter(({ status, body }) => status === 409 && body === '2\n').length).toBe(19)
    } finally {
      await witness.stop()
    }
  })
})
