import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Bill, Fee, Loan } from '@jieqing/domain/loan/loan'
import { fen } from '@jieqing/domain/money/fen'
import type { FeeKind } from '@jieqing/domain/policy/product'
import type { Moment } from '../platform/command.ts'
import type { Queries, Transaction } from '../platform/database/pool.ts'
import { grouped } from '../platform/group.ts'
import { type House, productOf } from '../platform/house.ts'
import { insertRows, updateRows } from '../platform/rows.ts'

type LoanRow = {
  readonly customer_id: bigint
  readonly loan_id: string
  readonly product_code: string
  readonly product_version: number
  readonly rate_e8: bigint
  readonly rate_per: 'day' | 'month' | 'year'
  readonly drawn_on: CalendarDate
  readonly instalments: number
  readonly instalment_principal_fen: bigint
  readonly due_day: number
  readonly principal_fen: bigint
  readonly accrued_common: bigint
  readonly accrued_leap: bigint
  readonly accrued_to: CalendarDate
  readonly billed_instalments: number
  readonly next_due: CalendarDate | null
}

type BillRow = {
  readonly customer_id: bigint
  readonly loan_id: string
  readonly seq: number
  readonly due_on: CalendarDate
  readonly principal_left_fen: bigint
  readonly interest_left_fen: bigint
}

type FeeRow = {
  readonly customer_id: bigint
  readonly loan_id: string
  readonly fee_id: string
  readonly fee_kind: FeeKind
  readonly left_fen: bigint
}

const loanColumns = `customer_id, loan_id, product_code, product_version, rate_e8, rate_per, drawn_on, instalments,
  instalment_principal_fen, due_day, principal_fen, accrued_common, accrued_leap, accrued_to, billed_instalments, next_due`

/** The loans of these customers that have not ended, oldest first, each with its unpaid bills and fees. */
export async function readOpenLoans(
  house: House,
  db: Queries,
  customerIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, readonly Loan[]>> {
  const [loans, bills, fees] = await Promise.all([
    db.rows<LoanRow>(
      `select ${loanColumns} from loan where customer_id = any($1) and ended_on is null order by customer_id, drawn_on, loan_id`,
      [customerIds],
    ),
    db.rows<BillRow>(
      `select customer_id, loan_id, seq, due_on, principal_left_fen, interest_left_fen from bill
       where customer_id = any($1) and principal_left_fen + interest_left_fen > 0 order by customer_id, loan_id, due_on, seq`,
      [customerIds],
    ),
    db.rows<FeeRow>(
      `select customer_id, loan_id, fee_id, fee_kind, left_fen from fee
       where customer_id = any($1) and left_fen > 0 order by customer_id, loan_id, charged_at, fee_id`,
      [customerIds],
    ),
  ])
  const billsOf = grouped(bills, (bill) => bill.loan_id)
  const feesOf = grouped(fees, (fee) => fee.loan_id)
  const loansOf = grouped(loans, (loan) => loan.customer_id)
  return new Map(
    customerIds.map((id) => [
      id,
      (loansOf.get(id) ?? []).map((row) =>
        loanOf(house, row, billsOf.get(row.loan_id) ?? [], feesOf.get(row.loan_id) ?? []),
      ),
    ]),
  )
}

function loanOf(house: House, row: LoanRow, bills: readonly BillRow[], fees: readonly FeeRow[]): Loan {
  const product = productOf(house, row.product_code, row.product_version)
  return {
    loanId: row.loan_id,
    rate: { e8: row.rate_e8, per: row.rate_per },
    dayBasis: product.dayBasis,
    rounding: product.rounding,
    drawnOn: row.drawn_on,
    instalments: row.instalments,
    instalmentPrincipal: fen(row.instalment_principal_fen),
    dueDay: row.due_day,
    principal: fen(row.principal_fen),
    accrued: { common: row.accrued_common, leap: row.accrued_leap },
    accruedTo: row.accrued_to,
    billedInstalments: row.billed_instalments,
    nextDue: row.next_due ?? undefined,
    bills: bills.map(
      (bill): Bill => ({
        seq: bill.seq,
        dueOn: bill.due_on,
        principalLeft: fen(bill.principal_left_fen),
        interestLeft: fen(bill.interest_left_fen),
      }),
    ),
    fees: fees.map((fee): Fee => ({ feeId: fee.fee_id, kind: fee.fee_kind, left: fen(fee.left_fen) })),
  }
}

/** A loan's next state beside the one it was read in. */
export type LoanChange = {
  readonly customerId: bigint
  readonly before: Loan
  readonly after: Loan
  readonly ended: boolean
}

/** Writes where the history has led: the loan's cache, what bills and fees still ask for, and the end of loans that ended. */
export async function writeLoans(
  trx: Transaction,
  moment: Moment,
  valueDate: CalendarDate,
  changes: readonly LoanChange[],
) {
  await updateRows(
    trx,
    'loan',
    ['customer_id', 'loan_id'],
    [
      'principal_fen',
      'accrued_common',
      'accrued_leap',
      'accrued_to',
      'billed_instalments',
      'next_due',
      'ended_on',
    ],
    changes.map(({ customerId, after, ended }) => ({
      customer_id: customerId,
      loan_id: after.loanId,
      principal_fen: after.principal,
      accrued_common: ended ? 0n : after.accrued.common,
      accrued_leap: ended ? 0n : after.accrued.leap,
      accrued_to: after.accruedTo,
      billed_instalments: after.billedInstalments,
      next_due: ended ? null : (after.nextDue ?? null),
      ended_on: ended ? valueDate : null,
    })),
  )
  await updateRows(
    trx,
    'bill',
    ['customer_id', 'loan_id', 'seq'],
    ['principal_left_fen', 'interest_left_fen'],
    changes.flatMap(({ customerId, before, after }) =>
      before.bills.flatMap((bill) => {
        const now = after.bills.find((one) => one.seq === bill.seq)
        if (now?.principalLeft === bill.principalLeft && now.interestLeft === bill.interestLeft) return []
        return [
          {
            customer_id: customerId,
            loan_id: before.loanId,
            seq: bill.seq,
            principal_left_fen: now?.principalLeft ?? 0n,
            interest_left_fen: now?.interestLeft ?? 0n,
          },
        ]
      }),
    ),
  )
  await updateRows(
    trx,
    'fee',
    ['customer_id', 'fee_id'],
    ['left_fen'],
    changes.flatMap(({ customerId, before, after }) =>
      before.fees.flatMap((fee) => {
        const left = after.fees.find((one) => one.feeId === fee.feeId)?.left ?? 0n
        return left === fee.left ? [] : [{ customer_id: customerId, fee_id: fee.feeId, left_fen: left }]
      }),
    ),
  )
  await insertRows(
    trx,
    'loan_end',
    changes
      .filter((change) => change.ended)
      .map(({ customerId, after }) => ({
        customer_id: customerId,
        loan_id: after.loanId,
        business_date: moment.businessDate,
        value_date: valueDate,
        remainder_common: after.accrued.common,
        remainder_leap: after.accrued.leap,
        ended_at: moment.at,
      })),
  )
}
