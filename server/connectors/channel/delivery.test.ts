import { fen } from '@jieqing/domain/money/fen'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type KnownPayment, receiveMandateResult, receivePaymentResult } from './delivery.ts'
import type { MandateResult, MandateState, PaymentResult, PaymentState } from './port.ts'

const runs = Math.max(1, Math.round(300 * Number(process.env.JIEQING_TEST_SCALE ?? '1')))
const reference = '0f9c3c1e-5a55-4f0e-9f3a-3d2f0e5b7a11'
const ordered: KnownPayment = { reference, amountFen: fen(123_456n) }

describe('A10 results may come late, twice and out of order', () => {
  test('whatever the order and however often, one end is left and acted upon once', () => {
    fc.assert(
      fc.property(history(), (deliveries) => {
        const truth = deliveries.find(({ state }) => state.kind === 'settled' || state.kind === 'failed')
        const { last, news } = receiveAll(deliveries)
        expect(last).toEqual(truth)
        expect(news.filter(({ state }) => state.kind === truth?.state.kind)).toHaveLength(1)
      }),
      { numRuns: runs },
    )
  })

  test('the same results in any two orders leave the same last one', () => {
    const twoOrders = partialHistory().chain((deliveries) =>
      fc.tuple(fc.constant(deliveries), fc.shuffledSubarray(deliveries, { minLength: deliveries.length })),
    )
    fc.assert(
      fc.property(twoOrders, ([one, other]) => {
        expect(receiveAll(one).last).toEqual(receiveAll(other).last)
      }),
      { numRuns: runs },
    )
  })

  test('"paid" after "settled" is no news', () => {
    const { news } = receiveAll([paymentResult({ kind: 'settled' }), paymentResult({ kind: 'paid' })])
    expect(news.map(({ state }) => state.kind)).toEqual(['settled'])
  })

  test('a payment that was paid may still fail', () => {
    const failed = paymentResult({ kind: 'failed', code: 'clearing-failed' })
    expect(receiveAll([paymentResult({ kind: 'paid' }), failed]).last).toEqual(failed)
  })
})

describe('A10 what cannot be true posts nothing', () => {
  test('an amount that we did not order, were it one fen', () => {
    const result = { ...paymentResult({ kind: 'settled' }), amountFen: fen(123_457n) }
    expect(receivePaymentResult(ordered, result)).toEqual({ kind: 'contradiction', reason: 'other-amount' })
  })

  test('two different ends', () => {
    const known = { ...ordered, last: paymentResult({ kind: 'settled' }) }
    const result = paymentResult({ kind: 'failed', code: 'clearing-failed' })
    expect(receivePaymentResult(known, result)).toEqual({ kind: 'contradiction', reason: 'other-end' })
  })

  test('another channel reference for the same payment', () => {
    const known = { ...ordered, last: paymentResult({ kind: 'paid' }) }
    const result = { ...paymentResult({ kind: 'settled' }), channelReference: 'BD202611220000000009' }
    expect(receivePaymentResult(known, result)).toEqual({
      kind: 'contradiction',
      reason: 'other-channel-reference',
    })
  })
})

describe('A8 a mandate has ended when the channel says so', () => {
  test('whatever comes after it, "terminated" stays', () => {
    const states = fc.constantFrom<MandateState>(
      { kind: 'active' },
      { kind: 'terminating' },
      { kind: 'terminated' },
    )
    fc.assert(
      fc.property(fc.array(states), fc.array(states), (before, after) => {
        const results = [...before, { kind: 'terminated' } as const, ...after].map(mandateResult)
        let last: MandateResult | undefined
        for (const result of results) {
          const delivery = receiveMandateResult(last, result)
          if (delivery.kind === 'news') last = delivery.result
        }
        expect(last?.state.kind).toBe('terminated')
      }),
      { numRuns: runs },
    )
  })
})

function receiveAll(results: readonly PaymentResult[]) {
  const news: PaymentResult[] = []
  for (const result of results) {
    const last = news.at(-1)
    const delivery = receivePaymentResult(last === undefined ? ordered : { ...ordered, last }, result)
    expect(delivery.kind).not.toBe('contradiction')
    if (delivery.kind === 'news') news.push(delivery.result)
  }
  return { last: news.at(-1), news }
}

/** What a truthful channel says of one payment, each thing any number of times, in any order; its end at least once. */
function history() {
  return end().chain((last) => deliveriesOf(last, 1))
}

function partialHistory() {
  return end().chain((last) => deliveriesOf(last, 0))
}

function deliveriesOf(last: PaymentState, leastEnds: number) {
  const times = fc.nat(3)
  return fc
    .tuple(times, times, fc.integer({ min: leastEnds, max: 3 }))
    .map(([received, paid, ends]) => [
      ...Array.from({ length: received }, () => paymentResult({ kind: 'received' })),
      ...Array.from({ length: paid }, () => paymentResult({ kind: 'paid' })),
      ...Array.from({ length: ends }, () => paymentResult(last)),
    ])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
}

function end() {
  return fc.constantFrom<PaymentState>({ kind: 'settled' }, { kind: 'failed', code: 'insufficient-funds' })
}

const entered = {
  received: 0,
  paid: 0,
  settled: 40,
  failed: 40,
  active: 0,
  terminating: 5,
  terminated: 15,
} as const

function paymentResult(state: PaymentState): PaymentResult {
  return {
    subject: 'payment',
    reference,
    amountFen: ordered.amountFen,
    state,
    channelReference: 'BD202611220000000001',
    at: minutesAfter(entered[state.kind]),
  }
}

function mandateResult(state: MandateState): MandateResult {
  return {
    subject: 'mandate',
    reference,
    state,
    channelReference: 'BD202611220000000002',
    at: minutesAfter(entered[state.kind]),
  }
}

function minutesAfter(minutes: number): Date {
  return new Date(Date.parse('2026-11-22T10:00:00Z') + minutes * 60_000)
}
