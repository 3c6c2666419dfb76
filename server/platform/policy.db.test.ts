import { fen } from '@jieqing/domain/money/fen'
import type { Policy } from '@jieqing/domain/policy/policy'
import { shippedPolicies } from '@jieqing/domain/policy/policy'
import { thirdPolicy } from '@jieqing/domain/policy/testing/third'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stepUp } from '../caller/sessions.ts'
import { confirmClosing, requestClosing } from '../closure/order.ts'
import type { House } from './house.ts'
import { anId, type TestHouse, testHouse } from './testing/house.ts'
import { Life } from './testing/lives.ts'

let shipped: TestHouse
let third: TestHouse
beforeAll(async () => {
  shipped = await testHouse()
  third = await testHouse({ policy: thirdPolicy })
})
afterAll(() => Promise.all([shipped.close(), third.close()]))

const minute = 60_000

/** What the server promises from each number, in the unit of the policy, counted from the clock that it stands on. */
const promises: Readonly<
  Record<
    'invitationDays' | 'clearingMinutes' | 'mandateTerminationMinutes' | 'stepUpMinutes',
    (world: TestHouse) => Promise<number>
  >
> = {
  invitationDays: async (world) => {
    const life = await Life.begin(world)
    const { expires_at } = await world.house.cell.one<{ expires_at: Date }>(
      'select expires_at from invitation where customer_id = $1',
      [life.customerId],
    )
    return since(world, expires_at) / (24 * 60)
  },
  clearingMinutes: async (world) => {
    const life = await Life.begin(world)
    const repaymentId = await life.repay(fen(500n))
    const { ask_channel_at } = await world.house.cell.one<{ ask_channel_at: Date }>(
      'select ask_channel_at from repayment where customer_id = $1 and repayment_id = $2',
      [life.customerId, repaymentId],
    )
    return since(world, ask_channel_at)
  },
  mandateTerminationMinutes: async (world) => {
    const life = await Life.begin(world)
    await life.sign()
    const orderId = anId()
    await requestClosing(world.house, life.command('close'), { orderId, channel: 'browser' })
    await confirmClosing(world.house, life.command('confirm'), orderId)
    const { due_at } = await world.house.cell.one<{ due_at: Date }>(
      'select due_at from obligation where customer_id = $1',
      [life.customerId],
    )
    return since(world, due_at)
  },
  stepUpMinutes: async (world) => {
    const now = new Date('2026-06-10T10:00:00+08:00')
    const house: House = { ...world.house, clock: { system: () => now, business: () => now } }
    const until = await stepUp(house, {
      kind: 'borrower',
      customerId: 1n,
      phoneHmac: Buffer.alloc(32),
      tokenHash: Buffer.alloc(32),
      steppedUpUntil: undefined,
      actor: 'borrower',
    })
    return (until.getTime() - now.getTime()) / minute
  },
}

function since(world: TestHouse, at: Date): number {
  return (at.getTime() - world.house.clock.business().getTime()) / minute
}

describe('A1 A8 A10 C5 every number of a policy that the server reads moves what it promises', () => {
  test.each(Object.entries(promises))('%s', async (name, promised) => {
    const own = name as keyof typeof promises & keyof Policy
    expect(await promised(shipped)).toBe(shippedPolicies['cn-2026'][own])
    expect(await promised(third)).toBe(thirdPolicy[own])
  })

  test('a decision is written down with the policy it was made under', async () => {
    const life = await Life.begin(shipped)
    await life.draw(fen(20_000n))
    const rows = await shipped.house.cell.rows(
      `select body ->> 'policy' as policy from event where customer_id = $1 and kind in ('invited', 'drawdown-requested')`,
      [life.customerId],
    )
    expect(rows).toEqual([{ policy: 'cn-2026@1' }, { policy: 'cn-2026@1' }])
  })
})
