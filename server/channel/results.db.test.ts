import { shanghaiInstant } from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readClosureFacts } from '../closure/store.ts'
import type { PaymentState } from '../connectors/channel/port.ts'
import { runOutbox } from '../outbox/jobs.ts'
import { SandboxClock } from '../platform/clock.ts'
import { scaled } from '../platform/testing/database.ts'
import { anId, type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life } from '../platform/testing/lives.ts'
import { requestRefund } from '../refund/request.ts'
import { requestQuote } from '../repayment/quote.ts'
import { recordChannelResults } from './results.ts'

let world: TestHouse
let life: Life
beforeAll(async () => {
  world = await testHouse()
})
afterAll(() => world.close())
beforeEach(async () => {
  life = await Life.begin(world)
})

const loanAmount = fen(1_000_000n)

/** What a result may move: if two readings are equal, nothing was done between them. */
async function stateOf(customerId: bigint): Promise<object> {
  const { cell } = world.house
  const [facts, journal, events, allocations] = await Promise.all([
    readClosureFacts(world.house, cell, customerId),
    cell.rows(
      'select posting_kind, account_code, debit_fen, credit_fen from journal where customer_id = $1',
      [customerId],
    ),
    cell.rows<{ kind: string }>('select kind from event where customer_id = $1 order by seq', [customerId]),
    cell.rows('select component, amount_fen from repayment_allocation where customer_id = $1 order by line', [
      customerId,
    ]),
  ])
  return { facts, journal: journal.length, events: events.map((event) => event.kind), allocations }
}

async function eventsOf(kind: string): Promise<readonly { readonly body: unknown }[]> {
  return world.house.cell.rows('select body from event where customer_id = $1 and kind = $2', [
    life.customerId,
    kind,
  ])
}

async function valueDate(repaymentId: string): Promise<string> {
  const row = await world.house.cell.one<{ value_date: string }>(
    'select value_date from repayment_outcome where customer_id = $1 and repayment_id = $2',
    [life.customerId, repaymentId],
  )
  return row.value_date
}

describe('A10 what the channel says of a repayment', () => {
  test('twice has one effect', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await life.say(reference, fen(300_000n), 'paid')
    await life.say(reference, fen(300_000n), 'paid')
    await life.say(reference, fen(300_000n), 'settled')
    const once = await stateOf(life.customerId)
    await life.say(reference, fen(300_000n), 'settled')
    await life.say(reference, fen(300_000n), 'paid')
    expect(await stateOf(life.customerId)).toEqual(once)
    expect(await eventsOf('repayment-posted')).toHaveLength(1)
  })

  test('twice in one delivery, at once on two connections, has one effect', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    const at = world.house.clock.business()
    const settled = world.channel.result(reference, fen(300_000n), { kind: 'settled' }, at)
    await Promise.all([
      recordChannelResults(world.house, [settled, settled]),
      recordChannelResults(world.house, [settled]),
      recordChannelResults(world.house, [settled]),
    ])
    expect(await eventsOf('repayment-posted')).toHaveLength(1)
    const { loans } = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(loans[0]?.principal).toBe(700_000n)
  })

  test('out of order, settled before paid, is posted once and stays posted', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await life.say(reference, fen(300_000n), 'settled')
    await life.say(reference, fen(300_000n), 'paid')
    const { loans, unpostedRepayments } = await readClosureFacts(
      world.house,
      world.house.cell,
      life.customerId,
    )
    expect(loans[0]?.principal).toBe(700_000n)
    expect(unpostedRepayments).toEqual([])
  })

  test('out of order in one delivery, the day on which the money was taken is still the value date', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    const result = (state: PaymentState, at: Date) =>
      world.channel.result(reference, fen(300_000n), state, at)
    const before = shanghaiInstant(world.house.today(), 23 * 60 + 50)
    const after = shanghaiInstant(world.house.today(), 24 * 60 + 30)
    await recordChannelResults(world.house, [
      result({ kind: 'settled' }, after),
      result({ kind: 'paid' }, before),
    ])
    expect(await valueDate(reference)).toBe(world.house.today())
  })

  test('out of order in two deliveries after midnight, a payoff by quote still ends the debt', async () => {
    await life.borrow(loanAmount)
    const quoteId = anId()
    await requestQuote(world.house, life.command('quote'), quoteId)
    const reference = await life.repay(loanAmount, { quoteId })
    await life.say(reference, loanAmount, 'settled', shanghaiInstant(world.house.today(), 24 * 60 + 30))
    await life.say(reference, loanAmount, 'paid', shanghaiInstant(world.house.today(), 23 * 60 + 50))
    expect(await valueDate(reference)).toBe(world.house.today())
    const { loans } = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(loans).toEqual([])
  })

  test('late, settled after the day on which the money was taken, counts from that day', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await life.say(reference, fen(300_000n), 'paid')
    await life.say(reference, fen(300_000n), 'settled', shanghaiInstant(world.house.today(), 3 * 24 * 60))
    expect(await valueDate(reference)).toBe(world.house.today())
  })

  test('failed after paid leaves the debt as it was, and nothing in transit', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await life.say(reference, fen(300_000n), 'paid')
    await life.say(reference, fen(300_000n), 'failed')
    const facts = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(facts.loans[0]?.principal).toBe(loanAmount)
    expect(facts.unpostedRepayments).toEqual([])
    expect(await eventsOf('repayment-failed')).toHaveLength(1)
    const failed = await stateOf(life.customerId)
    await life.say(reference, fen(300_000n), 'failed')
    expect(await stateOf(life.customerId)).toEqual(failed)
  })

  test('with another amount is not posted, and is told once however often it is said', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await life.say(reference, fen(299_999n), 'settled')
    await life.say(reference, fen(299_999n), 'settled')
    const facts = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(facts.loans[0]?.principal).toBe(loanAmount)
    expect(facts.unpostedRepayments).toHaveLength(1)
    expect(await eventsOf('channel-amount-differs')).toEqual([
      { body: { reference, orderedFen: '300000', statedFen: '299999' } },
    ])
    await life.say(reference, fen(300_000n), 'settled')
    expect(await eventsOf('repayment-posted')).toHaveLength(1)
  })

  test('of a reference that nobody here made changes nothing and holds up nobody else', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    const at = world.house.clock.business()
    await recordChannelResults(world.house, [
      world.channel.result(anId(), fen(5n), { kind: 'settled' }, at),
      world.channel.result(reference, fen(300_000n), { kind: 'settled' }, at),
    ])
    expect(await eventsOf('repayment-posted')).toHaveLength(1)
  })

  test('in any order and number, the first end stands and the books agree', async () => {
    const kinds = ['received', 'paid', 'settled', 'failed'] as const
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 }), async (said) => {
        const one = await Life.begin(world)
        await one.borrow(fen(20_000n))
        const amount = fen(5_000n)
        const reference = await one.repay(amount)
        const at = world.house.clock.business()
        for (const kind of said) {
          const state: PaymentState = kind === 'failed' ? { kind, code: 'card-closed' } : { kind }
          await recordChannelResults(world.house, [world.channel.result(reference, amount, state, at)])
        }
        const end = said.find((kind) => kind === 'settled' || kind === 'failed')
        const facts = await readClosureFacts(world.house, world.house.cell, one.customerId)
        expect(facts.unpostedRepayments).toHaveLength(end === undefined ? 1 : 0)
        expect(facts.loans[0]?.principal).toBe(end === 'settled' ? 15_000n : 20_000n)
      }),
      { numRuns: scaled(30) },
    )
  })
})

describe('A3 A10 what the channel says of a drawdown', () => {
  test('paid out twice makes one loan', async () => {
    const reference = await life.draw(loanAmount)
    await life.say(reference, loanAmount, 'settled')
    await life.say(reference, loanAmount, 'settled')
    const { loans } = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(loans).toHaveLength(1)
  })

  test('failed, no loan is made and the line is free again; paid out after that changes nothing', async () => {
    const reference = await life.draw(fen(5_000_000n))
    await expect(life.draw(loanAmount)).rejects.toMatchObject({ code: 'drawdown-refused' })
    await life.say(reference, fen(5_000_000n), 'failed')
    await life.say(reference, fen(5_000_000n), 'settled')
    const { loans, drawdownsInFlight } = await readClosureFacts(
      world.house,
      world.house.cell,
      life.customerId,
    )
    expect({ loans, drawdownsInFlight }).toEqual({ loans: [], drawdownsInFlight: [] })
    await life.draw(loanAmount)
  })

  test('paid out after midnight, the loan begins on the day of the payout', async () => {
    const reference = await life.draw(loanAmount)
    const at = shanghaiInstant(world.house.today(), 24 * 60 + 5)
    await life.say(reference, loanAmount, 'settled', at)
    const { loans } = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(loans[0]).toMatchObject({ drawnOn: '2026-06-11', accruedTo: '2026-06-11', dueDay: 11 })
  })
})

describe('A6 A10 what the channel says of a refund', () => {
  test('failed, the money is the customer’s credit balance again, once', async () => {
    await life.repaid(fen(5_000n))
    const refundId = anId()
    await requestRefund(world.house, life.command('refund'), { refundId, cardId: life.cardId })
    await life.say(refundId, fen(5_000n), 'failed')
    await life.say(refundId, fen(5_000n), 'failed')
    const facts = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect({ balance: facts.creditBalance, under: facts.refundsInFlight }).toEqual({
      balance: 5_000n,
      under: [],
    })
  })
})

describe('A10 a channel that says nothing', () => {
  async function silentUntil(minutes: number): Promise<void> {
    const { clock, cell } = world.house
    if (!(clock instanceof SandboxClock)) throw new Error('not a sandbox')
    await clock.moveTo(cell, new Date(clock.business().getTime() + minutes * 60_000))
  }

  function inquiries(subject: string): Promise<readonly { readonly answer: string }[]> {
    return world.house.cell.rows(
      'select answer from channel_inquiry where customer_id = $1 and subject_id = $2 order by asked_at',
      [life.customerId, subject],
    )
  }

  /** The channel knows the truth, and its callback never comes. */
  function truth(reference: string, amount: Fen, state: PaymentState): void {
    world.channel.result(reference, amount, state, world.house.clock.business())
  }

  test('is asked after the clearing time, again while it has no end to tell, and what it then knows is posted', async () => {
    await life.borrow(loanAmount)
    const reference = await life.repay(fen(300_000n))
    await runOutbox(world.house)
    truth(reference, fen(300_000n), { kind: 'paid' })
    await silentUntil(119)
    await runOutbox(world.house)
    expect(await inquiries(reference)).toEqual([])
    await silentUntil(1)
    await runOutbox(world.house)
    expect(await inquiries(reference)).toEqual([{ answer: 'paid' }])
    truth(reference, fen(300_000n), { kind: 'settled' })
    await runOutbox(world.house)
    expect(await inquiries(reference)).toHaveLength(1)
    await silentUntil(30)
    await runOutbox(world.house)
    expect(await inquiries(reference)).toEqual([{ answer: 'paid' }, { answer: 'settled' }])
    expect(await eventsOf('repayment-posted')).toHaveLength(1)
    await silentUntil(24 * 60)
    await runOutbox(world.house)
    expect(await inquiries(reference)).toHaveLength(2)
    const left = await world.house.cell.rows('select from outbox where subject_id = $1', [reference])
    expect(left).toEqual([])
  })

  test('is asked of a drawdown too, and a payout that it made becomes a loan', async () => {
    const reference = await life.draw(loanAmount)
    await runOutbox(world.house)
    truth(reference, loanAmount, { kind: 'settled' })
    await silentUntil(120)
    await runOutbox(world.house)
    const { loans } = await readClosureFacts(world.house, world.house.cell, life.customerId)
    expect(loans).toHaveLength(1)
  })
})
