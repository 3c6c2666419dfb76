import { fen } from '@jieqing/domain/money/fen'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { confirmClosing, requestClosing, withdrawClosing } from '../closure/order.ts'
import { violations } from '../closure/testing/violations.ts'
import { requestDrawdown } from '../drawdown/request.ts'
import { requestRepayment } from '../repayment/request.ts'
import { type Command, perform, type Reply } from './command.ts'
import { between } from './testing/between.ts'
import { scaled } from './testing/database.ts'
import { anId, type TestHouse, testHouse } from './testing/house.ts'
import { Life } from './testing/lives.ts'

let world: TestHouse
let life: Life
beforeAll(async () => {
  world = await testHouse()
})
afterAll(() => world.close())
beforeEach(async () => {
  life = await Life.begin(world)
})

function command(content: unknown, key = anId()): Command {
  return { customerId: life.customerId, actor: 'borrower', key, content }
}

async function count(table: string): Promise<number> {
  const row = await world.house.cell.one<{ n: number }>(
    `select count(*)::int as n from ${table} where customer_id = $1`,
    [life.customerId],
  )
  return row.n
}

function draw(own: Command, drawdownId: string): Promise<Reply> {
  return requestDrawdown(world.house, own, {
    drawdownId,
    amount: fen(20_000n),
    instalments: 5,
    cardId: life.cardId,
  })
}

describe('A3 A6 C5 a command sent again under its key', () => {
  test('a second, third and tenth draw gets the first one’s answer and draws nothing', async () => {
    const own = command({ draw: 20_000 })
    const drawdownId = anId()
    const first = await draw(own, drawdownId)
    const events = await count('event')
    for (let again = 2; again <= 10; again += 1) expect(await draw(own, drawdownId)).toEqual(first)
    expect([await count('drawdown'), await count('event')]).toEqual([1, events])
  })

  test('gets its answer even when it would now be refused', async () => {
    const own = command('repay')
    const wish = { repaymentId: anId(), amount: fen(500n), cardId: life.cardId }
    const first = await requestRepayment(world.house, own, wish)
    await life.say(wish.repaymentId, fen(500n), 'failed')
    const orderId = anId()
    await requestClosing(world.house, command('close'), { orderId, channel: 'browser' })
    await confirmClosing(world.house, command('confirm'), orderId)
    expect(await requestRepayment(world.house, own, wish)).toEqual(first)
    await expect(
      requestRepayment(world.house, command('repay'), { ...wish, repaymentId: anId() }),
    ).rejects.toMatchObject({
      code: 'repayment-refused',
    })
  })

  test('with other content it is a conflict, whatever the order of the fields', async () => {
    const key = anId()
    const first = await draw(command({ amount: '200.00', instalments: 5 }, key), anId())
    expect(await draw(command({ instalments: 5, amount: '200.00' }, key), anId())).toEqual(first)
    await expect(draw(command({ amount: '200.01', instalments: 5 }, key), anId())).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
    expect(await count('drawdown')).toBe(1)
  })

  test('a refused command leaves nothing behind, and its key may be used again after the cure', async () => {
    const drawdownId = await life.draw(fen(20_000n))
    const own = command('close')
    const wish = { orderId: anId(), channel: 'browser' } as const
    await expect(requestClosing(world.house, own, wish)).rejects.toMatchObject({ code: 'closing-refused' })
    expect([await count('closing_order'), await count('idempotency')]).toEqual([0, 4])
    await life.say(drawdownId, fen(20_000n), 'failed')
    expect(await requestClosing(world.house, own, wish)).toMatchObject({ status: 201 })
  })

  test('another customer’s command under the same key is a command of its own', async () => {
    const key = anId()
    await draw(command('draw', key), anId())
    const other = await Life.begin(world)
    const reply = await requestDrawdown(
      world.house,
      { ...command('draw', key), customerId: other.customerId },
      { drawdownId: anId(), amount: fen(20_000n), instalments: 5, cardId: other.cardId },
    )
    expect(reply.status).toBe(201)
  })

  test('sent several times at once it has one effect and one answer', async () => {
    for (let round = 0; round < scaled(20); round += 1) {
      life = await Life.begin(world)
      const own = command('draw')
      const drawdownId = anId()
      const replies = await Promise.all(Array.from({ length: 5 }, () => draw(own, drawdownId)))
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
      expect([await count('drawdown'), await count('outbox')]).toEqual([1, 2])
    }
  })

  test('at once with other content, one is done and the other is a conflict', async () => {
    const key = anId()
    const answers = await Promise.allSettled([
      draw(command('one', key), anId()),
      draw(command('other', key), anId()),
    ])
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await count('drawdown')).toBe(1)
  })

  test('a closing confirmed again, under the same key or another, ends the line once; a withdrawal after it is refused', async () => {
    await life.sign()
    const orderId = anId()
    await requestClosing(world.house, command('close'), { orderId, channel: 'browser' })
    const own = command('confirm')
    const first = await confirmClosing(world.house, own, orderId)
    for (const again of [own, own, command('confirm'), command('confirm')])
      expect(await confirmClosing(world.house, again, orderId)).toEqual(first)
    await expect(withdrawClosing(world.house, command('withdraw'), orderId)).rejects.toMatchObject({
      code: 'closing-order-executed',
    })
    expect([await count('credit_line_end'), await count('obligation'), await count('mandate_end')]).toEqual([
      1, 1, 1,
    ])
    expect(await violations(world.house.cell, [life.customerId])).toEqual([])
  })

  test('whose answer was lost after the commit finds it when it is sent again', async () => {
    let cut = true
    const cell = between(world.house.cell, {
      committed: () => {
        if (cut) throw new Error('the connection broke')
      },
    })
    const own = command('count')
    let acted = 0
    const act = () =>
      perform({ ...world.house, cell }, own, async () => {
        acted += 1
        return { status: 201, body: { acted } }
      })
    await expect(act()).rejects.toThrow('the connection broke')
    cut = false
    expect(await act()).toEqual({ status: 201, body: { acted: 1 } })
    expect(acted).toBe(1)
  })

  test('a closing that fails at any statement leaves nothing of itself, and succeeds when it is sent again', async () => {
    let reached = 0
    for (let at = 1; reached === at - 1; at += 1) {
      life = await Life.begin(world)
      await life.sign()
      const orderId = anId()
      await requestClosing(world.house, command('close'), { orderId, channel: 'browser' })
      let left = at
      const cell = between(world.house.cell, {
        statement: (sql) => {
          left -= 1
          if (left === 0) {
            reached = at
            throw new Error('the machine stopped')
          }
          return sql
        },
      })
      const own = command('confirm')
      const stopped = await confirmClosing({ ...world.house, cell }, own, orderId).catch(() => undefined)
      if (stopped === undefined) {
        expect(await count('credit_line_end')).toBe(0)
        expect(await violations(world.house.cell, [life.customerId])).toEqual([])
      }
      await confirmClosing(world.house, own, orderId)
      expect(await count('credit_line_end')).toBe(1)
      expect(await violations(world.house.cell, [life.customerId])).toEqual([])
    }
    // The lock, the facts and every table of the closing.
    expect(reached).toBeGreaterThan(25)
  })
})
