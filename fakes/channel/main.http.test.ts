import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sandboxKeys } from './sandbox-keys.ts'
import { type FakeChannel, startFakeChannel } from './start.ts'
import { isSigned, privateKey, publicKey, signMessage } from './wire.ts'

const runs = Math.max(1, Math.round(60 * Number(process.env.JIEQING_TEST_SCALE ?? '1')))
const lenderKey = privateKey(sandboxKeys.lenderPrivate)
const bankKey = publicKey(sandboxKeys.bankPublic)
const ten = '2026-11-22T10:00:00.000+08:00'

describe('A10 the fake channel forgets nothing and obeys the sandbox alone', () => {
  let folder: string
  let fake: FakeChannel
  let lender: Server
  let received: { readonly body: Record<string, unknown> }[]
  let status: number

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-channel-'))
    received = []
    status = 204
    lender = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const body = Buffer.concat(parts)
        const message = { method: 'POST', path: request.url ?? '', body }
        expect(isSigned(message, request.headers, bankKey)).toBe(true)
        received.push({ body: JSON.parse(body.toString()) })
        response.writeHead(status).end()
      })
    }).listen(0, '127.0.0.1')
    await once(lender, 'listening')
    fake = await startFakeChannel({ data: folder, notifyUrl: new URL('/notify', addressOf(lender)) })
  })

  afterEach(async () => {
    await fake.kill()
    lender.close()
    await rm(folder, { recursive: true })
  })

  test('before the sandbox has told the time no order is taken', async () => {
    expect(await ask(fake, 'POST', '/v1/collections', collection())).toMatchObject({ status: 503 })
    expect(await put(fake, 'clock', { now: ten })).toMatchObject({ status: 200 })
    expect(await ask(fake, 'POST', '/v1/collections', collection())).toMatchObject({ status: 200 })
  })

  test('it says when it will next do something, and the clock never goes back', async () => {
    await put(fake, 'clock', { now: ten })
    expect((await put(fake, 'clock', { now: ten })).body).toMatchObject({ outcome: 'quiet', nextDue: null })
    await ask(fake, 'POST', '/v1/collections', collection())
    await put(fake, 'clock', { now: ten })
    expect(await nextDue(fake)).toBe('2026-11-22T10:40:00.000+08:00')
    await put(fake, 'clock', { now: '2026-11-22T10:40:00+08:00' })
    expect(received.map(({ body }) => body.state)).toEqual(['paid', 'settled'])
    expect(await nextDue(fake)).toBeNull()
    expect(await put(fake, 'clock', { now: ten })).toMatchObject({
      status: 409,
      body: { code: 'clock-backwards' },
    })
  })

  test('killed and started again it has the same orders, clock, rejections and tries to come', async () => {
    await put(fake, 'clock', { now: ten })
    status = 503
    const order = collection()
    const refused = collection()
    await put(fake, 'behaviour', { reference: refused.reference, mode: 'rejected' })
    const answer = await ask(fake, 'POST', '/v1/collections', order)
    await ask(fake, 'POST', '/v1/collections', refused)
    await put(fake, 'behaviour', { next: true, mode: 'never-settles' })
    await put(fake, 'clock', { now: ten })
    await fake.kill()
    // What a power cut may leave behind: a line without its end.
    await appendFile(join(folder, 'bank-direct.ndjson'), '{"e":"clock","now":"2099-')

    status = 204
    fake = await startFakeChannel({ data: folder, notifyUrl: new URL('/notify', addressOf(lender)) })
    expect(await nextDue(fake)).toBe('2026-11-22T10:00:15.000+08:00')
    expect((await ask(fake, 'POST', '/v1/collections', order)).body).toEqual(answer.body)
    expect(await ask(fake, 'POST', '/v1/collections', { ...order, amount: '1' })).toMatchObject({
      status: 409,
    })
    expect(await ask(fake, 'GET', `/v1/payments/${refused.reference}`)).toMatchObject({ status: 422 })
    const stuck = collection()
    await ask(fake, 'POST', '/v1/collections', stuck)
    await put(fake, 'clock', { now: '2026-11-22T12:00:00+08:00' })
    expect(await stateOf(fake, order.reference)).toBe('settled')
    expect(await stateOf(fake, stuck.reference)).toBe('paid')
    await fake.kill()
    fake = await startFakeChannel({ data: folder })
    expect(await stateOf(fake, order.reference)).toBe('settled')
  })

  test('a callback is tried at 15s, 15s, 30s, 3m, 10m, 20m, 30m x3, 60m, 3h x3 and 6h x2 after one another, then no more', async () => {
    await put(fake, 'clock', { now: ten })
    status = 500
    await ask(fake, 'POST', '/v1/collections', { ...collection(), amount: '70092' }) // never settles: one callback
    await put(fake, 'clock', { now: ten })
    const tries: string[] = []
    for (let due = await nextDue(fake); due !== null; due = await nextDue(fake)) {
      tries.push(due)
      await put(fake, 'clock', { now: due })
    }
    const minutes = tries.map((due) => (Date.parse(due) - Date.parse(ten)) / 60_000)
    expect(minutes).toEqual([0.25, 0.5, 1, 4, 14, 34, 64, 94, 124, 184, 364, 544, 724, 1084, 1444])
    expect(received).toHaveLength(16)
    expect(new Set(received.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  test('a hundred orders of one instant are each told once, in the order paid, settled', async () => {
    await put(fake, 'clock', { now: ten })
    const orders = Array.from({ length: 100 }, () => collection())
    await Promise.all([...orders, ...orders].map((order) => ask(fake, 'POST', '/v1/collections', order)))
    await put(fake, 'clock', { now: '2026-11-22T11:00:00+08:00' })
    for (const { reference } of orders) {
      const states = received.filter(({ body }) => body.reference === reference).map(({ body }) => body.state)
      expect(states).toEqual(['paid', 'settled'])
    }
    expect(new Set(received.map(({ body }) => body.channelReference)).size).toBe(100)
  })

  test('with amount triggers off an amount means nothing but money', async () => {
    await put(fake, 'clock', { now: ten })
    await put(fake, 'amount-triggers', { enabled: false })
    expect(await ask(fake, 'POST', '/v1/collections', { ...collection(), amount: '70093' })).toMatchObject({
      status: 200,
    })
  })

  test('a behaviour for a payment that is already known is refused', async () => {
    await put(fake, 'clock', { now: ten })
    const order = collection()
    await ask(fake, 'POST', '/v1/collections', order)
    expect(await put(fake, 'behaviour', { reference: order.reference, mode: 'lost' })).toMatchObject({
      status: 409,
    })
  })

  test('a card token is nowhere but in the request: not in the journal, not in the transcript', async () => {
    await put(fake, 'clock', { now: ten })
    const canary = `canary-${randomUUID()}`
    const order = { ...collection(), cardToken: canary }
    await ask(fake, 'POST', '/v1/collections', order)
    await ask(fake, 'POST', '/v1/collections', { ...order, amount: 5, note: canary })
    await ask(fake, 'POST', '/v1/collections', { ...order, reference: canary })
    await ask(fake, 'GET', `/v1/payments/${order.reference}?card=${canary}`)
    await ask(fake, 'GET', `/v1/payments/${canary}`)
    await put(fake, 'clock', { now: '2026-11-22T11:00:00+08:00' })
    const transcript = JSON.stringify(await get(fake, '/sandbox/transcript'))
    expect(transcript).toContain(order.reference)
    expect(transcript).not.toContain(canary)
    expect(await readFile(join(folder, 'bank-direct.ndjson'), 'utf8')).not.toContain(canary)
  })

  test('the transcript has every exchange in its order', async () => {
    await put(fake, 'clock', { now: ten })
    const order = collection()
    await ask(fake, 'POST', '/v1/collections', order)
    await put(fake, 'clock', { now: '2026-11-22T11:00:00+08:00' })
    const { exchanges } = (await get(fake, '/sandbox/transcript')) as { exchanges: Record<string, unknown>[] }
    expect(
      exchanges.map(({ direction, path, status: code, attempt }) => [direction, path, code, attempt]),
    ).toEqual([
      ['in', '/v1/collections', 200, undefined],
      ['out', '/notify', 204, 1],
      ['out', '/notify', 204, 1],
    ])
    expect(await get(fake, '/sandbox/transcript?after=2')).toMatchObject({ next: 3, total: 3 })
  })
})

describe('A10 bad input never stops the fake channel', () => {
  let folder: string
  let fake: FakeChannel

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-channel-'))
    fake = await startFakeChannel({ data: folder })
    await put(fake, 'clock', { now: ten })
  })

  afterAll(async () => {
    expect(fake.process.exitCode).toBeNull()
    await fake.stop()
    await rm(folder, { recursive: true })
  })

  test('an unsigned request, or one signed by someone else, is refused with 401 and takes no effect', async () => {
    const order = collection()
    const body = Buffer.from(JSON.stringify(order))
    const message = { method: 'POST', path: '/v1/collections', body }
    const signed = signMessage(message, lenderKey)
    const attempts = [
      {},
      { ...signed, 'channel-signature': `${signed['channel-signature'].slice(0, -4)}AA==` },
      signMessage({ ...message, body: Buffer.from(JSON.stringify({ ...order, amount: '1' })) }, lenderKey),
      signMessage(message, privateKey(sandboxKeys.bankPrivate)),
    ]
    for (const headers of attempts) {
      const response = await fetch(new URL('/v1/collections', fake.url), {
        method: 'POST',
        headers: { ...headers },
        body,
      })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ outcome: 'refused', code: 'signature-refused' })
    }
    expect(await ask(fake, 'GET', `/v1/payments/${order.reference}`)).toMatchObject({ status: 404 })
  })

  test.each([
    ['an amount as a number', { amount: 5 }],
    ['an amount of nothing', { amount: '0' }],
    ['an amount with a sign', { amount: '-5' }],
    ['an amount in yuan', { amount: '5.00' }],
    ['a leading zero', { amount: '05' }],
    ['a reference that is no UUID', { reference: 'x' }],
    ['an unknown kind', { kind: 'gift' }],
    ['a mandate where none belongs', { mandateReference: randomUUID() }],
    ['an auto-debit without a mandate', { kind: 'auto-debit' }],
    ['a member nobody asked for', { note: 'x' }],
    ['an address that is no URL', { notifyUrl: 'lender' }],
    ['an address of another scheme', { notifyUrl: 'file:///etc/passwd' }],
    ['nothing for a card', { cardToken: null }],
  ])('%s is malformed', async (_what, part) => {
    expect(await ask(fake, 'POST', '/v1/collections', { ...collection(), ...part })).toMatchObject({
      status: 400,
      body: { outcome: 'refused', code: 'malformed' },
    })
  })

  test('more than one payment may move is refused with its reason', async () => {
    expect(
      await ask(fake, 'POST', '/v1/payouts', { ...collection(), kind: 'refund', amount: '1000000001' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'amount-over-limit' },
    })
  })

  test('any signed bytes at any path get a 4xx with a code', async () => {
    const path = fc.constantFrom(
      '/v1/collections',
      '/v1/payouts',
      '/v1/mandates',
      `/v1/mandates/${randomUUID()}/termination`,
      '/v1/nothing',
    )
    const orderLike = fc
      .dictionary(
        fc.constantFrom('reference', 'amount', 'kind', 'cardToken', '__proto__', 'x'),
        fc.jsonValue(),
      )
      .map((value) => Buffer.from(JSON.stringify(value)))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.json().map((text) => Buffer.from(text)),
      orderLike,
      fc.constant(Buffer.alloc(70_000, '[')),
      fc.constant(Buffer.from('['.repeat(60_000))),
    )
    await fc.assert(
      fc.asyncProperty(
        path,
        bytes,
        fc.constantFrom('application/json', 'text/plain', 'x'),
        async (to, body, type) => {
          const headers = {
            ...signMessage({ method: 'POST', path: to, body }, lenderKey),
            'content-type': type,
          }
          const response = await fetch(new URL(to, fake.url), { method: 'POST', headers, body })
          const text = await response.text()
          expect(response.status, text).toBeGreaterThanOrEqual(400)
          expect(response.status, text).toBeLessThan(500)
          expect(JSON.parse(text)).toMatchObject({
            outcome: 'refused',
            code: expect.stringMatching(/^[a-z-]+$/),
          })
        },
      ),
      { numRuns: runs },
    )
  })

  test('any body to a sandbox lever gets a 4xx with a code', async () => {
    const lever = fc.constantFrom('clock', 'behaviour', 'amount-triggers', 'nothing')
    const body = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('now', 'next', 'mode', 'reference', 'enabled'), fc.string())
        .map((value) => JSON.stringify(value)),
      fc.constant('{"now":"2026-02-30T10:00:00+08:00"}'),
      fc.constant('{"now":"2026-11-22T10:00:00"}'),
    )
    await fc.assert(
      fc.asyncProperty(lever, body, async (to, text) => {
        const response = await fetch(new URL(`/sandbox/${to}`, fake.url), { method: 'PUT', body: text })
        expect(response.status).toBeGreaterThanOrEqual(400)
        expect(response.status).toBeLessThan(500)
        expect(await response.json()).toMatchObject({ outcome: 'refused', code: expect.any(String) })
      }),
      { numRuns: runs },
    )
  })

  test('the answer to a signed request is signed, refusals included', async () => {
    for (const path of [`/v1/payments/${randomUUID()}`, '/v1/payments/x', '/v1/nothing']) {
      const headers = signMessage({ method: 'GET', path, body: Buffer.alloc(0) }, lenderKey)
      const response = await fetch(new URL(path, fake.url), { headers: { ...headers } })
      const body = Buffer.from(await response.arrayBuffer())
      expect(
        isSigned({ method: 'GET', path, body }, Object.fromEntries(response.headers), bankKey),
        path,
      ).toBe(true)
      expect(response.headers.get('channel-nonce')).toBe(headers['channel-nonce'])
    }
  })
})

function collection() {
  return { reference: randomUUID(), amount: '123400', kind: 'repayment', cardToken: 'card_demo_0001' }
}

async function ask(fake: FakeChannel, method: string, path: string, content?: object) {
  const body = Buffer.from(content === undefined ? '' : JSON.stringify(content))
  const response = await fetch(new URL(path, fake.url), {
    method,
    headers: { ...signMessage({ method, path, body }, lenderKey), 'content-type': 'application/json' },
    ...(content === undefined ? {} : { body }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function put(fake: FakeChannel, lever: string, content: object) {
  const response = await fetch(new URL(`/sandbox/${lever}`, fake.url), {
    method: 'PUT',
    body: JSON.stringify(content),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function get(fake: FakeChannel, path: string): Promise<unknown> {
  return (await fetch(new URL(path, fake.url))).json()
}

async function nextDue(fake: FakeChannel): Promise<string | null> {
  return ((await get(fake, '/sandbox/next-due')) as { nextDue: string | null }).nextDue
}

async function stateOf(fake: FakeChannel, reference: string): Promise<unknown> {
  const { body } = await ask(fake, 'GET', `/v1/payments/${reference}`)
  return (body.result as { state: string }).state
}

function addressOf(server: Server): URL {
  const address = server.address() as AddressInfo // it listens on a port
  return new URL(`http://127.0.0.1:${address.port}`)
}
