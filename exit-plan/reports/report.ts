import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Fen } from '@jieqing/domain/money/fen'

/** A personal credit report (个人信用报告) as read: what it says, nothing inferred beyond `standing` and `openAtZero` (M5). */
export interface CreditReport {
  readonly form: 'brief' | 'detailed'
  readonly number: string | undefined
  readonly on: CalendarDate | undefined
  readonly accounts: readonly ReportAccount[]
  /** Debts of others the person answers for: never among the own accounts. */
  readonly guarantees: readonly Guarantee[]
  readonly enquiries: readonly Enquiry[]
}

export interface ReportAccount {
  /** n-th statement of the report, from 1. */
  readonly row: number
  readonly kind: AccountKind
  readonly institution: string
  /** 个人消费贷款, 贷记卡, 循环贷款额度 …: the report's own words. */
  readonly business: string
  readonly currency: string
  readonly cardTail: string | undefined
  readonly openedOn: CalendarDate | undefined
  /** End of the loan or of the line's validity. */
  readonly endsOn: CalendarDate | undefined
  readonly lent: Fen | undefined
  readonly limit: Fen | undefined
  /** `undefined` is "not reported" (`--`), which is not zero. */
  readonly balance: Fen | undefined
  /** The month, `YYYY-MM`, for which the figures stand. */
  readonly asOf: string | undefined
  /** The report's word: 正常, 逾期, 结清, 呆账, 转出, 销户, 冻结, 止付, 未激活, 核销 …; the brief form says some only by silence. */
  readonly state: string
  readonly standing: 'open' | 'closed'
  /** Day or month of settling or closing, as far as given. */
  readonly closedIn: string | undefined
  readonly overdueNow: boolean
  readonly overdueMonths: number | undefined
  /** Nothing is owed and yet the line stands: the goal is a line that is gone, not a debt of 0. */
  readonly openAtZero: boolean
  readonly text: string
}

/** In the detailed form's words: D1, R1, R4, R2, R3, C1 and 授信协议. */
export type AccountKind =
  | 'loan'
  | 'revolving'
  | 'draw'
  | 'credit-card'
  | 'quasi-card'
  | 'recovery'
  | 'agreement'

export interface Guarantee {
  readonly row: number
  readonly on: CalendarDate | undefined
  readonly institution: string
  readonly amount: Fen | undefined
  readonly text: string
}

export interface Enquiry {
  readonly row: number
  readonly on: CalendarDate
  readonly by: string
  readonly reason: string
  /** Asked by the person, not by an institution. */
  readonly own: boolean
}

/** A line of credit that can be drawn again without a new application. */
export function isLine(kind: AccountKind): boolean {
  return kind === 'revolving' || kind === 'credit-card' || kind === 'quasi-card' || kind === 'agreement'
}
