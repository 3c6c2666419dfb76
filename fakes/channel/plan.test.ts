import { describe, expect, test } from 'vitest'
import { amountModes, behaviour, modeOfAmount, modes } from './behaviour.ts'
import { paymentPlan, type Step, terminationPlan } from './plan.ts'
import { waitAfter } from './retry-schedule.ts'

const at = '2026-11-22T02:00:00.000Z'
const collection = { direction: 'collection', amount: '123400' } as const

describe('A10 what the fake channel plans', () => {
  test('a collection is paid at once and settles after 40 minutes, each told once', () => {
    expect(told(paymentPlan(collection, at, behaviour('normal')))).toEqual([
      'paid 2026-11-22T02:00:00.000Z',
      'settled 2026-11-22T02:40:00.000Z',
    ])
  })

  test('a payout settles after five seconds', () => {
    expect(told(paymentPlan({ ...collection, direction: 'payout' }, at, behaviour('normal')))).toEqual([
      'settled 2026-11-22T02:00:05.000Z',
    ])
  })

  test('the end of a mandate is confirmed after ten minutes', () => {
    expect(told(terminationPlan(at, behaviour('normal')))).toEqual(['terminated 2026-11-22T02:10:00.000Z'])
  })

  test.each(modes)('%s: whatever is told has happened before', (mode) => {
    const plan = paymentPlan(collection, at, behaviour(mode))
    expect(plan.map((step) => step.at)).toEqual(plan.map((step) => step.at).sort())
    plan.forEach((step, index) => {
      if (step.does !== 'notify') return
      const happened = plan.slice(0, index).map((before) => before.does === 'enter' && before.state.kind)
      expect(happened).toContain(step.state.kind)
    })
  })

  test('a callback is tried sixteen times over 24 hours and 4 minutes', () => {
    const waits = Array.from({ length: 15 }, (_, index) => waitAfter(index + 1) ?? 0)
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe((24 * 60 + 4) * 60_000)
    expect(waitAfter(16)).toBeUndefined()
  })

  test('an amount ends in 81 to 97 to misbehave, and in anything else not to', () => {
    expect([...amountModes.keys()]).toEqual(Array.from({ length: 17 }, (_, index) => String(81 + index)))
    expect(modeOfAmount('70081')).toBe('lost')
    expect(modeOfAmount('97')).toBe('unsigned-answer')
    for (const amount of ['1', '80', '98', '8100', '70000']) expect(modeOfAmount(amount)).toBe('normal')
  })
})

function told(plan: readonly Step[]): string[] {
  return plan.flatMap((step) => (step.does === 'notify' ? [`${step.state.kind} ${step.at}`] : []))
}
