import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Compile } from 'typebox/schema'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problemCodes } from '../platform/problem-codes.ts'
import { digest } from '../platform/testing/digest.ts'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { ProblemBody } from './schema.ts'
import { badRequests, type Call, callOf, type Sample } from './testing/bad-requests.ts'
import { Borrower, send, type World } from './testing/borrower.ts'
import { type Operation, readContract } from './testing/contract.ts'
import { lenderToken, openApp, type TestApp } from './testing/open-app.ts'
import { type Everything, everything, scenarios } from './testing/samples.ts'

let house: TestHouse
let opened: TestApp
let world: World
let other: Everything
let operations: readonly Operation[]
const counts = new Map<string, number>()

beforeAll(async () => {
  house = await testHouse()
  opened = await openApp(house.house)
  world = { test: house, app: opened.app, lender: await lenderToken(house.house, 'staff') }
  other = await everything(world)
  operations = await readContract(opened.app)
})

afterAll(async () => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(`bad calls made: ${total}`, Object.fromEntries(counts))
  await opened.close()
  await house.close()
})

const names = Object.keys(scenarios)

describe('A1 A2 A3 A6 C2 C5 L1 bad input, generated from the contract', () => {
  test('every operation of the contract has a scenario, and every scenario an operation', () => {
    expect(operations.map((one) => one.name).sort()).toEqual([...names].sort())
  })

  test.each(names)(
    '%s refuses every bad call with a code of the one table and changes nothing',
    async (name) => {
      for (const scenario of scenarios[name] ?? []) {
        const operation = named(name)
        const sample = await scenario(world, other)
        const before = await digest(house.database.owner)
        const wrong: string[] = []
        const kinds = new Set<string>()
        for (const { kind, what, call, codes } of badRequests(operation, sample)) {
          kinds.add(kind)
          counts.set(kind, (counts.get(kind) ?? 0) + 1)
          const answer = await refusal(call)
          if (!codes.some((code) => code === answer)) wrong.push(`${kind}: ${what} → ${answer}`)
        }
        expect(wrong).toEqual([])
        expect(await digest(house.database.owner)).toEqual(before)
        expect(kinds).toContain('bad-address')
      }
    },
  )

  test.each(names)(
    '%s succeeds once; the same key again is the same answer, with another content a conflict',
    async (name) => {
      for (const scenario of scenarios[name] ?? []) {
        const operation = named(name)
        const sample = await scenario(world, other)
        const before = await digest(house.database.owner)
        const call = callOf(operation, sample)
        const answer = await send(world.app, call)
        expect(`${answer.statusCode} ${answer.body}`).toMatch(/^20[012] /)
        const schema = operation.answers[String(answer.statusCode)]
        expect(schema && Compile(schema).Check(answer.json())).toBe(true)
        const after = await digest(house.database.owner)
        if (operation.method === 'GET') expect(after).toEqual(before)
        if (!operation.keyed) continue

        expect(after).not.toEqual(before)
        for (const _time of ['second', 'third']) {
          const again = await send(world.app, call)
          expect([again.statusCode, again.json()]).toEqual([answer.statusCode, answer.json()])
        }
        const conflict = await changed(operation, sample)
        const key = call.headers['idempotency-key']
        expect(await refusal(callOf(operation, sample, conflict, key))).toBe('idempotency-key-reused')
        if (sample.makes !== undefined)
          expect(await refusal(callOf(operation, sample))).toMatch(
            /^(id-in-use|.*-refused|closing-order-open)$/,
          )
        expect(await digest(house.database.owner)).toEqual(after)
      }
    },
  )

  test.each(names)(
    '%s is refused without a token, with another kind of caller, and across sites',
    async (name) => {
      const operation = named(name)
      const params = { id: randomUUID(), customer: '0'.repeat(32) }
      const withToken = (token?: string): Call =>
        callOf(operation, { params, body: {}, ...(token === undefined ? {} : { token }) })
      const [right, foreign] =
        operation.access === 'borrower'
          ? [other.borrower.token, world.lender]
          : [world.lender, other.borrower.token]
      if (operation.path.startsWith('/v1/me')) expect(operation.access).toBe('borrower')
      if (operation.access !== 'anyone') {
        expect(await refusal(withToken())).toBe('not-signed-in')
        for (const token of ['', randomUUID(), `${right}x`, 'x'.repeat(5000)])
          expect(await refusal(withToken(token))).toBe('not-signed-in')
        expect(await refusal(withToken(foreign))).toBe('not-allowed')
      }
      if (operation.method === 'GET') return
      const { headers, ...call } = withToken(right)
      const cross = { ...call, headers: { ...headers, 'sec-fetch-site': 'cross-site' } }
      expect(await refusal(cross)).toBe('cross-site')
    },
  )

  test('bytes that are no HTTP get the same problem', async () => {
    const port = Number(new URL(await world.app.listen({ host: '127.0.0.1', port: 0 })).port)
    for (const bytes of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`]) {
      const socket = connect(port, '127.0.0.1')
      socket.end(bytes)
      const answer = await text(socket)
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
      const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
      expect(Check(ProblemBody, body) && body.code).toBe('bad-request')
    }
  })

  test("an unknown phone, another's code and a wrong code are one answer at sign-in", async () => {
    const { phone } = await Borrower.recorded(world)
    const tries = [
      { phone, code: '000000' },
      { phone: other.borrower.phone, code: '000000' },
      { phone: '19999999999', code: '000000' },
    ]
    for (const one of tries) {
      const call = callOf(named('POST /v1/sessions'), { body: { ...one, transport: 'bearer' } })
      expect(await refusal(call)).toBe('code-wrong')
    }
  })
})

function named(name: string): Operation {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error(`the contract has no ${name}`)
  return operation
}

/** The code of a refusal that has the one form; anything else answers what came instead. */
async function refusal(call: Call): Promise<string> {
  const answer = await send(world.app, call)
  const seen = `${answer.statusCode} ${answer.headers['content-type']} ${answer.body.slice(0, 300)}`
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return seen
  const body: unknown = answer.json()
  if (!Check(ProblemBody, body)) return seen
  const known: Readonly<Record<string, { readonly status: number; readonly means: string }>> = problemCodes
  const entry = known[body.code]
  const right =
    entry !== undefined &&
    entry.status === answer.statusCode &&
    body.status === answer.statusCode &&
    body.title === entry.means &&
    answer.statusCode < 500
  return right ? (body.code satisfies string as ProblemCode) : seen
}

/** Another content that the contract would take: another id to make, or another's phone. */
async function changed(operation: Operation, sample: Sample): Promise<Partial<Sample>> {
  if (sample.makes !== undefined) return { body: { ...sample.body, [sample.makes]: randomUUID() } }
  if (operation.params.id !== undefined) return { params: { id: randomUUID() } }
  return { body: { ...sample.body, phone: '19888888888' } }
}
