import { type CalendarDate, shanghaiDate } from '@jieqing/domain/calendar/date'
import type { Loan } from '@jieqing/domain/loan/loan'
import { addFen, fen } from '@jieqing/domain/money/fen'
import { postRepayment } from '@jieqing/domain/repayment/post'
import { markUsed, moveCreditBalances } from '../account/store.ts'
import { readLine } from '../credit-line/store.ts'
import { billDueInstalments } from '../loan/bill.ts'
import { type LoanChange, readOpenLoans, writeLoans } from '../loan/store.ts'
import type { Moment } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, postJournal } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'

/** What the channel has finally said of a repayment. `paidAt` is when the payer's money was taken: the value date is of that day. */
export type RepaymentResult = {
  readonly customerId: bigint
  readonly repaymentId: string
  readonly outcome: 'settled' | 'failed'
  readonly failureCode?: string
  readonly channelReference?: string
  readonly at: Date
  readonly paidAt?: Date
}

type RepaymentRow = {
  readonly customer_id: bigint
  readonly repayment_id: string
  readonly amount_fen: bigint
  readonly loan_id: string | null
  readonly quote_id: string | null
  readonly requested_at: Date
  readonly done: boolean
  readonly paid_at: Date | null
}

/**
 * Posts a set of results, at most one a customer; the accounts are locked (design 1). A result for a repayment that already has an
 * outcome changes nothing. A settled one goes to the loans by the waterfall, and what is over becomes a credit balance.
 */
export async function settleRepayments(
  house: House,
  trx: Transaction,
  moment: Moment,
  results: readonly RepaymentResult[],
): Promise<void> {
  const rows = await trx.rows<RepaymentRow>(
    `select r.customer_id, r.repayment_id, r.amount_fen, r.loan_id, r.quote_id, r.requested_at,
            o.repayment_id is not null as done, p.paid_at
     from unnest($1::bigint[], $2::uuid[]) as wanted(customer_id, repayment_id)
     join repayment r using (customer_id, repayment_id)
     left join repayment_outcome o using (customer_id, repayment_id)
     left join repayment_paid p using (customer_id, repayment_id)`,
    [results.map((result) => result.customerId), results.map((result) => result.repaymentId)],
  )
  const rowOf = new Map(rows.map((row) => [row.repayment_id, row]))
  const fresh = results.flatMap((result) => {
    const row = rowOf.get(result.repaymentId)
    return row === undefined || row.done ? [] : [{ result, row, valueDate: valueDateOf(result, row) }]
  })
  await insertRows(
    trx,
    'repayment_outcome',
    fresh.map(({ result, valueDate }) => ({
      customer_id: result.customerId,
      repayment_id: result.repaymentId,
      outcome: result.outcome,
      failure_code: result.failureCode ?? null,
      channel_reference: result.channelReference ?? null,
      settled_at: result.at,
      value_date: valueDate,
      recorded_at: moment.at,
    })),
  )
  const failed = fresh.filter(({ result }) => result.outcome === 'failed')
  await appendEvents(
    trx,
    moment,
    failed.map(({ result, row }) => ({
      customerId: result.customerId,
      kind: 'repayment-failed',
      body: {
        repaymentId: result.repaymentId,
        amountFen: row.amount_fen.toString(),
        failureCode: result.failureCode,
      },
    })),
  )
  const settled = fresh.filter(({ result }) => result.outcome === 'settled')
  const loansOf = await readOpenLoans(
    house,
    trx,
    settled.map(({ result }) => result.customerId),
  )
  for (const { result, row, valueDate } of settled) {
    const loans = preferred(loansOf.get(result.customerId) ?? [], row.loan_id)
    await postOne(house, trx, moment, result, row, valueDate, loans)
  }
  // What the end of day left unbilled because of these repayments is billed now.
  const customers = fresh.map(({ result }) => result.customerId)
  if (customers.length > 0) await billDueInstalments(house, trx, moment, customers, moment.businessDate)
}

/**
 * Money taken on a day counts from that day, however late the channel settles. Where the channel settles without having said when it
 * took the money (it may say so later, or never), the day of the request counts: the borrower never pays for the channel's silence.
 */
function valueDateOf(result: RepaymentResult, row: RepaymentRow): CalendarDate {
  return shanghaiDate(row.paid_at ?? result.paidAt ?? row.requested_at)
}

function preferred(loans: readonly Loan[], loanId: string | null): readonly Loan[] {
  return [
    ...loans.filter((loan) => loan.loanId === loanId),
    ...loans.filter((loan) => loan.loanId !== loanId),
  ]
}

async function postOne(
  house: House,
  trx: Transaction,
  moment: Moment,
  result: RepaymentResult,
  row: RepaymentRow,
  valueDate: CalendarDate,
  loans: readonly Loan[],
): Promise<void> {
  const { customerId, repaymentId } = result
  const posted = postRepayment(loans, fen(row.amount_fen), valueDate, house.policy.principalFirstAfterDays)
  const changes: readonly LoanChange[] = posted.loans.map((after, index) => ({
    customerId,
    before: loans[index] ?? after,
    after,
    ended: posted.endedLoanIds.includes(after.loanId),
  }))
  await writeLoans(trx, moment, valueDate, changes)
  await insertRows(
    trx,
    'repayment_allocation',
    posted.allocations.map((part, index) => ({
      customer_id: customerId,
      repayment_id: repaymentId,
      line: index + 1,
      loan_id: part.component === 'overpaid' ? null : part.loanId,
      bill_seq: part.component === 'overpaid' ? null : (part.billSeq ?? null),
      fee_id: part.component === 'overpaid' ? null : (part.feeId ?? null),
      component: part.component,
      amount_fen: part.amount,
    })),
  )
  await postJournal(
    trx,
    moment,
    posted.postings.map((posting) => ({ customerId, posting })),
  )
  await moveCreditBalances(trx, [{ customerId, by: posted.overpaid }])
  await markUsed(trx, [customerId], valueDate)
  await appendEvents(trx, moment, [
    {
      customerId,
      kind: 'repayment-posted',
      body: {
        repaymentId,
        amountFen: row.amount_fen.toString(),
        valueDate,
        feesFen: sum(posted.allocations, 'fees'),
        interestFen: sum(posted.allocations, 'interest'),
        principalFen: sum(posted.allocations, 'principal'),
        overpaidFen: sum(posted.allocations, 'overpaid'),
      },
    },
    ...posted.endedLoanIds.map((loanId) => ({
      customerId,
      kind: 'loan-paid-off',
      body: { loanId, on: valueDate },
    })),
  ])
  await liftOverLimit(trx, moment, customerId, posted.loans)
}

function sum(
  parts: readonly { readonly component: string; readonly amount: bigint }[],
  component: string,
): string {
  return addFen(...parts.filter((part) => part.component === component).map((part) => part.amount)).toString()
}

/** A line that was imported over its limit may be drawn again once a repayment has brought it within. */
async function liftOverLimit(
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  loans: readonly Loan[],
): Promise<void> {
  const line = await readLine(trx, customerId)
  const over = line?.blocks.filter((block) => block.reason === 'over-limit') ?? []
  if (line === undefined || over.length === 0 || addFen(...loans.map((loan) => loan.principal)) > line.limit)
    return
  await insertRows(
    trx,
    'credit_line_block_end',
    over.map((block) => ({
      customer_id: customerId,
      block_id: block.blockId,
      ended_at: moment.at,
      actor: moment.actor,
    })),
  )
  await appendEvents(trx, moment, [
    { customerId, kind: 'over-limit-ended', body: { limitFen: line.limit.toString() } },
  ])
}
