import { randomBytes, randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectCell, connectKeys, type Database } from '../platform/database/pool.ts'
import { install } from '../platform/install.ts'
import { createLogger } from '../platform/log.ts'
import { openHouse } from '../platform/open-house.ts'
import { testDatabase } from '../platform/testing/database.ts'
import { ScriptedChannel } from '../platform/testing/house.ts'
import { Borrower, newPhone, send, type World } from './testing/borrower.ts'
import { lenderToken, openApp } from './testing/open-app.ts'

/** Everything that leaves a trace, caught: each log line at the lowest level, each answer with its headers. */
const logged: string[] = []
const answered: string[] = []
const closing: (() => Promise<void>)[] = []
let world: World
let owner: Database
let tokens: readonly string[]

const phone = newPhone()
const otherPhone = newPhone()
const cardToken = `canary_${randomBytes(9).toString('hex')}`

beforeAll(async () => {
  const database = await testDatabase()
  closing.push(() => database.close())
  owner = database.owner
  const log = createLogger(
    'trace',
    new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk))
        done()
      },
    }),
  )
  // Every statement counts as slow, so that each one is logged.
  const watched = { logger: log, slowMilliseconds: -1 }
  const cell = connectCell(database.url, 'cell_0001', watched)
  const keys = connectKeys(database.keysUrl, watched)
  closing.push(
    () => cell.close(),
    () => keys.close(),
  )
  const installation = await install(cell, {
    sandbox: true,
    policyProfile: 'cn-2026',
    now: new Date('2026-06-10T10:00:00+08:00'),
  })
  const channel = new ScriptedChannel()
  const masterKey = randomBytes(32)
  const house = await openHouse({ cell, keys, masterKey, installation, channel: () => channel, log })
  const opened = await openApp(house, {
    pages: async (app) => {
      app.addHook('onSend', async (_request, reply, payload) => {
        answered.push(JSON.stringify(reply.getHeaders()), String(payload))
        return payload
      })
    },
  })
  closing.push(() => opened.close())
  const lender = await lenderToken(house, 'staff')
  const test = { house, database, channel, close: () => Promise.resolve() }
  world = { test, app: opened.app, lender }
  tokens = [lender, ...(await live())]
})

afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

/** A whole life over HTTP, and then every mistake that has a phone or a token in the wrong place. */
async function live(): Promise<readonly string[]> {
  const borrower = await Borrower.opened(world, phone, cardToken)
  const { cardId, token } = borrower
  await borrower.post('/v1/me/mandates', { mandateId: randomUUID(), cardId })
  await borrower.borrowed('1000.00')
  const { quoteId, amount } = await borrower.quoted()
  await borrower.steppedUp()
  const repaymentId = randomUUID()
  await borrower.post('/v1/me/repayments', { repaymentId, amount, cardId, quoteId })
  await borrower.channelSays(repaymentId, amount, { kind: 'paid' })
  await borrower.channelSays(repaymentId, amount, { kind: 'settled' })
  await borrower.repaid('20.00')
  const refundId = randomUUID()
  await borrower.post('/v1/me/refunds', { refundId, cardId })
  await borrower.channelSays(refundId, '20.00', { kind: 'settled' })
  const orderId = await borrower.closingOrder()
  await borrower.post(`/v1/me/line/closing-orders/${orderId}/confirmation`, {})
  for (const path of ['/v1/me', '/v1/me/timeline', '/v1/me/cards', '/v1/me/mandates'])
    await borrower.get(path)
  const other = await Borrower.opened(world, otherPhone, `${cardToken}-2`)

  const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const keyed = () => ({ ...json, 'idempotency-key': randomUUID() })
  const wrong = [
    {
      method: 'POST',
      url: '/v1/sign-in-codes',
      headers: json,
      payload: JSON.stringify({ phone, phone2: phone }),
    },
    { method: 'POST', url: '/v1/sign-in-codes', headers: json, payload: `{"phone":"${phone}` },
    { method: 'POST', url: '/v1/sign-in-codes', headers: { 'content-type': 'text/plain' }, payload: phone },
    {
      method: 'POST',
      url: '/v1/sessions',
      headers: json,
      payload: JSON.stringify({ phone, code: phone, transport: 'bearer' }),
    },
    {
      method: 'POST',
      url: '/v1/sessions',
      headers: json,
      payload: JSON.stringify({ phone, code: '000000', transport: 'bearer' }),
    },
    {
      method: 'POST',
      url: '/v1/me/cards',
      headers: keyed(),
      payload: JSON.stringify({ cardId, bankCode: 'CMB', cardToken }),
    },
    {
      method: 'POST',
      url: '/v1/me/cards',
      headers: keyed(),
      payload: JSON.stringify({ cardId: cardToken, bankCode: cardToken, cardToken }),
    },
    {
      method: 'POST',
      url: '/v1/me/drawdowns',
      headers: keyed(),
      payload: JSON.stringify({ [phone]: cardToken }),
    },
    {
      method: 'POST',
      url: '/v1/me/step-up-codes',
      headers: json,
      payload: JSON.stringify({ phone: otherPhone }),
    },
    {
      method: 'POST',
      url: '/v1/customers',
      headers: { ...keyed(), authorization: `Bearer ${world.lender}` },
      payload: JSON.stringify({ phone }),
    },
    { method: 'GET', url: `/v1/customers/${phone}`, headers: { authorization: `Bearer ${world.lender}` } },
    { method: 'GET', url: `/v1/me/timeline?before=${phone}&phone=${cardToken}`, headers: json },
    { method: 'GET', url: `/v1/${phone}/%zz/${cardToken}` },
    { method: 'GET', url: `/nowhere/${phone}/${cardToken}?${token}` },
    {
      method: 'GET',
      url: '/v1/me',
      headers: { authorization: `Bearer ${token} ${phone}`, cookie: `x=${cardToken}` },
    },
    {
      method: 'POST',
      url: '/v1/channel-callbacks/bank-direct',
      headers: json,
      payload: JSON.stringify({ phone, cardToken }),
    },
  ] as const
  for (const call of wrong) {
    const answer = await send(world.app, call)
    if (answer.statusCode < 400) throw new Error(`${call.method} ${call.url} was taken: ${answer.body}`)
  }
  return [token, other.token]
}

describe('H1 canaries: no personal value in the clear anywhere', () => {
  test('neither the phone nor the card token is in any table of the database', async () => {
    const found = await tablesWith([phone, otherPhone, cardToken, ...tokens])
    expect(found).toEqual([])
    const { kept } = await owner.one<{ kept: bigint }>('select count(*) as kept from personal_field')
    expect(kept).toBe(4n)
  })

  test('neither is in a log line, though every statement and refusal was logged at the lowest level', () => {
    const text = logged.join('')
    expect(logged.length).toBeGreaterThan(200)
    for (const secret of [phone, otherPhone, cardToken, ...tokens]) expect(formsIn(text, secret)).toEqual([])
  })

  test('neither is in an answer or its headers; a token is in the one answer that gives it', () => {
    const text = answered.join('\n')
    expect(answered.length).toBeGreaterThan(80)
    for (const secret of [phone, otherPhone, cardToken]) expect(formsIn(text, secret)).toEqual([])
    for (const token of tokens.slice(1)) expect(text.split(token)).toHaveLength(2)
  })

  test('the search finds a canary in every form that it looks for', async () => {
    await owner.rows('create table cell_0001.probe (plain text, bytes bytea, object jsonb)')
    const forms = [
      ['plain', `'so ${phone} is'`],
      ['bytes', `convert_to('a${phone}', 'utf8')`],
      [
        'object',
        `jsonb_build_object('deep', jsonb_build_array('${Buffer.from(`x${phone}`).toString('base64')}'))`,
      ],
      ['plain', `'${Buffer.from(phone).toString('hex').toUpperCase()}'`],
    ] as const
    for (const [column, value] of forms) {
      await owner.rows(`insert into probe (${column}) values (${value})`)
      expect(await tablesWith([phone])).toEqual(['cell_0001.probe'])
      await owner.rows('delete from probe')
    }
    await owner.rows('drop table probe')
  })
})

async function tablesWith(secrets: readonly string[]): Promise<readonly string[]> {
  const tables = await owner.rows<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast' and c.relkind = 'r' order by 1`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await owner.rows<{ row: string }>(`select t::text as row from ${name} t`)
    const text = rows.map(({ row }) => row).join('\n')
    if (secrets.some((secret) => formsIn(text, secret).length > 0)) found.push(name)
  }
  return found
}

/** As it is, as hexadecimal digits, and inside base64 at any of its three alignments. */
function formsIn(text: string, secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const aligned = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    const from = shift === 0 ? 0 : 4
    return whole.toString('base64').slice(from, Math.floor(whole.length / 3) * 4)
  })
  const hex = bytes.toString('hex')
  const forms = [secret, ...aligned, ...aligned.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))]
  return [
    ...new Set(forms.filter((form) => text.includes(form))),
    ...(text.toLowerCase().includes(hex) ? [hex] : []),
  ]
}
