import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { postingsOf } from '@jieqing/domain/ledger/posting'
import { type Bill, billNextInstalment, type Loan } from '@jieqing/domain/loan/loan'
import { addFen } from '@jieqing/domain/money/fen'
import type { Moment } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, type NewEvent, postJournal } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'
import { readOpenLoans, writeLoans } from './store.ts'

/**
 * Bills every instalment of these customers that falls due on `through` or before; their accounts are locked. Customers with a
 * repayment on its way wait: it may count from a day before the due day, and is billed for with it (design 2.4). How many were billed.
 */
export async function billDueInstalments(
  house: House,
  trx: Transaction,
  moment: Moment,
  customerIds: readonly bigint[],
  through: CalendarDate,
): Promise<number> {
  const waiting = await trx.rows<{ customer_id: bigint }>(
    `select distinct r.customer_id from repayment r left join repayment_outcome o using (customer_id, repayment_id)
     where r.customer_id = any($1) and o.repayment_id is null`,
    [customerIds],
  )
  const wait = new Set(waiting.map((row) => row.customer_id))
  const loansOf = await readOpenLoans(
    house,
    trx,
    customerIds.filter((id) => !wait.has(id)),
  )
  const billed = [...loansOf].flatMap(([customerId, loans]) =>
    loans.flatMap((loan) => billLoan(customerId, loan, through)),
  )
  await insertRows(
    trx,
    'bill',
    billed.flatMap(({ customerId, before, bills }) =>
      bills.map((bill) => ({
        customer_id: customerId,
        loan_id: before.loanId,
        seq: bill.seq,
        due_on: bill.dueOn,
        principal_fen: bill.principalLeft,
        interest_fen: bill.interestLeft,
        billed_at: moment.at,
        principal_left_fen: bill.principalLeft,
        interest_left_fen: bill.interestLeft,
      })),
    ),
  )
  await writeLoans(
    trx,
    moment,
    through,
    billed.map(({ customerId, before, after }) => ({ customerId, before, after, ended: false })),
  )
  await postJournal(
    trx,
    moment,
    billed.flatMap(({ customerId, before, bills }) =>
      bills.flatMap((bill) =>
        postingsOf({
          kind: 'interest-billed',
          amount: bill.interestLeft,
          valueDate: bill.dueOn,
          loanId: before.loanId,
        }).map((posting) => ({ customerId, posting })),
      ),
    ),
  )
  await appendEvents(
    trx,
    moment,
    billed.flatMap(({ customerId, before, bills }) =>
      bills.flatMap((bill) => [
        {
          customerId,
          kind: 'billed',
          body: {
            loanId: before.loanId,
            seq: bill.seq,
            dueOn: bill.dueOn,
            principalFen: bill.principalLeft.toString(),
            interestFen: bill.interestLeft.toString(),
          },
        },
        // A bill that waited past its day for a repayment is late when it comes; its day's ageing did not see it.
        ...(bill.dueOn < moment.businessDate ? [overdueBegan(customerId, before.loanId, bill)] : []),
      ]),
    ),
  )
  return billed.reduce((count, one) => count + one.bills.length, 0)
}

/** Mission A9: a bill is late from the day after its due day. */
function overdueBegan(customerId: bigint, loanId: string, bill: Bill): NewEvent {
  const owed = addFen(bill.principalLeft, bill.interestLeft)
  return {
    customerId,
    kind: 'overdue-began',
    body: { loanId, dueOn: bill.dueOn, owedFen: owed.toString() },
  }
}

type Billed = {
  readonly customerId: bigint
  readonly before: Loan
  readonly after: Loan
  readonly bills: readonly Bill[]
}

/** More than one instalment only where days were missed. */
function billLoan(customerId: bigint, before: Loan, through: CalendarDate): readonly Billed[] {
  const bills: Bill[] = []
  let after = before
  while (after.nextDue !== undefined && after.nextDue <= through) {
    const next = billNextInstalment(after)
    if (next === undefined) break
    bills.push(next.bill)
    after = next.loan
  }
  return bills.length === 0 ? [] : [{ customerId, before, after, bills }]
}
