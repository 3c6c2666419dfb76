import { randomUUID } from 'node:crypto'
import type { Sample } from './bad-requests.ts'
import { Borrower, codeSentTo, newPhone, send, type World } from './borrower.ts'

/** Makes a world in which an operation succeeds, and says how to call it. `other` is somebody else with one of everything. */
export type Scenario = (world: World, other: Everything) => Promise<Sample>

/** A borrower with one of everything that has an id. */
export type Everything = {
  readonly borrower: Borrower
  readonly invitationId: string
  readonly cardId: string
  readonly drawdownId: string
  readonly loanId: string
  readonly quoteId: string
  readonly repaymentId: string
  readonly refundId: string
  readonly orderId: string
}

/** Draws, repays too much, is refunded, asks to close and withdraws, borrows again and asks for a quote. */
export async function everything(world: World): Promise<Everything> {
  const borrower = await Borrower.opened(world)
  const { cardId, invitationId } = borrower
  await borrower.borrowed('1000.00')
  const repaymentId = await borrower.repaid('1100.00')
  const refundId = randomUUID()
  await borrower.post('/v1/me/refunds', { refundId, cardId })
  await borrower.channelSays(refundId, '100.00', { kind: 'settled' })
  const orderId = await borrower.closingOrder()
  await borrower.post(`/v1/me/line/closing-orders/${orderId}/withdrawal`, {})
  const drawdownId = await borrower.drawn('2000.00')
  await borrower.channelSays(drawdownId, '2000.00', { kind: 'settled' })
  const { loans } = await borrower.get('/v1/me/loans')
  const loanId = Array.isArray(loans) ? String(loans[0].loanId) : ''
  const { quoteId } = await borrower.quoted()
  return { borrower, invitationId, cardId, drawdownId, loanId, quoteId, repaymentId, refundId, orderId }
}

/** One scenario an operation, two where an operation has two faces; the tests refuse an operation without one. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  'POST /v1/sign-in-codes': [async (world) => ({ body: { phone: (await Borrower.recorded(world)).phone } })],
  'POST /v1/sessions': [
    async (world) => {
      const { phone } = await Borrower.recorded(world)
      await send(world.app, {
        method: 'POST',
        url: '/v1/sign-in-codes',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ phone }),
      })
      return { body: { phone, code: await codeSentTo(world.app, phone), transport: 'bearer' } }
    },
  ],
  'DELETE /v1/sessions/current': [async (world) => ({ token: (await Borrower.recorded(world)).token })],
  'POST /v1/me/step-up-codes': [
    async (world, other) => {
      const { token, phone } = await Borrower.recorded(world)
      return { token, body: { phone }, another: { phone: other.borrower.phone } }
    },
  ],
  'POST /v1/me/step-ups': [
    async (world) => {
      const borrower = await Borrower.recorded(world)
      return { token: borrower.token, body: { code: await borrower.stepUpCode() } }
    },
  ],
  'GET /v1/me': [mine],
  'GET /v1/me/line': [mine],
  'POST /v1/me/line': [
    async (world, other) => {
      const { token, invitationId, creditLineId } = await Borrower.invited(world)
      return {
        token,
        body: { creditLineId, invitationId },
        another: { invitationId: other.invitationId },
        makes: 'creditLineId',
      }
    },
  ],
  'POST /v1/customers/{customer}/invitations': [
    async (world) => ({
      token: world.lender,
      params: { customer: (await Borrower.recorded(world)).customer },
      body: { invitationId: randomUUID(), limit: '30000.00', dailyRateE8: 30_000 },
      makes: 'invitationId',
    }),
  ],
  'GET /v1/me/cards': [mine],
  'POST /v1/me/cards': [
    async (world) => ({
      token: (await Borrower.invited(world)).token,
      body: { cardId: randomUUID(), bankCode: 'CMB', cardToken: 'card_0001_sample' },
      makes: 'cardId',
    }),
  ],
  'GET /v1/me/mandates': [mine],
  'POST /v1/me/mandates': [
    async (world, other) => {
      const { token, cardId } = await Borrower.opened(world)
      return {
        token,
        body: { mandateId: randomUUID(), cardId },
        another: { cardId: other.cardId },
        makes: 'mandateId',
      }
    },
  ],
  'POST /v1/me/drawdowns': [
    async (world, other) => {
      const { token, cardId } = await Borrower.opened(world)
      return {
        token,
        body: { drawdownId: randomUUID(), amount: '1234.50', instalments: 5, cardId },
        another: { cardId: other.cardId },
        makes: 'drawdownId',
      }
    },
  ],
  'GET /v1/me/drawdowns/{id}': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      return own(borrower, await borrower.drawn(), other.drawdownId)
    },
  ],
  'GET /v1/me/loans': [mine],
  'GET /v1/me/loans/{id}': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      return own(borrower, await borrower.borrowed(), other.loanId)
    },
  ],
  'POST /v1/me/payoff-quotes': [
    async (world) => {
      const borrower = await Borrower.opened(world)
      await borrower.borrowed()
      return { token: borrower.token, body: { quoteId: randomUUID() }, makes: 'quoteId' }
    },
  ],
  'GET /v1/me/payoff-quotes/{id}': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      await borrower.borrowed()
      return own(borrower, (await borrower.quoted()).quoteId, other.quoteId)
    },
  ],
  'POST /v1/me/repayments': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      const loanId = await borrower.borrowed()
      const { token, cardId } = borrower
      return {
        token,
        body: { repaymentId: randomUUID(), amount: '500.25', cardId, loanId },
        another: { cardId: other.cardId, loanId: other.loanId },
        makes: 'repaymentId',
      }
    },
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      await borrower.borrowed()
      const { quoteId, amount } = await borrower.quoted()
      await borrower.steppedUp()
      const { token, cardId } = borrower
      return {
        token,
        body: { repaymentId: randomUUID(), amount, cardId, quoteId },
        another: { cardId: other.cardId, quoteId: other.quoteId },
        makes: 'repaymentId',
      }
    },
  ],
  'GET /v1/me/repayments/{id}': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      await borrower.borrowed()
      return own(borrower, await borrower.repaid('100.00'), other.repaymentId)
    },
  ],
  'POST /v1/me/refunds': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      await borrower.borrowed('1000.00')
      await borrower.repaid('1200.00')
      const { token, cardId } = borrower
      return {
        token,
        body: { refundId: randomUUID(), cardId },
        another: { cardId: other.cardId },
        makes: 'refundId',
      }
    },
  ],
  'GET /v1/me/refunds/{id}': [
    async (world, other) => {
      const mine = await everything(world)
      return own(mine.borrower, mine.refundId, other.refundId)
    },
  ],
  'GET /v1/me/line/closure-readiness': [mine],
  'GET /v1/customers/{customer}/line/closure-readiness': [theirs],
  'GET /v1/me/line/closing-orders': [mine],
  'POST /v1/me/line/closing-orders': [
    async (world) => ({
      token: (await Borrower.opened(world)).token,
      body: { orderId: randomUUID(), channel: 'wechat' },
      makes: 'orderId',
    }),
  ],
  'GET /v1/me/line/closing-orders/{id}': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      return own(borrower, await borrower.closingOrder(), other.orderId)
    },
  ],
  'POST /v1/me/line/closing-orders/{id}/confirmation': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      await borrower.steppedUp()
      return { ...own(borrower, await borrower.closingOrder(), other.orderId), body: {} }
    },
  ],
  'POST /v1/me/line/closing-orders/{id}/withdrawal': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      return { ...own(borrower, await borrower.closingOrder(), other.orderId), body: {} }
    },
  ],
  'GET /v1/me/timeline': [async (world) => ({ ...(await mine(world)), query: { limit: '10', before: '3' } })],
  'GET /v1/customers/{customer}/timeline': [
    async (world) => ({ ...(await theirs(world)), query: { limit: '10', before: '3' } }),
  ],
  'POST /v1/customers': [async (world) => ({ token: world.lender, body: { phone: newPhone() } })],
  'GET /v1/customers/{customer}': [theirs],
  'GET /v1/book': [lenders],
  'GET /v1/ledger/trial-balance': [lenders],
  'POST /v1/customers/{customer}/fees': [
    async (world, other) => {
      const borrower = await Borrower.opened(world)
      const loanId = await borrower.borrowed()
      return {
        token: world.lender,
        params: { customer: borrower.customer },
        body: { feeId: randomUUID(), loanId, kind: 'extension', amount: '12.00' },
        another: { loanId: other.loanId },
        makes: 'feeId',
      }
    },
  ],
  'GET /v1/sandbox/clock': [anyone],
  'POST /v1/sandbox/clock/advance': [async () => ({ body: { minutes: 1 } })],
  'GET /v1/sandbox/messages': [
    async (world) => ({ query: { phone: (await Borrower.recorded(world)).phone } }),
  ],
  'GET /v1/sandbox/borrowers': [anyone],
}

/** Reads leave nothing behind, so one borrower serves them all. */
const readers = new WeakMap<World, Promise<Borrower>>()

function reader(world: World): Promise<Borrower> {
  const known = readers.get(world)
  if (known !== undefined) return known
  const made = Borrower.opened(world).then(async (borrower) => {
    await borrower.borrowed()
    return borrower
  })
  readers.set(world, made)
  return made
}

async function mine(world: World): Promise<Sample> {
  return { token: (await reader(world)).token }
}

async function theirs(world: World): Promise<Sample> {
  return { token: world.lender, params: { customer: (await reader(world)).customer } }
}

async function lenders(world: World): Promise<Sample> {
  return { token: world.lender }
}

async function anyone(): Promise<Sample> {
  return {}
}

function own({ token }: Borrower, id: string, another: string): Sample {
  return { token, params: { id }, another: { id: another } }
}
