import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Queries, Transaction } from '../platform/database/pool.ts'
import type { House } from '../platform/house.ts'

export type StepCursor = {
  readonly customerId: bigint
  readonly loanId: string
  readonly done: bigint
  readonly finished: boolean
}

export type BatchResult = {
  readonly done: number
  readonly finished: boolean
  readonly customerId?: bigint
  readonly loanId?: string
}

const start = { customerId: 0n, loanId: '00000000-0000-0000-0000-000000000000', done: 0n, finished: false }

export async function readCursor(db: Queries, date: CalendarDate, step: string): Promise<StepCursor> {
  const row = await db.maybe<{
    cursor_customer_id: bigint
    cursor_loan_id: string
    done_count: bigint
    finished_at: Date | null
  }>(
    'select cursor_customer_id, cursor_loan_id, done_count, finished_at from eod_step where business_date = $1 and step = $2',
    [date, step],
  )
  if (row === undefined) return start
  return {
    customerId: row.cursor_customer_id,
    loanId: row.cursor_loan_id,
    done: row.done_count,
    finished: row.finished_at !== null,
  }
}

/** The cursor under a lock: of two ends of day at once, one works and the other sees what it did. */
export async function lockCursor(trx: Transaction, date: CalendarDate, step: string): Promise<StepCursor> {
  await trx.rows('insert into eod_step (business_date, step) values ($1, $2) on conflict do nothing', [
    date,
    step,
  ])
  await trx.rows('select from eod_step where business_date = $1 and step = $2 for update', [date, step])
  return readCursor(trx, date, step)
}

/** Moves the cursor in the transaction of the batch: both happen or neither. */
export async function moveCursor(
  trx: Transaction,
  house: House,
  date: CalendarDate,
  step: string,
  result: BatchResult,
): Promise<BatchResult> {
  await trx.rows(
    `insert into eod_step (business_date, step, cursor_customer_id, cursor_loan_id, done_count, finished_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (business_date, step) do update
     set cursor_customer_id = excluded.cursor_customer_id, cursor_loan_id = excluded.cursor_loan_id,
         done_count = eod_step.done_count + excluded.done_count, finished_at = excluded.finished_at`,
    [
      date,
      step,
      result.customerId ?? start.customerId,
      result.loanId ?? start.loanId,
      result.done,
      result.finished ? house.clock.system() : null,
    ],
  )
  return result
}
