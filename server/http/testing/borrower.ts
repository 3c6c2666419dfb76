import { randomInt, randomUUID } from 'node:crypto'
import { fenFromYuan } from '@jieqing/domain/money/fen'
import { recordChannelResults } from '../../channel/results.ts'
import type { PaymentState } from '../../connectors/channel/port.ts'
import { runOutbox } from '../../outbox/jobs.ts'
import type { TestHouse } from '../../platform/testing/house.ts'
import type { App } from '../app.ts'

/** An API with a token of the lender's, for borrowers who live through it. */
export type World = { readonly test: TestHouse; readonly app: App; readonly lender: string }

type Answer = Awaited<ReturnType<typeof send>>

/** Sends one call, each from an address of its own so that no rate limit is in the way. */
export async function send(
  app: App,
  call: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    readonly url: string
    readonly headers?: Readonly<Record<string, string>>
    readonly payload?: string | Buffer
  },
) {
  const remoteAddress = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
  return app.inject({ ...call, headers: { ...call.headers }, remoteAddress })
}

/** A borrower of a test who does everything over HTTP, as a page would. Each step expects to succeed. */
export class Borrower {
  readonly #world: World
  readonly phone: string
  readonly customer: string
  readonly token: string
  readonly invitationId = randomUUID()
  readonly creditLineId = randomUUID()
  readonly cardId = randomUUID()

  private constructor(world: World, phone: string, customer: string, token: string) {
    this.#world = world
    this.phone = phone
    this.customer = customer
    this.token = token
  }

  /** Recorded by the lender and signed in; nothing offered yet. */
  static async recorded(world: World, phone = newPhone()): Promise<Borrower> {
    const { customerId } = await ask(world.app, world.lender, 'POST', '/v1/customers', { phone })
    const token = await signIn(world.app, phone)
    return new Borrower(world, phone, String(customerId), token)
  }

  static async invited(world: World, phone?: string): Promise<Borrower> {
    const borrower = await Borrower.recorded(world, phone)
    await ask(world.app, world.lender, 'POST', `/v1/customers/${borrower.customer}/invitations`, {
      invitationId: borrower.invitationId,
      limit: '50000.00',
      dailyRateE8: 35_000,
    })
    return borrower
  }

  /** With an open line and a bound card; nothing borrowed. */
  static async opened(world: World, phone?: string, cardToken?: string): Promise<Borrower> {
    const borrower = await Borrower.invited(world, phone)
    const { creditLineId, invitationId, cardId } = borrower
    await borrower.post('/v1/me/line', { creditLineId, invitationId })
    await borrower.post('/v1/me/cards', {
      cardId,
      bankCode: 'CMB',
      cardToken: cardToken ?? `card_${cardId.slice(0, 8)}`,
    })
    return borrower
  }

  get(path: string) {
    return ask(this.#world.app, this.token, 'GET', path)
  }

  post(path: string, body: Readonly<Record<string, unknown>>) {
    return ask(this.#world.app, this.token, 'POST', path, body)
  }

  /** Asked for and queued; the channel has said nothing. */
  async drawn(amount = '10000.00'): Promise<string> {
    const drawdownId = randomUUID()
    await this.post('/v1/me/drawdowns', { drawdownId, amount, instalments: 5, cardId: this.cardId })
    return drawdownId
  }

  /** A loan from today on; answers its id. */
  async borrowed(amount = '10000.00'): Promise<string> {
    const reference = await this.drawn(amount)
    await this.channelSays(reference, amount, { kind: 'settled' })
    const { loans } = await this.get('/v1/me/loans')
    const [loan] = Array.isArray(loans) ? loans : []
    return String(loan.loanId)
  }

  async repaid(amount: string): Promise<string> {
    const repaymentId = randomUUID()
    await this.post('/v1/me/repayments', { repaymentId, amount, cardId: this.cardId })
    await this.channelSays(repaymentId, amount, { kind: 'paid' })
    await this.channelSays(repaymentId, amount, { kind: 'settled' })
    return repaymentId
  }

  async quoted(): Promise<{ readonly quoteId: string; readonly amount: string }> {
    const quoteId = randomUUID()
    await this.post('/v1/me/payoff-quotes', { quoteId })
    const { amount } = await this.get(`/v1/me/payoff-quotes/${quoteId}`)
    return { quoteId, amount: String(amount) }
  }

  async closingOrder(): Promise<string> {
    const orderId = randomUUID()
    await this.post('/v1/me/line/closing-orders', { orderId, channel: 'browser' })
    return orderId
  }

  /** A code for this session, as the sandbox's message shows it. */
  async stepUpCode(): Promise<string> {
    await this.post('/v1/me/step-up-codes', { phone: this.phone })
    return codeSentTo(this.#world.app, this.phone)
  }

  async steppedUp(): Promise<void> {
    await this.post('/v1/me/step-ups', { code: await this.stepUpCode() })
  }

  /** What the channel says of one of this borrower's orders, after the outbox has handed it over. */
  async channelSays(reference: string, amount: string, state: PaymentState): Promise<void> {
    const { test } = this.#world
    const fen = fenFromYuan(amount)
    if (fen === undefined) throw new Error(`${amount} is no amount`)
    await runOutbox(test.house)
    const result = test.channel.result(reference, fen, state, test.house.clock.business())
    await recordChannelResults(test.house, [result])
  }
}

export function newPhone(): string {
  return `138${String(randomInt(100_000_000)).padStart(8, '0')}`
}

export async function codeSentTo(app: App, phone: string): Promise<string> {
  const { messages } = await ask(app, undefined, 'GET', `/v1/sandbox/messages?phone=${phone}`)
  const [newest] = Array.isArray(messages) ? messages : []
  return String(newest.parameters.code)
}

async function signIn(app: App, phone: string): Promise<string> {
  await ask(app, undefined, 'POST', '/v1/sign-in-codes', { phone })
  const code = await codeSentTo(app, phone)
  const { token } = await ask(app, undefined, 'POST', '/v1/sessions', { phone, code, transport: 'bearer' })
  return String(token)
}

async function ask(
  app: App,
  token: string | undefined,
  method: 'GET' | 'POST',
  url: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const answer = await send(app, {
    method,
    url,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`)
  return bodyOf(answer)
}

export function bodyOf(answer: Answer): Record<string, unknown> {
  return answer.json()
}
