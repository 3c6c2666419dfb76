import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Fen } from '@jieqing/domain/money/fen'

/**
 * One row of a bill or statement, in the words every source shares (M1). Text is NFKC-clean; an empty string is what
 * the file left empty (also `/`, `--`, `（空）`). Nothing is dropped for being "neutral": repayments of loans are
 * exactly those rows.
 */
export interface BillRow {
  readonly row: number
  readonly on: CalendarDate
  readonly time: string | undefined
  /** 交易类型, 交易分类, 摘要: what kind of movement the source says it is. */
  readonly type: string
  readonly payee: string
  /** 商品, 商品说明, 订单标题, 附言: what it was for. */
  readonly item: string
  readonly flow: Flow
  /** In the file's currency; `refunded` is the part the row itself says was given back. */
  readonly amount: Fen
  readonly refunded: Fen
  readonly currency: string
  readonly method: string
  readonly status: string
  readonly id: string
  readonly note: string
}

/** `neutral` is the source's own word for neither (不计收支, `/`, 其他); `unknown` where the file does not say. */
export type Flow = 'in' | 'out' | 'neutral' | 'unknown'

/** The fields a column may feed. */
export type BillField =
  | 'at'
  | 'postedAt'
  | 'time'
  | 'type'
  | 'payee'
  | 'item'
  | 'direction'
  | 'amount'
  | 'income'
  | 'expense'
  | 'method'
  | 'status'
  | 'id'
  | 'note'
  | 'currency'
  | 'balance'
  | 'other'
