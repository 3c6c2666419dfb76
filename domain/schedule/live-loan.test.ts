import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, calendarDate } from '../calendar/date.ts'
import { drawnLoan, remainingSchedule } from '../loan/loan.ts'
import { fen } from '../money/fen.ts'
import { postRepayment } from '../repayment/post.ts'
import { usualWaterfall } from '../repayment/waterfall.ts'
import { cases } from './any-loan.testing.ts'
import { replay } from './engine.ts'
import { dueDates } from './plan.ts'
import type { LoanProduct } from './product.ts'

describe('A3 A4 A6 A13 the what-if and the account', () => {
  test('bill the same instalments, before and after an early repayment', () => {
    fc.assert(
      fc.property(
        fc.record({
          e8: fc.bigInt(0n, 100_000n),
          // Not half even: a tie is even by the loan's whole interest here and by the bill's own in the account, so that the
          // fen may stand in the next instalment.
          rounding: fc.constantFrom('half-up' as const, 'up' as const, 'down' as const),
          principal: fc.bigInt(1n, 30_000_000n),
          start: fc.nat({ max: 2000 }),
          instalments: fc.integer({ min: 1, max: 20 }),
          dueDay: fc.integer({ min: 1, max: 28 }),
          share: fc.nat({ max: 99 }),
          repaid: fc.option(fc.bigInt(1n, 30_000_000n)),
        }),
        ({ e8, rounding, principal, start, instalments, dueDay, share, repaid }) => {
          const drawnOn = addDays(calendarDate('2024-01-01'), start)
          const dates = dueDates(drawnOn, instalments, dueDay)
          const [firstDue = drawnOn] = dates
          const days = Math.round((Date.parse(firstDue) - Date.parse(drawnOn)) / 86_400_000)
          const on = addDays(drawnOn, Math.floor((days * share) / 100))
          const product: LoanProduct = {
            method: 'equal-principal',
            rate: { e8, per: 'day' },
            dayBasis: 'actual/365',
            rounding,
            carry: 'unrounded',
            segmentRounding: 'whole-period',
            instalmentRounding: 'half-up',
            instalmentMultipleOfFen: 1n,
            firstDay: 'counts',
            waterfall: usualWaterfall,
          }
          const terms = {
            loanId: 'a',
            rate: product.rate,
            dayBasis: product.dayBasis,
            rounding,
            drawnOn,
            instalments,
            dueDay,
          }
          const drawn = drawnLoan(terms, fen(principal))
          const live = repaid === null ? [drawn] : postRepayment([drawn], fen(repaid), on, 90).loans
          const billed = live.flatMap(remainingSchedule)
          const { schedule, events } = replay(
            { product, startsOn: drawnOn, dueDates: dates, dueDay },
            [{ on: drawnOn, amountFen: principal }],
            repaid === null ? [] : [{ kind: 'repayment', on, amountFen: repaid }],
          )
          const [early] = events
          const ahead = schedule.map((row, index) => ({
            dueOn: row.due,
            principal: row.principal - (index === 0 ? (early?.paid.principal ?? 0n) : 0n),
            interest: row.interest - (index === 0 ? (early?.paid.interest ?? 0n) : 0n),
          }))
          expect(ahead.filter((row) => row.principal + row.interest > 0n)).toEqual(
            billed
              .map((bill) => ({
                dueOn: bill.dueOn,
                principal: bill.principalLeft,
                interest: bill.interestLeft,
              }))
              .filter((row) => row.principal + row.interest > 0n),
          )
        },
      ),
      cases(300),
    )
  })
})
