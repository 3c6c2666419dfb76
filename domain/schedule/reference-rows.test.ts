import { describe, expect, test } from 'vitest'
import { calendarDate } from '../calendar/date.ts'
import { fenFromYuan, yuan } from '../money/fen.ts'
import { usualWaterfall } from '../repayment/waterfall.ts'
import { type LoanEvent, type LoanReplay, replay, standing } from './engine.ts'
import { outstandingFen, payoff, repay } from './loan.ts'
import { overdueFeeFen } from './overdue-fee.ts'
import { dueDates } from './plan.ts'
import type { LoanProduct, LoanTerms } from './product.ts'

// Expected figures: Apache Fineract's end-to-end features at commit 4198b0bc and later (Apache-2.0), named by scenario
// and test id; its conventions are set here as a product's parameters.

const yearly12 = { e8: 12_000_000n, per: 'year' } as const

const plain: LoanProduct = {
  method: 'equal-instalment',
  rate: yearly12,
  dayBasis: 'actual/365',
  rounding: 'half-up',
  carry: 'rounded',
  segmentRounding: 'whole-period',
  instalmentRounding: 'half-up',
  instalmentMultipleOfFen: 1n,
  firstDay: 'counts',
  waterfall: usualWaterfall,
}

function fen(text: string): bigint {
  const value = fenFromYuan(text)
  if (value === undefined) throw new RangeError(text)
  return value
}

function loan(product: LoanProduct, startsOn: string, instalments: number): LoanTerms {
  const start = calendarDate(startsOn)
  const dueDay = Number(startsOn.slice(8))
  return { product, startsOn: start, dueDates: dueDates(start, instalments, dueDay), dueDay }
}

function drawn(terms: LoanTerms, amount: string, events: readonly LoanEvent[] = []): LoanReplay {
  return replay(terms, [{ on: terms.startsOn, amountFen: fen(amount) }], events)
}

function repayment(on: string, amount: string): LoanEvent {
  return { kind: 'repayment', on: calendarDate(on), amountFen: fen(amount) }
}

function interest(replayed: LoanReplay): string {
  return yuan(replayed.schedule.reduce((sum, row) => sum + row.interest, 0n))
}

function instalments(replayed: LoanReplay): readonly string[] {
  return replayed.schedule.map((row) => yuan(row.principal + row.interest))
}

describe('A3 A4 rows of a public lending core', () => {
  test('RS03 C2493: 5,000 at 12 % by the day of 365, 18 equal instalments of whole units', () => {
    const terms = loan({ ...plain, instalmentMultipleOfFen: 100n }, '2022-11-01', 18)
    const replayed = drawn(terms, '5000.00')
    expect(interest(replayed)).toBe('487.33')
    expect(instalments(replayed)).toEqual([...Array(17).fill('305.00'), '302.33'])
  })

  test('RS04 C2494: the same in equal principal, interest by whole months', () => {
    for (const product of [
      { ...plain, dayBasis: '30/360' as const },
      { ...plain, rate: { e8: 1_000_000n, per: 'month' } as const },
    ]) {
      const replayed = drawn(loan({ ...product, method: 'equal-principal' }, '2022-11-01', 18), '5000.00')
      expect(interest(replayed)).toBe('475.00')
      expect(replayed.schedule.map((row) => yuan(row.principal))).toEqual([
        ...Array(17).fill('277.78'),
        '277.74',
      ])
    }
  })

  test('C3152: actual/actual across a leap year, the drawdown day not counted and the payment day counted', () => {
    const product: LoanProduct = { ...plain, dayBasis: 'actual/actual', firstDay: 'skipped' }
    const replayed = drawn(loan(product, '2023-12-12', 6), '10000.00')
    expect(replayed.schedule[0]?.interest).toBe(10181n)
    expect(instalments(replayed).slice(0, 5)).toEqual(Array(5).fill('1725.56'))
    expect(interest(replayed)).toBe('353.39')
  })

  test('a year of 365 days is kept in a leap year: 894.75 at 12 % over 29 days is 8.53', () => {
    const product: LoanProduct = { ...plain, method: 'interest-first' }
    expect(drawn(loan(product, '2024-02-01', 1), '894.75').schedule[0]?.interest).toBe(853n)
  })

  test('1,000 at 12 % is 9.86 for 30 days, not thirty times 0.33', () => {
    const product: LoanProduct = { ...plain, method: 'interest-first' }
    expect(drawn(loan(product, '2022-11-01', 1), '1000.00').schedule[0]?.interest).toBe(986n)
  })
})

describe('F1 early payoff rows of a public lending core', () => {
  const terms = loan({ ...plain, rate: { e8: 7_000_000n, per: 'year' }, dayBasis: '30/360' }, '2024-01-01', 6)
  const draws = [{ on: terms.startsOn, amountFen: fen('100.00') }]
  const events = [repayment('2024-02-01', '17.01')]
  const on = calendarDate('2024-02-15')
  const state = standing(terms, draws, events, on)

  test('row 12: interest to the day of the payoff', () => {
    expect(payoff(terms, state, on)).toEqual({ fees: 0n, penalty: 0n, interest: 24n, principal: 8357n })
  })

  test('row 13: interest to the end of the begun period', () => {
    expect(payoff(terms, state, on, 'period-end')).toEqual({
      fees: 0n,
      penalty: 0n,
      interest: 49n,
      principal: 8357n,
    })
  })

  test('paid to the fen, the loan is at zero', () => {
    const paid = repay(terms, state, on, fen('83.81'))
    expect(outstandingFen(paid.state)).toBe(0n)
    expect(paid.overpaidFen).toBe(0n)
    expect(payoff(terms, paid.state, on)).toEqual({ fees: 0n, penalty: 0n, interest: 0n, principal: 0n })
  })
})

describe('A9 overdue rows of a public lending core', () => {
  // The instalment is 862.57 before it is rounded to whole units; the row has 862.
  const terms = (segmentRounding: LoanProduct['segmentRounding']) =>
    loan(
      { ...plain, segmentRounding, instalmentRounding: 'down', instalmentMultipleOfFen: 100n },
      '2022-11-01',
      6,
    )
  const late = [repayment('2022-12-05', '862.00')]

  test('RP04 C2558: late principal bears the loan rate and each piece is rounded: 43.75, 176.61 in all', () => {
    const replayed = drawn(terms('each-segment'), '5000.00', late)
    expect(replayed.schedule[1]?.interest).toBe(4375n)
    expect(interest(replayed)).toBe('176.61')
  })

  test('RP04 C2558: the same with the pieces added before they are rounded: 43.74', () => {
    expect(drawn(terms('whole-period'), '5000.00', late).schedule[1]?.interest).toBe(4374n)
  })

  test('FEE04 and FEE05: a fee of 1.5 % of each missed instalment, with and without its interest', () => {
    const missed = { principal: fen('1000.00'), interest: fen('30.00') }
    const share = { over: 15n, under: 1000n }
    expect(3n * overdueFeeFen('principal', missed, share, 'half-up')).toBe(4500n)
    expect(3n * overdueFeeFen('principal-and-interest', missed, share, 'half-up')).toBe(4635n)
  })
})

describe('A6 overpayment row of a public lending core', () => {
  test('LoanCBR C2511: 1,000 repaid with 450, 450 and 300 leaves 200.00 to refund', () => {
    const terms = loan({ ...plain, rate: { e8: 0n, per: 'year' } }, '2023-01-01', 1)
    const replayed = drawn(terms, '1000.00', [
      repayment('2023-01-05', '450.00'),
      repayment('2023-01-10', '450.00'),
      repayment('2023-01-15', '300.00'),
    ])
    expect(
      replayed.events.map((event) => [event.paid.principal, event.overpaidFen, event.balanceFen]),
    ).toEqual([
      [45000n, 0n, 55000n],
      [45000n, 0n, 10000n],
      [10000n, 20000n, 0n],
    ])
  })
})

describe('A3 A4 our own product', () => {
  test('10,000 over 5 months at 0.035 % a day from 10 June costs 320.60', () => {
    const product: LoanProduct = { ...plain, method: 'equal-principal', rate: { e8: 35_000n, per: 'day' } }
    const replayed = drawn(loan(product, '2026-06-10', 5), '10000.00')
    expect(replayed.schedule.map((row) => [row.due, yuan(row.principal), yuan(row.interest)])).toEqual([
      ['2026-07-10', '2000.00', '105.00'],
      ['2026-08-10', '2000.00', '86.80'],
      ['2026-09-10', '2000.00', '65.10'],
      ['2026-10-10', '2000.00', '42.00'],
      ['2026-11-10', '2000.00', '21.70'],
    ])
    expect(interest(replayed)).toBe('320.60')
  })
})
