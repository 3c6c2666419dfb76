import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CalendarDate, calendarDate } from '../calendar/date.ts'
import { addFen, fen } from '../money/fen.ts'
import {
  billNextInstalment,
  daysPastDue,
  drawnLoan,
  dueBills,
  instalmentPrincipalOf,
  isPaidOff,
  type Loan,
  owedOn,
  remainingSchedule,
  totalOwed,
  unbilledPrincipal,
} from './loan.ts'
import { billedThrough, live, lives } from './testing/lived.ts'

function drawn(amount: bigint, instalments = 5, on = '2026-06-10', dueDay = Number(on.slice(8))): Loan {
  return drawnLoan(
    {
      loanId: 'loan',
      rate: { e8: 35_000n, per: 'day' },
      dayBasis: 'actual/365',
      rounding: 'half-up',
      drawnOn: calendarDate(on),
      instalments,
      dueDay,
    },
    fen(amount),
  )
}

const day = (text: string) => text as CalendarDate

describe('A3 equal principal', () => {
  test('¥10,000 at 0.035 % a day in five costs 320.60 of interest', () => {
    const schedule = remainingSchedule(drawn(1_000_000n))
    expect(schedule.map((bill) => [bill.dueOn, bill.principalLeft, bill.interestLeft])).toEqual([
      ['2026-07-10', 200_000n, 10_500n],
      ['2026-08-10', 200_000n, 8_680n],
      ['2026-09-10', 200_000n, 6_510n],
      ['2026-10-10', 200_000n, 4_200n],
      ['2026-11-10', 200_000n, 2_170n],
    ])
    expect(addFen(...schedule.map((bill) => bill.interestLeft))).toBe(32_060n)
  })

  test('the parts are equal, half up to a fen, and the last takes the rest', () => {
    expect(instalmentPrincipalOf(fen(100_003n), 5)).toBe(20_001n)
    expect(remainingSchedule(drawn(100_003n)).map((bill) => bill.principalLeft)).toEqual([
      20_001n,
      20_001n,
      20_001n,
      20_001n,
      19_999n,
    ])
  })

  test('the principal parts sum to the draw, for any draw and number of instalments', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 30_000_000n),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 31 }),
        (amount, instalments, dueDay) => {
          const schedule = remainingSchedule(drawn(amount, instalments, '2026-01-31', dueDay))
          expect(addFen(...schedule.map((bill) => bill.principalLeft))).toBe(amount)
          expect(schedule.length <= instalments).toBe(true)
        },
      ),
    )
  })
})

describe('A4 A12 billing', () => {
  test('an instalment asks for the interest up to its due day and the fraction of a fen stays with the loan', () => {
    // 10 x 0.00035 fen a day and yuan: 12,345.67 yuan over 30 days is 12962.95350 fen.
    const billed = billNextInstalment(drawn(1_234_567n))
    expect(billed?.bill.interestLeft).toBe(12_963n)
    expect(billed?.loan.accrued.common).toBe(1_234_567n * 35_000n * 30n - 12_963n * 100_000_000n)
  })

  test('nothing is billed after the last instalment', () => {
    const loan = billedThrough(drawn(1_000_000n), day('2027-12-31'))
    expect(loan.bills).toHaveLength(5)
    expect(loan.nextDue).toBeUndefined()
    expect(billNextInstalment(loan)).toBeUndefined()
  })

  test('bills never ask for more than is owed, whatever happened before', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        for (const loan of live(steps).loans) {
          expect(unbilledPrincipal(loan) >= 0n).toBe(true)
          const ahead = remainingSchedule(loan)
          expect(addFen(...ahead.map((bill) => bill.principalLeft))).toBe(loan.principal)
        }
      }),
    )
  })
})

describe('A9 days past due', () => {
  const billed = billedThrough(drawn(1_000_000n), day('2026-08-10'))

  test('are counted from the oldest unpaid bill, and are none on the due day itself', () => {
    const on = ['2026-07-09', '2026-07-10', '2026-07-11', '2026-08-11'].map((text) =>
      daysPastDue(billed, day(text)),
    )
    expect(on).toEqual([0, 0, 1, 32])
    expect(daysPastDue(drawn(1_000_000n), day('2030-01-01'))).toBe(0)
  })

  test('bills that are due are those of that day and before', () => {
    expect(dueBills(billed, day('2026-08-09')).map((bill) => bill.seq)).toEqual([1])
    expect(dueBills(billed, day('2026-08-10')).map((bill) => bill.seq)).toEqual([1, 2])
  })
})

describe('F1 payoff', () => {
  test('owes the principal, the interest of every day so far, and the fees', () => {
    const loan: Loan = {
      ...drawn(1_000_000n),
      fees: [{ feeId: 'fee', kind: 'extension', left: fen(1_200n) }],
    }
    expect(owedOn(loan, day('2026-06-10'))).toEqual({
      fees: 1_200n,
      penalty: 0n,
      interest: 0n,
      principal: 1_000_000n,
    })
    expect(owedOn(loan, day('2026-06-20')).interest).toBe(3_500n)
    expect(isPaidOff({ ...loan, principal: fen(0n), fees: [] })).toBe(true)
    expect(isPaidOff({ ...loan, principal: fen(0n) })).toBe(false)
  })

  test('billing changes the form of a debt, never its amount', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        const { loans, today } = live(steps)
        for (const loan of loans) {
          const billed = billNextInstalment(loan)
          if (billed === undefined || loan.nextDue === undefined) continue
          const on = loan.nextDue < today ? today : loan.nextDue
          expect(totalOwed(owedOn(billed.loan, on))).toBe(totalOwed(owedOn(loan, on)))
        }
      }),
    )
  })

  test('costs one more day of interest a day later', () => {
    const loan = drawn(1_000_000n)
    const owed = (days: number) => totalOwed(owedOn(loan, addDays(loan.drawnOn, days)))
    expect(owed(8) - owed(7)).toBe(350n)
  })
})
