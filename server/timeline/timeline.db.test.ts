import { fen } from '@jieqing/domain/money/fen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confirmClosing, requestClosing } from '../closure/order.ts'
import { runEndOfDay } from '../eod/run.ts'
import { runOutbox } from '../outbox/jobs.ts'
import { anId, type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life, setClock } from '../platform/testing/lives.ts'
import { readAhead, readPast } from './read.ts'

let world: TestHouse
beforeAll(async () => {
  world = await testHouse()
})
afterAll(() => world.close())

const kinds = (rows: readonly { readonly kind: string }[]) => rows.map((row) => row.kind)

describe('L1: the whole life, past and ahead', () => {
  test('what lies ahead are the instalments with their amounts, then the repayment on its way, then nothing', async () => {
    const { house } = world
    const life = await Life.begin(world)
    await life.borrow(fen(1_000_000n))
    const planned = await readAhead(house, house.cell, life.customerId)
    expect(
      planned.map((one) => [one.kind, one.owner, one.late, one.body.dueOn, one.body.interestFen]),
    ).toEqual([
      ['instalment-due', 'borrower', false, '2026-07-10', '10500'],
      ['instalment-due', 'borrower', false, '2026-08-10', '8680'],
      ['instalment-due', 'borrower', false, '2026-09-10', '6510'],
      ['instalment-due', 'borrower', false, '2026-10-10', '4200'],
      ['instalment-due', 'borrower', false, '2026-11-10', '2170'],
    ])

    const repayment = await life.repay(fen(1_000_000n))
    const [first] = await readAhead(house, house.cell, life.customerId)
    expect([first?.kind, first?.owner, first?.at.toISOString()]).toEqual([
      'repayment-posts',
      'channel',
      '2026-06-10T04:00:00.000Z',
    ])
    await life.say(repayment, fen(1_000_000n), 'paid')
    await life.say(repayment, fen(1_000_000n), 'settled')
    expect(await readAhead(house, house.cell, life.customerId)).toEqual([])
  })

  test('an instalment not paid on its day is late from the next day on', async () => {
    const { house } = world
    const life = await Life.begin(world)
    await life.borrow(fen(100_000n))
    await setClock(world, '2026-07-10')
    await runEndOfDay(house, house.today())
    expect((await readAhead(house, house.cell, life.customerId))[0]?.late).toBe(false)
    await setClock(world, '2026-07-11')
    await runEndOfDay(house, house.today())
    expect((await readAhead(house, house.cell, life.customerId))[0]?.late).toBe(true)
    expect(kinds(await readPast(house.cell, life.customerId, undefined, 2))).toEqual([
      'overdue-began',
      'billed',
    ])
  })

  test('after a closing the promise stands ahead with its date and owner until the channel has confirmed it', async () => {
    const { house } = world
    const life = await Life.begin(world)
    const mandateId = await life.sign()
    await runOutbox(house)
    const orderId = anId()
    await requestClosing(house, life.command('close'), { orderId, channel: 'browser' })
    await confirmClosing(house, life.command('confirm'), orderId)
    const owed = await readAhead(house, house.cell, life.customerId)
    expect(owed.map((one) => [one.kind, one.owner, one.late, one.body])).toEqual([
      ['obligation-due', 'lender', false, { code: 'autodebit.revoke' }],
    ])
    await life.terminated(mandateId)
    expect(await readAhead(house, house.cell, life.customerId)).toEqual([])
    expect(kinds(await readPast(house.cell, life.customerId, undefined, 3))).toEqual([
      'obligation-performed',
      'line-closed',
      'closing-requested',
    ])
  })

  test('pages of the past go on where the last one ended, without a gap or a repetition', async () => {
    const { house } = world
    const life = await Life.begin(world)
    await life.borrow(fen(100_000n))
    const whole = await readPast(house.cell, life.customerId, undefined, 100)
    const first = await readPast(house.cell, life.customerId, undefined, 4)
    const rest = await readPast(house.cell, life.customerId, first.at(-1)?.seq, 100)
    expect(kinds([...first, ...rest])).toEqual(kinds(whole))
    expect(whole.map((event) => event.seq)).toEqual(whole.map((_, index) => BigInt(whole.length - index)))
  })
})
