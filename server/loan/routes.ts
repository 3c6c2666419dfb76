import { daysBetween } from '@jieqing/domain/calendar/date'
import { percent, yearlyRateE8 } from '@jieqing/domain/credit-line/invitation'
import { type Bill, daysPastDue, type Loan, owedOn, remainingSchedule } from '@jieqing/domain/loan/loan'
import { yuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { borrower } from '../http/guard.ts'
import { owedJson } from '../http/json.ts'
import { IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, LoanBody, type LoanJson } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { readOpenLoans } from './store.ts'

/** A4, A13: what is owed, loan by loan, and when it falls due. */
export function loanRoutes(app: App, house: House): void {
  app.get(
    '/v1/me/loans',
    reads(
      'borrower',
      'My open loans with what each owes today and the rest of its schedule.',
      Closed({ loans: Type.Array(LoanBody) }),
    ),
    async (request) => {
      const { customerId } = borrower(request)
      const loans = await readOpenLoans(house, house.cell, [customerId])
      return { loans: (loans.get(customerId) ?? []).map((loan) => loanJson(house, loan)) }
    },
  )
  app.get(
    '/v1/me/loans/:id',
    withParams(reads('borrower', 'One open loan.', LoanBody), IdParams),
    async (request) => {
      const { customerId } = borrower(request)
      const loans = await readOpenLoans(house, house.cell, [customerId])
      const loan = loans.get(customerId)?.find((one) => one.loanId === request.params.id)
      if (loan === undefined) throw new Problem('not-found')
      return loanJson(house, loan)
    },
  )
}

function loanJson(house: House, loan: Loan): LoanJson {
  const today = house.today()
  const billed = new Set(loan.bills.map((bill) => bill.seq))
  return {
    loanId: loan.loanId,
    currency: 'CNY',
    drawnOn: loan.drawnOn,
    instalments: loan.instalments,
    dueDay: loan.dueDay,
    dailyRatePercent: percent(loan.rate.e8),
    yearlyRatePercent: percent(yearlyRateE8(loan.rate.e8)),
    daysPastDue: daysPastDue(loan, today),
    owed: owedJson(owedOn(loan, today)),
    schedule: remainingSchedule(loan).map((bill) => billJson(bill, billed.has(bill.seq), today)),
  }
}

function billJson(bill: Bill, billed: boolean, today: Loan['drawnOn']): LoanJson['schedule'][number] {
  return {
    seq: bill.seq,
    dueOn: bill.dueOn,
    principal: yuan(bill.principalLeft),
    interest: yuan(bill.interestLeft),
    total: yuan(bill.principalLeft + bill.interestLeft),
    billed,
    daysPastDue: Math.max(0, daysBetween(bill.dueOn, today)),
  }
}
