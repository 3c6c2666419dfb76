import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type CalendarDate } from '../calendar/date.ts'
import { fen } from '../money/fen.ts'
import { usualWaterfall } from '../repayment/waterfall.ts'
import { replay } from '../schedule/engine.ts'
import { dueDates } from '../schedule/plan.ts'
import type { LoanProduct } from '../schedule/product.ts'
import { drawnLoan, remainingSchedule } from './loan.ts'

const product: Omit<LoanProduct, 'rate'> = {
  method: 'equal-principal',
  dayBasis: 'actual/365',
  rounding: 'half-up',
  carry: 'unrounded',
  segmentRounding: 'whole-period',
  instalmentRounding: 'half-up',
  instalmentMultipleOfFen: 1n,
  firstDay: 'counts',
  waterfall: usualWaterfall,
}

describe('A3 A4 A13: the account and the calculator', () => {
  test("an account's schedule is the calculator's, to the fen, for any draw, rate, term and day", () => {
    fc.assert(
      fc.property(
        fc.bigInt(10_000n, 30_000_000n),
        fc.bigInt(20_000n, 50_000n),
        fc.constantFrom(5, 10, 20),
        fc.integer({ min: 0, max: 3000 }),
        (drawn, e8, instalments, day) => {
          const drawnOn = addDays('2024-01-01' as CalendarDate, day)
          const dueDay = Number(drawnOn.slice(8, 10))
          const rate = { e8, per: 'day' } as const
          const terms = {
            loanId: 'a',
            rate,
            dayBasis: 'actual/365',
            rounding: 'half-up',
            drawnOn,
            instalments,
            dueDay,
          } as const
          const account = remainingSchedule(drawnLoan(terms, fen(drawn)))
          const calculated = replay(
            {
              product: { ...product, rate },
              startsOn: drawnOn,
              dueDates: dueDates(drawnOn, instalments, dueDay),
              dueDay,
            },
            [{ on: drawnOn, amountFen: drawn }],
            [],
          )
          expect(account.map((bill) => [bill.dueOn, bill.principalLeft, bill.interestLeft])).toEqual(
            calculated.schedule.map((row) => [row.due, row.principal, row.interest]),
          )
        },
      ),
    )
  })
})
