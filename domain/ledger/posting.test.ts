import { describe, expect, test } from 'vitest'
import { calendarDate } from '../calendar/date.ts'
import { fen } from '../money/fen.ts'
import { chart, type PostingKind, postingKinds } from './chart.ts'
import { journalLines, postingsOf } from './posting.ts'

const kinds = Object.keys(postingKinds) as readonly PostingKind[]
const valueDate = calendarDate('2026-06-10')

describe('A11 double entry', () => {
  test.each(kinds)('%s is balanced, between two different accounts of the chart', (kind) => {
    const [debit, credit] = journalLines({ kind, amount: fen(123n), valueDate })
    expect(debit).toEqual({ account: postingKinds[kind].debit, debit: 123n, credit: 0n })
    expect(credit).toEqual({ account: postingKinds[kind].credit, debit: 0n, credit: 123n })
    expect(debit.account).not.toBe(credit.account)
    expect([debit.account in chart, credit.account in chart]).toEqual([true, true])
  })

  test('what goes one way can come back', () => {
    const pairs: readonly (readonly [PostingKind, PostingKind])[] = [
      ['refund-requested', 'refund-failed'],
      ['interest-accrued', 'interest-accrual-reversed'],
      ['interest-rounding-gain', 'interest-rounding-loss'],
    ]
    for (const [there, back] of pairs) {
      expect([postingKinds[back].debit, postingKinds[back].credit]).toEqual([
        postingKinds[there].credit,
        postingKinds[there].debit,
      ])
    }
  })

  test('an entry of nothing is no entry', () => {
    expect(
      postingsOf(
        { kind: 'overpaid', amount: 0n, valueDate },
        { kind: 'overpaid', amount: 1n, valueDate },
        { kind: 'overpaid', amount: -1n, valueDate },
      ),
    ).toEqual([{ kind: 'overpaid', amount: 1n, valueDate }])
  })
})
