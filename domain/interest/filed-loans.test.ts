import { describe, expect, test } from 'vitest'
import { decimalText, type FixtureRow, fixtureRows } from '../../fixtures/read.ts'
import { addDays, calendarDate, dueDateAfter } from '../calendar/date.ts'
import { divideRounded } from '../money/round.ts'
import { usualWaterfall } from '../repayment/waterfall.ts'
import { replay } from '../schedule/engine.ts'
import { dueDates, equalInstalment } from '../schedule/plan.ts'
import type { LoanProduct, LoanTerms } from '../schedule/product.ts'
import { accrue, accruedFen, nothingAccrued, type Rate } from './rate.ts'

const mortgages = fixtureRows('./sec-mortgage-daily-interest/ubs-2017-c1.csv.gz')

function money(row: FixtureRow, column: string): bigint {
  return decimalText(row(column), 2)
}

function yearly(text: string): Rate {
  return { e8: decimalText(text, 8), per: 'year' }
}

/**
 * The amounts a filed one may have been before it was stored as a 32-bit float and written in its shortest form: half a
 * step of the float each way, and never less than the text itself.
 */
function beforeStorage(text: string): { readonly least: bigint; readonly most: bigint } {
  const value = decimalText(text, 2)
  const stored = Math.fround(Number(text))
  const step = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(stored), 1))) - 23)
  const half = decimalText((step / 2).toFixed(12), 12)
  const middle = decimalText(stored.toFixed(6), 6)
  const most = divideRounded(middle * 1_000_000n + half, 10_000_000_000n, 'down')
  const least = divideRounded(middle * 1_000_000n - half, 10_000_000_000n, 'up')
  return {
    least: [least, value].toSorted(smallestFirst)[0] ?? value,
    most: [most, value].toSorted(smallestFirst)[1] ?? value,
  }
}

function smallestFirst(a: bigint, b: bigint): number {
  return Number(a - b)
}

describe('A4 interest of filed loans, actual/360, half up, 8 years', () => {
  function interest(row: FixtureRow, balanceFen: bigint): bigint {
    const dueDay = Number(row('firstLoanPaymentDueDate').slice(8))
    const end = calendarDate(row('reportingPeriodEndDate'))
    const [from, to] = [dueDateAfter(end, -1, dueDay), dueDateAfter(end, 0, dueDay)]
    const rate = yearly(row('reportPeriodInterestRatePercentage'))
    return accruedFen(
      accrue(nothingAccrued, balanceFen, rate, 'actual/360', from, to),
      rate,
      'actual/360',
      'half-up',
    )
  }

  const blank = mortgages.filter((row) => row('scheduledInterestAmount') === '')
  const stopped = mortgages.filter((row) => row('scheduledInterestAmount') === '0.0')
  const accruing = mortgages.filter((row) => !blank.includes(row) && !stopped.includes(row))
  const balance = 'reportPeriodBeginningScheduleLoanBalanceAmount'

  test('every row is blank, stopped because nothing is paid, or accruing', () => {
    expect([mortgages.length, blank.length, stopped.length, accruing.length]).toEqual([6032, 211, 51, 5770])
    expect(stopped.every((row) => row('paymentStatusLoanCode') === '3')).toBe(true)
  })

  test('5,180 of 5,770 are right to the cent on the balance as filed', () => {
    const exact = accruing.filter(
      (row) => interest(row, money(row, balance)) === money(row, 'scheduledInterestAmount'),
    )
    expect(exact.length).toBe(5180)
  })

  test('all 5,770 are right within what the stored floats lost', () => {
    const within = accruing.filter((row) => {
      const [from, filed] = [beforeStorage(row(balance)), beforeStorage(row('scheduledInterestAmount'))]
      return interest(row, from.least) <= filed.most && interest(row, from.most) >= filed.least
    })
    expect(within.length).toBe(5770)
  })
})

describe('A3 instalments of filed loans', () => {
  const loans = [...new Map(mortgages.toReversed().map((row) => [row('loanID'), row])).values()]
  const filed = (row: FixtureRow) => row('periodicPrincipalAndInterestPaymentSecuritizationAmount')

  test('33 of the 34 that amortise from the start have the equal instalment, half up', () => {
    const amortising = loans.filter((row) => row('paymentTypeCode') === '2')
    const equal = amortising.filter((row) => {
      const month = yearly(row('originalInterestRatePercentage')).e8
      const growth = { numerator: 1_200_000_000n + month, divisor: 1_200_000_000n }
      const periods = Array(Number(row('originalAmortizationTermNumber'))).fill(growth)
      return equalInstalment(money(row, 'originalLoanAmount'), periods) === decimalText(filed(row), 2)
    })
    expect([amortising.length, equal.length]).toEqual([34, 33])
  })

  function oneMonth(row: FixtureRow): bigint {
    const rate = yearly(row('originalInterestRatePercentage'))
    const [from, to] = [calendarDate('2017-05-06'), calendarDate('2017-06-06')]
    const principal = money(row, 'originalLoanAmount')
    return accruedFen(accrue(nothingAccrued, principal, rate, '30/360', from, to), rate, '30/360', 'half-up')
  }

  test('13 of the 14 that start with interest only pay a twelfth of the rate', () => {
    const first = loans.filter((row) => row('paymentTypeCode') === '5')
    const right = first.filter((row) => oneMonth(row) === decimalText(filed(row), 2))
    expect([first.length, right.length]).toEqual([14, 13])
  })

  test('so do all 10 that pay interest only to the end, within what the stored float lost', () => {
    const only = loans.filter((row) => row('paymentTypeCode') === '3')
    const right = only.filter((row) => {
      const { least, most } = beforeStorage(filed(row))
      return least <= oneMonth(row) && oneMonth(row) <= most
    })
    expect([only.length, right.length]).toEqual([10, 10])
  })
})

describe('A4 A6 A7 simple-interest car loans, one month of payments', () => {
  const cars = fixtureRows('./sec-auto-loans/world-omni-2020-07.csv.gz')
  const count = (test: (row: FixtureRow) => boolean) => cars.filter(test).length
  const cents = (row: FixtureRow, column: string) => (row(column) === '' ? 0n : money(row, column))

  test('balance and cash add up in all 5,048', () => {
    const balances = count(
      (row) =>
        cents(row, 'reportingPeriodBeginningLoanBalanceAmount') -
          cents(row, 'actualPrincipalCollectedAmount') -
          cents(row, 'otherPrincipalAdjustmentAmount') ===
        cents(row, 'reportingPeriodActualEndBalanceAmount'),
    )
    const cash = count(
      (row) =>
        cents(row, 'actualInterestCollectedAmount') +
          cents(row, 'actualPrincipalCollectedAmount') +
          cents(row, 'actualOtherCollectedAmount') ===
        cents(row, 'totalActualAmountPaid'),
    )
    const scheduled = count((row) => {
      const apart =
        cents(row, 'scheduledInterestAmount') +
        cents(row, 'scheduledPrincipalAmount') -
        cents(row, 'reportingPeriodScheduledPaymentAmount')
      return -1n <= apart && apart <= 1n
    })
    expect([cars.length, balances, cash, scheduled]).toEqual([5048, 5048, 5048, 5048])
  })

  test('286 of 286 payments that reached no principal went to interest', () => {
    const unreached = cars.filter(
      (row) =>
        cents(row, 'actualPrincipalCollectedAmount') === 0n && cents(row, 'totalActualAmountPaid') > 0n,
    )
    const toInterest = unreached.filter(
      (row) =>
        cents(row, 'actualInterestCollectedAmount') ===
        cents(row, 'totalActualAmountPaid') - cents(row, 'actualOtherCollectedAmount'),
    )
    expect([unreached.length, toInterest.length]).toEqual([286, 286])
  })

  test('days past due fall into 4,443 current, 575, 27 and 3', () => {
    const late = (from: number, until: number) =>
      count((row) => {
        const days = Number(row('currentDelinquencyStatus'))
        return from <= days && days < until
      })
    expect([late(0, 1), late(1, 30), late(30, 60), late(60, Infinity)]).toEqual([4443, 575, 27, 3])
  })

  test('a whole number of days at a 366th of the rate gives the interest: 2,060 exact, 3,458 within a cent of 3,709', () => {
    expect(dailyInterest('actual/366')).toEqual({ rows: 3709, exact: 2060, near: 3458 })
  })

  test('a 365th hardly ever does', () => {
    expect(dailyInterest('actual/365').exact).toBe(0)
  })

  function dailyInterest(basis: 'actual/365' | 'actual/366'): { rows: number; exact: number; near: number } {
    const divisor = basis === 'actual/366' ? 366n : 365n
    let [rows, exact, near] = [0, 0, 0]
    for (const row of cars) {
      const balance = cents(row, 'reportingPeriodBeginningLoanBalanceAmount')
      const rate = yearly(row('reportingPeriodInterestRatePercentage'))
      const interest = cents(row, 'actualInterestCollectedAmount')
      const scheduled = cents(row, 'reportingPeriodScheduledPaymentAmount')
      const apart = cents(row, 'totalActualAmountPaid') - scheduled
      if (cents(row, 'actualPrincipalCollectedAmount') <= 0n || balance * rate.e8 === 0n) continue
      if (!/^07-[0-9]{2}-2020$/.test(row('interestPaidThroughDate'))) continue
      if ((apart < 0n ? -apart : apart) * 2n >= scheduled) continue
      const days = divideRounded(interest * divisor * 100_000_000n, balance * rate.e8, 'half-up')
      if (days < 15n || days > 60n) continue
      const from = calendarDate('2020-06-01')
      const computed = accruedFen(
        accrue(nothingAccrued, balance, rate, basis, from, addDays(from, Number(days))),
        rate,
        basis,
        'half-up',
      )
      rows += 1
      if (computed === interest) exact += 1
      if (computed - interest <= 1n && interest - computed <= 1n) near += 1
    }
    return { rows, exact, near }
  }
})

describe('A4 a filed loan through the schedule', () => {
  test('the first two years of an interest-only loan are the filed interest, month by month', () => {
    const rows = mortgages.filter((row) => row('loanID') === '0001706060-10').slice(0, 20)
    const product: LoanProduct = {
      method: 'interest-first',
      rate: yearly('0.04733'),
      dayBasis: 'actual/360',
      rounding: 'half-up',
      carry: 'rounded',
      segmentRounding: 'whole-period',
      instalmentRounding: 'half-up',
      instalmentMultipleOfFen: 1n,
      firstDay: 'counts',
      waterfall: usualWaterfall,
    }
    const startsOn = calendarDate('2017-06-06')
    const terms: LoanTerms = { product, startsOn, dueDates: dueDates(startsOn, 20, 6), dueDay: 6 }
    const { schedule } = replay(terms, [{ on: startsOn, amountFen: 1_500_000_000n }], [])
    expect(schedule.map((row) => row.interest)).toEqual(
      rows.map((row) => money(row, 'scheduledInterestAmount')),
    )
  })
})
