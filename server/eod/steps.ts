import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import { lockAccounts } from '../account/store.ts'
import { billDueInstalments } from '../loan/bill.ts'
import { runOutbox } from '../outbox/jobs.ts'
import { momentOf } from '../platform/command.ts'
import { appendEvents } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { postAccrual } from './accrual.ts'
import { type BatchResult, lockCursor, moveCursor, readCursor } from './cursor.ts'

/** The steps of the end of day of `date`, in order (mission A12). Each is resumable: its cursor moves in the transaction of its work. */
export const eodSteps = ['clearing', 'open-next-day', 'accrual', 'billing', 'ageing'] as const

export type EodStep = (typeof eodSteps)[number]

const batchSize = 1000

const nothingLeft: BatchResult = { done: 0, finished: true }

/** Runs a step to its end from where it stopped; asked again it does nothing. */
export async function runStep(
  house: House,
  date: CalendarDate,
  step: EodStep,
  progress: (done: bigint) => void,
): Promise<void> {
  for (;;) {
    const cursor = await readCursor(house.cell, date, step)
    if (cursor.finished) return
    const result = await runBatch(house, date, step)
    progress(cursor.done + BigInt(result.done))
    if (result.finished) return
  }
}

function runBatch(house: House, date: CalendarDate, step: EodStep): Promise<BatchResult> {
  switch (step) {
    case 'clearing':
      return clearing(house, date)
    case 'open-next-day':
      return openNextDay(house, date)
    case 'accrual':
      return accrual(house, date)
    case 'billing':
      return billing(house, date)
    case 'ageing':
      return ageing(house, date)
  }
}

/** Asks the channel for everything it should have answered by now; what stays silent is asked again later and holds nothing up. */
async function clearing(house: House, date: CalendarDate): Promise<BatchResult> {
  const done = await runOutbox(house)
  return finishOnce(house, date, 'clearing', done)
}

/**
 * Opens D+1, which closes D, and waits until every transaction that may still be writing to D has ended; later ones are refused by the
 * journal's trigger (design 2.5).
 */
async function openNextDay(house: House, date: CalendarDate): Promise<BatchResult> {
  await house.cell.rows('select open_journal_month($1)', [addDays(date, 1)])
  await house.cell.rows(
    'insert into business_day (business_date, opened_at) values ($1, $2) on conflict do nothing',
    [addDays(date, 1), house.clock.business()],
  )
  // Only an id given out after that commit is newer than whatever posted to D while the commit was under way.
  const { xid } = await house.cell.one<{ xid: string }>('select pg_current_xact_id()::text as xid')
  while (!(await olderAreOver(house, xid))) await new Promise((resolve) => setTimeout(resolve, 10))
  return finishOnce(house, date, 'open-next-day', 1)
}

/** Finishes a step that has no batches; of two ends of day at once the first does. */
function finishOnce(house: House, date: CalendarDate, step: EodStep, done: number): Promise<BatchResult> {
  return house.cell.transaction(async (trx) => {
    const cursor = await lockCursor(trx, date, step)
    if (cursor.finished) return nothingLeft
    return moveCursor(trx, house, date, step, { done, finished: true })
  })
}

async function olderAreOver(house: House, xid: string): Promise<boolean> {
  const { over } = await house.cell.one<{ over: boolean }>(
    'select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as over',
    [xid],
  )
  return over
}

async function accrual(house: House, date: CalendarDate): Promise<BatchResult> {
  return house.cell.transaction(async (trx) => {
    const cursor = await lockCursor(trx, date, 'accrual')
    if (cursor.finished) return nothingLeft
    const done = await postAccrual(trx, date, house.clock.business())
    return moveCursor(trx, house, date, 'accrual', { done, finished: true })
  })
}

/** Bills what falls due on the day that has just opened: interest to that day is known now that D is over. */
async function billing(house: House, date: CalendarDate): Promise<BatchResult> {
  const due = addDays(date, 1)
  return house.cell.transaction(async (trx) => {
    const cursor = await lockCursor(trx, date, 'billing')
    if (cursor.finished) return nothingLeft
    const rows = await trx.rows<{ customer_id: bigint; loan_id: string }>(
      `select customer_id, loan_id from loan
       where ended_on is null and next_due <= $1 and (customer_id, loan_id) > ($2::bigint, $3::uuid)
       order by customer_id, loan_id limit ${batchSize}`,
      [due, cursor.customerId, cursor.loanId],
    )
    const last = rows.at(-1)
    if (last === undefined) return moveCursor(trx, house, date, 'billing', { done: 0, finished: true })
    const customerIds = [...new Set(rows.map((row) => row.customer_id))]
    await lockAccounts(trx, customerIds)
    const moment = await momentOf(house, trx, 'end-of-day')
    const done = await billDueInstalments(house, trx, moment, customerIds, due)
    return moveCursor(trx, house, date, 'billing', {
      done,
      finished: false,
      customerId: last.customer_id,
      loanId: last.loan_id,
    })
  })
}

/**
 * Says in each timeline that a bill of D was not paid on D: it is one day past due from tomorrow (mission A9). A bill that came after
 * its day, since a repayment was on its way, was told of when it came.
 */
async function ageing(house: House, date: CalendarDate): Promise<BatchResult> {
  return house.cell.transaction(async (trx) => {
    const cursor = await lockCursor(trx, date, 'ageing')
    if (cursor.finished) return nothingLeft
    const rows = await trx.rows<{ customer_id: bigint; loan_id: string; owed_fen: bigint }>(
      `select customer_id, loan_id, principal_left_fen + interest_left_fen as owed_fen from bill
       where due_on = $1 and principal_left_fen + interest_left_fen > 0 and (customer_id, loan_id) > ($2::bigint, $3::uuid)
         and not exists (select from event e where e.customer_id = bill.customer_id and e.kind = 'overdue-began'
           and e.body ->> 'loanId' = bill.loan_id::text and (e.body ->> 'dueOn')::date = bill.due_on)
       order by customer_id, loan_id limit ${batchSize}`,
      [date, cursor.customerId, cursor.loanId],
    )
    const last = rows.at(-1)
    if (last === undefined) return moveCursor(trx, house, date, 'ageing', { done: 0, finished: true })
    await lockAccounts(trx, [...new Set(rows.map((row) => row.customer_id))])
    const moment = await momentOf(house, trx, 'end-of-day')
    await appendEvents(
      trx,
      moment,
      rows.map((row) => ({
        customerId: row.customer_id,
        kind: 'overdue-began',
        body: { loanId: row.loan_id, dueOn: date, owedFen: row.owed_fen.toString() },
      })),
    )
    return moveCursor(trx, house, date, 'ageing', {
      done: rows.length,
      finished: false,
      customerId: last.customer_id,
      loanId: last.loan_id,
    })
  })
}
