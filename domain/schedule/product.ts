import type { CalendarDate } from '../calendar/date.ts'
import type { InterestRule } from '../interest/meter.ts'
import type { FirstDay, Ratio } from '../interest/rate.ts'
import type { Rounding } from '../money/round.ts'
import type { Waterfall } from '../repayment/waterfall.ts'
import type { RepaymentMethod } from './plan.ts'

/** All that a product says about the arithmetic of its loans (missions A3, A4, A7, A9). */
export type LoanProduct = InterestRule & {
  readonly method: RepaymentMethod
  readonly instalmentRounding: Rounding
  /** The equal instalment is rounded to a multiple of this; one fen for most, 100 for whole yuan. */
  readonly instalmentMultipleOfFen: bigint
  readonly firstDay: FirstDay
  /** Without it overdue principal keeps the loan's own rate, as part of the interest. */
  readonly penalty?: PenaltyRule
  readonly waterfall: Waterfall
}

/**
 * Penalty interest (罚息, mission A9): from `graceDays` days after its due date overdue principal bears the rate times
 * `factor` **instead of** the rate itself, the way the People's Bank rules it (银发〔2003〕251号: the contract's rate raised by
 * 30 to 50 %). The days of grace bear the ordinary rate and are never charged again. Interest bears no penalty.
 */
export type PenaltyRule = { readonly factor: Ratio; readonly graceDays: number }

export type LoanTerms = {
  readonly product: LoanProduct
  /** The first drawdown: the start of the first interest period. */
  readonly startsOn: CalendarDate
  /** Rising, all after `startsOn`; interest and the called principal fall due on them. */
  readonly dueDates: readonly CalendarDate[]
  /** The day of the month (1 to 31) that the due dates keep, where whole months count as such. */
  readonly dueDay?: number
}
