import { describe, expect, test } from 'vitest'
import { decimalText, type FixtureRow, fixtureRows } from '../../fixtures/read.ts'
import { calendarDate } from '../calendar/date.ts'
import { type AprMethod, annualRate, type CashFlow, flow } from './apr.ts'
import {
  atOnce,
  type PeriodTime,
  periodsPerYear,
  type UnitPeriod,
  unitPeriodsBetween,
} from './unit-period.ts'

const month: UnitPeriod = { kind: 'months', months: 1 }
const day: UnitPeriod = { kind: 'days', days: 1 }
const year: UnitPeriod = { kind: 'year' }

function at(whole: number, over = 0, under = 1): { at: PeriodTime } {
  return { at: { whole, odd: { over, under } } }
}

function shown(
  advances: readonly CashFlow[],
  payments: readonly CashFlow[],
  unit: UnitPeriod,
  method: AprMethod,
) {
  const rate = annualRate(advances, payments, unit, method)
  return 'percent' in rate ? rate.percent : rate.refused
}

describe('A2 A13 annual percentage rate by the actuarial method of 12 CFR 1026 Appendix J', () => {
  const examples = fixtureRows('./reg-z-appendix-j/examples.csv')

  const units: Readonly<Record<string, UnitPeriod>> = {
    month,
    semimonth: { kind: 'half-month' },
    quarter: { kind: 'months', months: 3 },
    week: { kind: 'days', days: 7 },
    '2 weeks': { kind: 'days', days: 14 },
    '4 weeks': { kind: 'days', days: 28 },
    '2 months': { kind: 'months', months: 2 },
    '255 days': { kind: 'days', days: 255 },
  }

  function unitOf(row: FixtureRow): UnitPeriod {
    const unit = units[row('unit_period')]
    if (unit === undefined) throw new RangeError(row('unit_period'))
    return unit
  }

  function payments(row: FixtureRow, first: Parameters<typeof flow>[0]): readonly CashFlow[] {
    return row('payments')
      .split(';')
      .flatMap((group) => {
        const [count, amount = ''] = group.split('x')
        return Array(Number(count)).fill(decimalText(amount, 2)) as bigint[]
      })
      .map((amountFen, later) => flow(first, amountFen, later))
  }

  function firstPeriod(row: FixtureRow): { at: PeriodTime } {
    const [over = 0, under = 1] = row('first_period_fraction').split('/').map(Number)
    return at(Number(row('first_period_whole_units')), over, under)
  }

  const advance = (row: FixtureRow) => decimalText(row('amount_financed'), 2)

  test('13 of 13 worked examples, by unit periods', () => {
    const right = examples.filter(
      (row) =>
        shown(
          [flow({ at: atOnce }, advance(row))],
          payments(row, firstPeriod(row)),
          unitOf(row),
          'actuarial-us',
        ) === row('apr_percent'),
    )
    expect([examples.length, right.length]).toEqual([13, 13])
  })

  test('12 of the 12 that name dates, by dates', () => {
    const dated = examples.filter((row) => row('advance_date') !== '')
    const right = dated.filter((row) => {
      const from = calendarDate(row('advance_date'))
      const to = calendarDate(row('first_payment_date'))
      return (
        shown([flow({ on: from }, advance(row))], payments(row, { on: to }), unitOf(row), 'actuarial-us') ===
        row('apr_percent')
      )
    })
    expect([dated.length, right.length]).toEqual([12, 12])
  })

  test('the dates of 12 of 12 give the whole and odd periods and the periods a year that are printed', () => {
    const dated = examples.filter((row) => row('advance_date') !== '')
    const right = dated.filter((row) => {
      const time = unitPeriodsBetween(
        calendarDate(row('advance_date')),
        calendarDate(row('first_payment_date')),
        unitOf(row),
      )
      const printed = firstPeriod(row).at
      const [over = 0, under = 1] = row('unit_periods_per_year').split('/').map(Number)
      return (
        time.whole === printed.whole &&
        time.odd.over * printed.odd.under === printed.odd.over * time.odd.under &&
        Math.abs(periodsPerYear(unitOf(row)) - over / under) < 1e-12
      )
    })
    expect([dated.length, right.length]).toEqual([12, 12])
  })

  test('a single payment makes its own term the unit period, a year at most', () => {
    const single = (amountFen: bigint, when: { at: PeriodTime }, unit: UnitPeriod) =>
      shown([flow({ at: atOnce }, 100_000n)], [flow(when, amountFen)], unit, 'actuarial-us')
    expect(single(108_000n, at(255), day)).toBe('11.45')
    expect(single(104_400n, at(6), month)).toBe('8.80')
    expect(single(104_400n, at(2), { kind: 'months', months: 3 })).toBe('8.80')
    expect(single(113_519n, at(18), month)).toBe('8.76')
    expect(single(113_519n, at(1, 6, 12), year)).toBe('8.76')
    expect(single(124_000n, at(2), year)).toBe('11.36')
    expect(single(124_000n, at(24), month)).toBe('11.36')
  })

  test('a single payment by dates: 6 months, 18 months, 2 years', () => {
    const single = (amountFen: bigint, to: string) =>
      shown(
        [flow({ on: calendarDate('1978-01-10') }, 100_000n)],
        [flow({ on: calendarDate(to) }, amountFen)],
        month,
        'actuarial-us',
      )
    expect(single(104_400n, '1978-07-10')).toBe('8.80')
    expect(single(113_519n, '1979-07-10')).toBe('8.76')
    expect(single(124_000n, '1980-01-10')).toBe('11.36')
  })
})

describe('A13 months between two dates', () => {
  const months = (from: string, to: string) => unitPeriodsBetween(calendarDate(from), calendarDate(to), month)

  test('are measured back from the later, the last day of a month meeting the last of another', () => {
    expect(months('2026-01-31', '2026-02-28')).toEqual({ whole: 1, odd: { over: 0, under: 30 } })
    expect(months('2026-02-28', '2026-03-31')).toEqual({ whole: 1, odd: { over: 0, under: 30 } })
    expect(months('2026-01-28', '2026-02-28')).toEqual({ whole: 1, odd: { over: 0, under: 30 } })
    expect(months('2026-01-10', '2026-03-31')).toEqual({ whole: 2, odd: { over: 21, under: 30 } })
  })
})

describe('A2 A13 effective annual rate of 2008/48/EC, on the cases of 98/7/EC Annex III', () => {
  const advanced = (amountFen: bigint) => [flow({ at: atOnce }, amountFen)]

  test('1,000 to 1,200 after 546 days: 12.96', () => {
    expect(shown(advanced(100_000n), [flow(at(546), 120_000n)], day, 'effective-eu')).toBe('12.96')
  })

  test('950 net to 1,200 after 18 months: 16.85 by months and 16.90 by 546 days', () => {
    expect(shown(advanced(95_000n), [flow(at(18), 120_000n)], month, 'effective-eu')).toBe('16.85')
    expect(shown(advanced(95_000n), [flow(at(546), 120_000n)], day, 'effective-eu')).toBe('16.90')
  })

  test('1,000 to 600 and 600 after one and two years: 13.07', () => {
    const payments = [flow(at(1), 60_000n), flow(at(2), 60_000n)]
    expect(shown(advanced(100_000n), payments, year, 'effective-eu')).toBe('13.07')
  })

  test('1,000 to 272, 272 and 544 after 3, 6 and 12 months: 13.19', () => {
    const payments = [flow(at(3), 27_200n), flow(at(6), 27_200n), flow(at(12), 54_400n)]
    expect(shown(advanced(100_000n), payments, month, 'effective-eu')).toBe('13.19')
    const dated = ['1994-04-01', '1994-07-01', '1995-01-01'].map((on, index) =>
      flow({ on: calendarDate(on) }, index === 2 ? 54_400n : 27_200n),
    )
    expect(shown([flow({ on: calendarDate('1994-01-01') }, 100_000n)], dated, month, 'effective-eu')).toBe(
      '13.19',
    )
  })
})

describe('A2 internal rate of return as lenders in China show it', () => {
  test('12 monthly payments of 1 % a month on the balance are 12.00 a year, and 12.68 compounded', () => {
    const payments = Array.from({ length: 12 }, (_, index) => flow(at(1), 88_849n, index))
    expect(shown([flow({ at: atOnce }, 1_000_000n)], payments, month, 'irr-cn')).toBe('12.00')
    expect(shown([flow({ at: atOnce }, 1_000_000n)], payments, month, 'effective-eu')).toBe('12.68')
  })

  test('a fee of 0.6 % of the sum a month in 12 parts, said to be 7.2 % a year, is 13.03', () => {
    const payments = Array.from({ length: 12 }, (_, index) => flow(at(1), 89_333n, index))
    expect(shown([flow({ at: atOnce }, 1_000_000n)], payments, month, 'irr-cn')).toBe('13.03')
  })
})

describe('A13 there is not always a rate', () => {
  test('each refusal', () => {
    const [lent, back] = [[flow({ at: atOnce }, 100n)], [flow(at(1), 100n)]]
    expect(shown([], back, month, 'irr-cn')).toBe('nothing-advanced')
    expect(shown(lent, [], month, 'irr-cn')).toBe('nothing-paid')
    expect(shown(lent, [flow(at(1), 99n)], month, 'irr-cn')).toBe('paid-less-than-advanced')
    expect(shown(lent, [flow({ at: atOnce }, 200n)], month, 'irr-cn')).toBe('rate-too-high')
  })

  test('what costs nothing has a rate of 0.00', () => {
    for (const method of ['actuarial-us', 'effective-eu', 'irr-cn'] as const) {
      expect(shown([flow({ at: atOnce }, 100n)], [flow(at(1), 100n)], month, method)).toBe('0.00')
    }
  })
})
