import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Fen } from '@jieqing/domain/money/fen'

/**
 * How well a row or message proves a line of credit, strongest first (M1). The last two prove an application or
 * nothing, and never make a finding.
 */
export const grades = [
  'report',
  'contract',
  'movement',
  'notice',
  'pay-method',
  'enquiry',
  'one-time-code',
] as const
export type Grade = (typeof grades)[number]

/** Looks like a debt of one's own and is none (M1). */
export type FalseFriend =
  | 'deposit-free'
  | 'credit-card-repayment'
  | 'marketing'
  | 'one-time-code'
  | 'spoofed-collection'
  | 'guarantee'
  | 'enquiry'

/** What one row or message says about a debt of one's own. */
export interface DebtSign {
  readonly kind: 'debt'
  /** Directory id; none where the text names the lender and not the product. */
  readonly product: string | undefined
  /** The legal lender as the text itself names it; none where only the directory could say. */
  readonly lender: string | undefined
  readonly grade: Grade
  /** What happened, as far as the text says. */
  readonly act:
    | 'disbursed'
    | 'repaid'
    | 'due'
    | 'used'
    | 'failed'
    | 'instalment'
    | 'closed'
    | 'open'
    | 'unclear'
}

export interface FriendSign {
  readonly kind: 'friend'
  readonly friend: FalseFriend
  /** Directory id of the lender it looks like, where one is named. */
  readonly product: string | undefined
}

export type Sign = DebtSign | FriendSign

export interface Evidence {
  readonly file: string
  readonly row: number
  readonly on: CalendarDate | undefined
  readonly amount: Fen | undefined
  readonly text: string
  readonly grade: Grade
  readonly act: DebtSign['act']
  /** Kind of source, for telling the same movement in bank, wallet and message apart from two movements. */
  readonly source: 'wallet' | 'bank' | 'message' | 'report'
  /** The source's own number of the movement, where it has one. */
  readonly id: string
}
