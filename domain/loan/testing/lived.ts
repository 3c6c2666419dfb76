import fc from 'fast-check'
import { addDays, type CalendarDate, calendarDate } from '../../calendar/date.ts'
import { type Fen, fen } from '../../money/fen.ts'
import type { Rounding } from '../../money/round.ts'
import { type PostedRepayment, postRepayment } from '../../repayment/post.ts'
import { billNextInstalment, drawnLoan, type Loan } from '../loan.ts'

/** What happens to a borrower's loans, in order; days pass between the steps and bills are made as they fall due. */
export type Step =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'draw'; readonly amount: Fen; readonly e8: bigint; readonly instalments: number }
  | { readonly kind: 'repay'; readonly amount: Fen }
  /** Taken today and settled `days` later; nothing is billed in between (design 2.4). */
  | { readonly kind: 'repay late'; readonly amount: Fen; readonly days: number }
  | { readonly kind: 'fee'; readonly amount: Fen }

export type Movement = { readonly loan: Loan; readonly amount: bigint; readonly on: CalendarDate }

/** A borrower's loans after some steps, and everything that was posted on the way. */
export type Lived = {
  readonly today: CalendarDate
  readonly loans: readonly Loan[]
  readonly posted: readonly PostedRepayment[]
  /** Every movement of principal with its value date: draws above zero, repayments below. */
  readonly movements: readonly Movement[]
}

const start = calendarDate('2026-01-10')

export const nothingLived: Lived = { today: start, loans: [], posted: [], movements: [] }

export function live(steps: readonly Step[], rounding: Rounding = 'half-up', lived = nothingLived): Lived {
  return steps.reduce((now, step) => after(now, step, rounding), lived)
}

function after(lived: Lived, step: Step, rounding: Rounding): Lived {
  switch (step.kind) {
    case 'days':
      return billed({ ...lived, today: addDays(lived.today, step.days) })
    case 'draw': {
      const dueDay = Number(lived.today.slice(8, 10))
      const loan = drawnLoan(
        {
          loanId: `loan-${lived.loans.length}`,
          rate: { e8: step.e8, per: 'day' },
          dayBasis: 'actual/365',
          rounding,
          drawnOn: lived.today,
          instalments: step.instalments,
          dueDay,
        },
        step.amount,
      )
      return {
        ...lived,
        loans: [...lived.loans, loan],
        movements: [...lived.movements, { loan, amount: step.amount, on: lived.today }],
      }
    }
    case 'repay':
      return repaid(lived, step.amount, lived.today)
    case 'repay late': {
      const later = { ...lived, today: addDays(lived.today, step.days) }
      return billed(repaid(later, step.amount, lived.today))
    }
    case 'fee': {
      const [first, ...others] = lived.loans
      if (first === undefined || first.principal === 0n) return lived
      const fee = {
        feeId: `fee-${lived.today}-${first.fees.length}`,
        kind: 'extension',
        left: step.amount,
      } as const
      return { ...lived, loans: [{ ...first, fees: [...first.fees, fee] }, ...others] }
    }
  }
}

/** Posts a repayment to the loans of a life. */
export function repaid(lived: Lived, amount: Fen, valueDate: CalendarDate): Lived {
  const posted = postRepayment(lived.loans, amount, valueDate, 90)
  const movements = posted.postings.flatMap(({ kind, amount: paid, loanId, valueDate: on }) => {
    const loan = lived.loans.find((one) => one.loanId === loanId)
    return kind === 'repaid-principal' && loan !== undefined ? [{ loan, amount: -paid, on }] : []
  })
  return {
    ...lived,
    loans: posted.loans,
    posted: [...lived.posted, posted],
    movements: [...lived.movements, ...movements],
  }
}

function billed(lived: Lived): Lived {
  return { ...lived, loans: lived.loans.map((loan) => billedThrough(loan, lived.today)) }
}

export function billedThrough(loan: Loan, on: CalendarDate): Loan {
  let current = loan
  while (current.nextDue !== undefined && current.nextDue <= on) {
    const next = billNextInstalment(current)
    if (next === undefined) break
    current = withoutEmptyBills(next.loan)
  }
  return current
}

/** A bill of nothing is no bill that is read again. */
function withoutEmptyBills(loan: Loan): Loan {
  return { ...loan, bills: loan.bills.filter((bill) => bill.principalLeft + bill.interestLeft > 0n) }
}

const amounts = fc.oneof(fc.bigInt(1n, 500n), fc.bigInt(1n, 200_000n), fc.bigInt(1n, 3_000_000n)).map(fen)

const draws = fc.record({
  kind: fc.constant('draw' as const),
  amount: fc.oneof(fc.bigInt(1n, 300n), fc.bigInt(10_000n, 5_000_000n)).map(fen),
  e8: fc.oneof(fc.constant(35_000n), fc.constant(50_000n), fc.bigInt(20_000n, 50_000n)),
  instalments: fc.constantFrom(5, 10, 20),
})

/** Any life: a draw, then days, draws, fees and repayments, some of them settled late. */
export const lives: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    draws,
    fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({ kind: fc.constant('days' as const), days: fc.integer({ min: 1, max: 45 }) }),
        },
        { weight: 1, arbitrary: draws },
        {
          weight: 1,
          arbitrary: fc.record({ kind: fc.constant('fee' as const), amount: fc.bigInt(1n, 5_000n).map(fen) }),
        },
        { weight: 3, arbitrary: fc.record({ kind: fc.constant('repay' as const), amount: amounts }) },
        {
          weight: 2,
          arbitrary: fc.record({
            kind: fc.constant('repay late' as const),
            amount: amounts,
            days: fc.integer({ min: 1, max: 9 }),
          }),
        },
      ),
      { maxLength: 14 },
    ),
  )
  .map(([draw, rest]) => [draw, ...rest])
