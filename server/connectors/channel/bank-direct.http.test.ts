import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fen } from '@jieqing/domain/money/fen'
import { sandboxKeys } from '@jieqing/fakes/channel/sandbox-keys'
import { type FakeChannel, startFakeChannel } from '@jieqing/fakes/channel/start'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BankDirectSettings, bankDirect } from './bank-direct.ts'
import { type CallbackReading, readCallback } from './callback.ts'
import { type KnownPayment, receivePaymentResult } from './delivery.ts'
import { type ChannelPort, cardTokenOrNone, type PaymentResult } from './port.ts'

/** One fake channel and one lender for the whole file; every test has references of its own, the clock only goes on. */
let folder: string
let fake: FakeChannel
let lender: Server
let channel: ChannelPort
/** Every reading of a callback, by the reference that it spoke of; forged ones under `forged`. */
const readings = new Map<string, CallbackReading[]>()
/** References whose callbacks the lender can't take just now. */
const busy = new Set<string>()
let now = Date.parse('2026-11-22T10:00:00+08:00')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fake-channel-'))
  fake = await startFakeChannel({ data: folder })
  lender = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const callback = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts),
      }
      const reading = readCallback(callback, { keys: [bankKey], systemTime: new Date() })
      const name = reading.kind === 'result' ? reading.result.reference : 'forged'
      if (!busy.has(name)) readings.set(name, [...(readings.get(name) ?? []), reading])
      response.writeHead(reading.kind === 'refused' ? 401 : busy.has(name) ? 503 : 204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(lender, 'listening')
  channel = bankDirect(settings())
  await pass(0)
})

afterAll(async () => {
  await fake.stop()
  lender.close()
  await rm(folder, { recursive: true })
})

describe('A10 a repayment is paid, not yet posted, until the channel settles it', () => {
  test('it is paid at once and settles after 40 minutes', async () => {
    const order = repayment(123_400n)
    const taken = now
    expect(await channel.submitCollection(order)).toMatchObject({
      kind: 'accepted',
      payment: {
        reference: order.reference,
        amountFen: 123_400n,
        state: { kind: 'paid' },
        at: new Date(taken),
      },
    })
    await pass(39)
    expect(told(order.reference)).toEqual(['paid'])
    await pass(1)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
    expect(await channel.query(order.reference)).toMatchObject({
      kind: 'accepted',
      payment: { state: { kind: 'settled' }, at: new Date(taken + 40 * minute) },
    })
  })

  test('sent twice it has one effect, and other content under its reference is refused', async () => {
    const order = repayment(50_000n)
    const first = await channel.submitCollection(order)
    expect(await channel.submitCollection(order)).toEqual(first)
    const reused = { kind: 'rejected', code: 'reference-reused' }
    expect(await channel.submitCollection({ ...order, amountFen: fen(50_001n) })).toEqual(reused)
    expect(await channel.submitCollection({ ...order, cardToken: token('card_other_0002') })).toEqual(reused)
    expect(await channel.submitPayout({ ...order, kind: 'refund' })).toEqual(reused)
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('a reference that the channel has never seen is not found', async () => {
    expect(await channel.query(randomUUID())).toEqual({ kind: 'not-found' })
    expect(await channel.queryMandate(randomUUID())).toEqual({ kind: 'not-found' })
  })

  test('a callback that the lender cannot take comes again until it can', async () => {
    const order = repayment(20_000n)
    busy.add(order.reference)
    await channel.submitCollection(order)
    await pass(45)
    expect(told(order.reference)).toEqual([])
    busy.delete(order.reference)
    await pass(24 * 60 + 10)
    expect(told(order.reference).sort()).toEqual(['paid', 'settled'])
  })
})

describe('A3 money goes to the card', () => {
  test('a drawdown settles within seconds', async () => {
    const order = {
      reference: randomUUID(),
      amountFen: fen(1_000_000n),
      cardToken,
      kind: 'drawdown',
    } as const
    expect(await channel.submitPayout(order)).toMatchObject({ payment: { state: { kind: 'received' } } })
    await pass(1)
    expect(told(order.reference)).toEqual(['settled'])
  })
})

describe('A8 mandates', () => {
  test('a debit needs an active mandate on the same card, and the end of one counts when it is confirmed', async () => {
    const mandate = { reference: randomUUID(), cardToken }
    expect(await channel.submitCollection(autoDebit(mandate.reference))).toEqual(rejected('mandate-unknown'))
    expect(await channel.signMandate(mandate)).toMatchObject({ mandate: { state: { kind: 'active' } } })
    const debit = autoDebit(mandate.reference)
    expect(await channel.submitCollection(debit)).toMatchObject({ payment: { state: { kind: 'paid' } } })
    expect(
      await channel.submitCollection({
        ...autoDebit(mandate.reference),
        cardToken: token('card_other_0002'),
      }),
    ).toEqual(rejected('mandate-other-card'))

    expect(await channel.terminateMandate(mandate.reference)).toMatchObject({
      mandate: { state: { kind: 'terminating' } },
    })
    expect(await channel.submitCollection(autoDebit(mandate.reference))).toEqual(
      rejected('mandate-not-active'),
    )
    await pass(9)
    expect(await channel.queryMandate(mandate.reference)).toMatchObject({
      mandate: { state: { kind: 'terminating' } },
    })
    await pass(1)
    expect(told(mandate.reference)).toEqual(['active', 'terminated'])
    expect(await channel.terminateMandate(mandate.reference)).toMatchObject({
      mandate: { state: { kind: 'terminated' } },
    })
    await pass(30)
    expect(told(debit.reference), 'a debit under way when the mandate ended is still settled').toEqual([
      'paid',
      'settled',
    ])
  })

  test('a termination that the channel never confirms stays "terminating"', async () => {
    const mandate = { reference: randomUUID(), cardToken }
    await channel.signMandate(mandate)
    await sandbox('behaviour', { next: 'termination', mode: 'never-settles' })
    await channel.terminateMandate(mandate.reference)
    await pass(10 * 24 * 60)
    expect(await channel.queryMandate(mandate.reference)).toMatchObject({
      mandate: { state: { kind: 'terminating' } },
    })
  })

  test('a termination whose confirmation is lost is known by asking', async () => {
    const mandate = { reference: randomUUID(), cardToken }
    await channel.signMandate(mandate)
    await sandbox('behaviour', { reference: mandate.reference, mode: 'lost' })
    await channel.terminateMandate(mandate.reference)
    await pass(60)
    expect(told(mandate.reference)).toEqual(['active'])
    expect(await channel.queryMandate(mandate.reference)).toMatchObject({
      mandate: { state: { kind: 'terminated' } },
    })
  })

  test('a payer who ends the mandate at the bank is heard of', async () => {
    const mandate = { reference: randomUUID(), cardToken }
    await channel.signMandate(mandate)
    await sandbox(`mandates/${mandate.reference}/ended-by-payer`)
    await pass(0)
    expect(told(mandate.reference)).toEqual(['active', 'terminated'])
  })
})

/** The amount's last two digits ask for a mode, and so does the sandbox by name: both ways do the same. */
describe.each([
  ['by the amount', async (_mode: string, digits: bigint) => repayment(70_000n + digits)],
  [
    'by the sandbox',
    async (mode: string) => {
      await sandbox('behaviour', { next: true, mode })
      return repayment(70_000n)
    },
  ],
])('A10 what a channel may do, asked for %s', (_way, orderFor) => {
  test('lost: the end is known by asking only', async () => {
    const order = await orderFor('lost', 81n)
    await channel.submitCollection(order)
    await pass(180)
    expect(told(order.reference)).toEqual(['paid'])
    expect(await stateOf(order.reference)).toBe('settled')
  })

  test('duplicated: one end, acted upon once', async () => {
    const order = await orderFor('duplicated', 82n)
    await channel.submitCollection(order)
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'paid', 'settled', 'settled'])
    expect(news(order)).toEqual(['paid', 'settled'])
  })

  test('out-of-order: "settled" comes before "paid" and stands', async () => {
    const order = await orderFor('out-of-order', 83n)
    await channel.submitCollection(order)
    await pass(40)
    expect(told(order.reference)).toEqual(['settled', 'paid'])
    expect(news(order)).toEqual(['settled'])
  })

  test('late: what happened is told three hours later', async () => {
    const order = await orderFor('late', 84n)
    await channel.submitCollection(order)
    await pass(40 + 179)
    expect(told(order.reference)).toEqual(['paid'])
    expect(await stateOf(order.reference)).toBe('settled')
    await pass(1)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('failed: no money was taken', async () => {
    const order = await orderFor('failed', 85n)
    expect(await channel.submitCollection(order)).toMatchObject({
      payment: { state: { kind: 'failed', code: 'insufficient-funds' } },
    })
    await pass(60)
    expect(told(order.reference)).toEqual(['failed'])
  })

  test('wrong-amount: the callback contradicts our order, the channel when asked does not', async () => {
    const order = await orderFor('wrong-amount', 86n)
    await channel.submitCollection(order)
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
    expect(news(order)).toEqual([])
    expect(await channel.query(order.reference)).toMatchObject({
      payment: { amountFen: order.amountFen, state: { kind: 'settled' } },
    })
  })

  test('settles-other-amount: callback and channel agree on an amount that is not ours', async () => {
    const order = await orderFor('settles-other-amount', 87n)
    await channel.submitCollection(order)
    await pass(40)
    expect(news(order)).toEqual(['paid'])
    expect(await channel.query(order.reference)).toMatchObject({
      payment: { amountFen: order.amountFen + 1n },
    })
  })

  test('silent-taken: a 5xx for an order that was taken; sent again it is the same one', async () => {
    const order = await orderFor('silent-taken', 88n)
    expect(await channel.submitCollection(order)).toEqual({ kind: 'unknown', reason: 'server-error' })
    expect(await stateOf(order.reference)).toBe('paid')
    expect(await channel.submitCollection(order)).toMatchObject({ kind: 'accepted' })
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('silent-lost: a 5xx for an order that was not taken; sent again it is', async () => {
    const order = await orderFor('silent-lost', 89n)
    expect(await channel.submitCollection(order)).toEqual({ kind: 'unknown', reason: 'server-error' })
    expect(await channel.query(order.reference)).toEqual({ kind: 'not-found' })
    expect(await channel.submitCollection(order)).toMatchObject({ kind: 'accepted' })
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('hangs: no answer in time, and the order was taken', async () => {
    const impatient = bankDirect({ ...settings(), timeoutMillis: 200 })
    const order = await orderFor('hangs', 90n)
    expect(await impatient.submitCollection(order)).toEqual({ kind: 'unknown', reason: 'no-answer' })
    expect(await stateOf(order.reference)).toBe('paid')
    await pass(40)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('silent-forever: nothing is ever told', async () => {
    const order = await orderFor('silent-forever', 91n)
    await channel.submitCollection(order)
    await pass(2 * 24 * 60)
    expect(told(order.reference)).toEqual([])
    expect(await stateOf(order.reference)).toBe('settled')
  })

  test('never-settles: it stays paid, not yet posted', async () => {
    const order = await orderFor('never-settles', 92n)
    await channel.submitCollection(order)
    await pass(2 * 24 * 60)
    expect(told(order.reference)).toEqual(['paid'])
    expect(await stateOf(order.reference)).toBe('paid')
  })

  test('rejected: final for the reference, however it is asked', async () => {
    const order = await orderFor('rejected', 93n)
    for (const answer of [channel.submitCollection(order), channel.submitCollection(order)]) {
      expect(await answer).toEqual(rejected('card-refused'))
    }
    expect(await channel.query(order.reference)).toEqual(rejected('card-refused'))
  })

  test('failed-in-clearing: paid, then failed', async () => {
    const order = await orderFor('failed-in-clearing', 94n)
    await channel.submitCollection(order)
    await pass(40)
    expect(news(order)).toEqual(['paid', 'failed'])
  })

  test('settles-late: past the two hours of a repayment not yet posted', async () => {
    const order = await orderFor('settles-late', 95n)
    await channel.submitCollection(order)
    await pass(40 + 179)
    expect(await stateOf(order.reference)).toBe('paid')
    await pass(1)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
  })

  test('forged-callback: refused, and the genuine one follows', async () => {
    const forgedBefore = readings.get('forged')?.length ?? 0
    const order = await orderFor('forged-callback', 96n)
    await channel.submitCollection(order)
    await pass(41)
    expect(told(order.reference)).toEqual(['paid', 'settled'])
    expect(readings.get('forged')?.slice(forgedBefore)).toEqual([
      { kind: 'refused', reason: 'signature-wrong' },
      { kind: 'refused', reason: 'signature-wrong' },
    ])
  })

  test('unsigned-answer: a 2xx without a signature decides nothing', async () => {
    const order = await orderFor('unsigned-answer', 97n)
    expect(await channel.submitCollection(order)).toEqual({ kind: 'unknown', reason: 'answer-unsigned' })
    expect(await channel.submitCollection(order)).toMatchObject({ kind: 'accepted' })
  })
})

describe('A10 only what the channel signed for this request decides', () => {
  test('a lender with a wrong key is told nothing that counts', async () => {
    const stranger = bankDirect({ ...settings(), lenderKey: generateKeyPairSync('ed25519').privateKey })
    const order = repayment(30_000n)
    expect(await stranger.submitCollection(order)).toEqual({ kind: 'unknown', reason: 'sender-refused' })
    expect(await channel.query(order.reference)).toEqual({ kind: 'not-found' })
  })

  test('a lender whose clock is six minutes off is refused', async () => {
    const slow = bankDirect({ ...settings(), systemTime: () => new Date(Date.now() - 360_000) })
    expect(await slow.query(randomUUID())).toEqual({ kind: 'unknown', reason: 'answer-unsigned' })
  })

  test('an answer of someone else than the channel is none', async () => {
    const other = bankDirect({ ...settings(), channelKeys: [generateKeyPairSync('ed25519').publicKey] })
    expect(await other.query(randomUUID())).toEqual({ kind: 'unknown', reason: 'answer-unsigned' })
  })

  test('a genuine answer replayed to another request is none', async () => {
    const order = repayment(30_000n)
    await channel.submitCollection(order)
    const recorder = await proxy()
    const replayed = bankDirect({ ...settings(), baseUrl: recorder.url })
    expect(await replayed.query(order.reference)).toMatchObject({ kind: 'accepted' })
    expect(await replayed.query(order.reference)).toEqual({ kind: 'unknown', reason: 'answer-unsigned' })
    recorder.server.close()
  })

  test.each([
    ['a page of a proxy', 200, '<html>maintenance</html>', 'answer-unsigned'],
    ['a 404 of a proxy', 404, '{"outcome":"refused","code":"reference-unknown"}', 'answer-unsigned'],
    ['a redirect', 302, '', 'no-answer'],
    ['an answer without end', 200, 'x'.repeat(70_000), 'no-answer'],
    ['a gateway time-out', 504, '', 'server-error'],
  ])('%s leaves the order unknown', async (_what, status, body, reason) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const elsewhere = bankDirect({ ...settings(), baseUrl: addressOf(server) })
    expect(await elsewhere.query(randomUUID())).toEqual({ kind: 'unknown', reason })
    server.close()
  })

  test('a channel that is not there leaves the order unknown', async () => {
    const nowhere = bankDirect({ ...settings(), baseUrl: new URL('http://127.0.0.1:1') })
    expect(await nowhere.submitCollection(repayment(1_000n))).toEqual({
      kind: 'unknown',
      reason: 'no-answer',
    })
  })

  test('a reference that is no UUID and a payment of nothing are bugs of the caller', async () => {
    await expect(channel.query('../sandbox/clock')).rejects.toThrow(RangeError)
    await expect(channel.submitCollection(repayment(0n))).rejects.toThrow(RangeError)
  })
})

const minute = 60_000
const cardToken = token('card_demo_0001')
const bankKey = createPublicKey({
  key: Buffer.from(sandboxKeys.bankPublic, 'base64'),
  format: 'der',
  type: 'spki',
})

function settings(): BankDirectSettings {
  return {
    baseUrl: fake.url,
    notifyUrl: new URL('/v1/channels/bank-direct/notifications?book=1', addressOf(lender)),
    lenderKey: createPrivateKey({
      key: Buffer.from(sandboxKeys.lenderPrivate, 'base64'),
      format: 'der',
      type: 'pkcs8',
    }),
    channelKeys: [bankKey],
    systemTime: () => new Date(),
  }
}

function addressOf(server: Server): URL {
  const address = server.address() as AddressInfo // it listens on a port
  return new URL(`http://127.0.0.1:${address.port}`)
}

function token(text: string) {
  const read = cardTokenOrNone(text)
  if (read === undefined) throw new Error('no card token')
  return read
}

function repayment(amountFen: bigint) {
  return { reference: randomUUID(), amountFen: fen(amountFen), cardToken, kind: 'repayment' } as const
}

function autoDebit(mandateReference: string) {
  return {
    reference: randomUUID(),
    amountFen: fen(60_000n),
    cardToken,
    kind: 'auto-debit',
    mandateReference,
  } as const
}

function rejected(code: string) {
  return { kind: 'rejected', code }
}

/** Moves the business clock on and waits until the channel is quiet. */
async function pass(minutes: number): Promise<void> {
  now += minutes * minute
  await sandbox('clock', { now: new Date(now).toISOString() })
}

async function sandbox(lever: string, body?: object): Promise<void> {
  const response = await fetch(new URL(`/sandbox/${lever}`, fake.url), {
    method: 'PUT',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  expect(response.status, await response.text()).toBe(200)
}

/** The states that callbacks told of a reference, in the order in which they came. */
function told(reference: string): string[] {
  return results(reference).map((result) => result.state.kind)
}

/** What of that is acted upon. */
function news(order: {
  readonly reference: string
  readonly amountFen: KnownPayment['amountFen']
}): string[] {
  let known: KnownPayment = order
  const states: string[] = []
  for (const result of results(order.reference)) {
    const delivery = receivePaymentResult(known, result as PaymentResult) // a payment's reference
    if (delivery.kind !== 'news') continue
    known = { ...known, last: delivery.result }
    states.push(delivery.result.state.kind)
  }
  return states
}

function results(reference: string) {
  return (readings.get(reference) ?? []).flatMap((reading) =>
    reading.kind === 'result' ? [reading.result] : [],
  )
}

async function stateOf(reference: string): Promise<string> {
  const answer = await channel.query(reference)
  return answer.kind === 'accepted' ? answer.payment.state.kind : answer.kind
}

/** Passes the first request on to the channel and answers every later one with that same answer. */
async function proxy(): Promise<{ readonly server: Server; readonly url: URL }> {
  let first:
    | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
    | undefined
  const server = createServer(async (request, response) => {
    if (first === undefined) {
      const passed = await fetch(new URL(request.url ?? '', fake.url), {
        headers: Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => name.startsWith('channel-')),
        ) as Record<string, string>, // each is given once
      })
      const headers = Object.fromEntries([...passed.headers].filter(([name]) => name.startsWith('channel-')))
      first = { status: passed.status, headers, body: await passed.text() }
    }
    response.writeHead(first.status, first.headers).end(first.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: addressOf(server) }
}
