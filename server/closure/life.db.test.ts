import { fen } from '@jieqing/domain/money/fen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runEndOfDay } from '../eod/run.ts'
import { runOutbox } from '../outbox/jobs.ts'
import { Problem } from '../platform/problem.ts'
import { anId, type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life, setClock } from '../platform/testing/lives.ts'
import { readQuote, requestQuote } from '../repayment/quote.ts'
import { confirmClosing, requestClosing } from './order.ts'
import { readClosureFacts, readOrder } from './store.ts'

let world: TestHouse
beforeAll(async () => {
  world = await testHouse()
})
afterAll(() => world.close())

describe('A1 A2 A3 A4 A6 A10 A12 C2 C5: the shortest complete life', () => {
  test('a borrower borrows ¥10,000, is billed 105.00 of interest, pays off by quote and closes', async () => {
    const { house } = world
    const life = await Life.begin(world)
    await life.borrow(fen(1_000_000n))
    await setClock(world, '2026-07-10')
    await runEndOfDay(house, house.today())
    const bills = await house.cell.rows(
      'select seq, due_on, principal_fen, interest_fen from bill where customer_id = $1',
      [life.customerId],
    )
    expect(bills).toEqual([{ seq: 1, due_on: '2026-07-10', principal_fen: 200_000n, interest_fen: 10_500n }])

    await expect(
      requestClosing(house, life.command('close'), { orderId: anId(), channel: 'browser' }),
    ).rejects.toThrow(Problem)

    const quoteId = anId()
    await requestQuote(house, life.command('quote'), quoteId)
    const quote = await readQuote(house.cell, life.customerId, quoteId, house.clock.business())
    expect(quote?.amount).toBe(1_010_500n)
    const repaymentId = await life.repay(fen(1_010_500n), { quoteId })
    await runOutbox(house)
    await life.say(repaymentId, fen(1_010_500n), 'paid')
    const transit = await readClosureFacts(house, house.cell, life.customerId)
    expect(transit.unpostedRepayments).toHaveLength(1)
    await life.say(repaymentId, fen(1_010_500n), 'settled')
    const facts = await readClosureFacts(house, house.cell, life.customerId)
    expect(facts.loans).toEqual([])
    expect(facts.unpostedRepayments).toEqual([])

    const orderId = anId()
    await requestClosing(house, life.command('close'), { orderId, channel: 'browser' })
    await confirmClosing(house, life.command('confirm'), orderId)
    expect((await readOrder(house.cell, life.customerId, orderId))?.state).toBe('executed')
    const events = await house.cell.rows<{ kind: string }>(
      'select kind from event where customer_id = $1 order by seq',
      [life.customerId],
    )
    expect(events.map((event) => event.kind)).toEqual([
      'customer-recorded',
      'invited',
      'line-opened',
      'card-bound',
      'drawdown-requested',
      'drawdown-paid-out',
      'billed',
      'payoff-quoted',
      'repayment-requested',
      'repayment-paid',
      'repayment-posted',
      'loan-paid-off',
      'closing-requested',
      'line-closed',
    ])
  })
})
