import { randomUUID } from 'node:crypto'
import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { postingsOf } from '@jieqing/domain/ledger/posting'
import { addToDirectory } from '../customer/create.ts'
import { type Moment, momentOf } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, postJournal } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'
import type { Layout } from './layout.ts'
import { type Month, monthBefore } from './month.ts'
import { type Opening, openingOf } from './opening.ts'
import type { BookLine } from './row.ts'

/** What every batch of one import shares. */
export type ImportTerms = {
  readonly importId: string
  readonly layout: Layout
  readonly asOf: Month
  /** The business date on which the import began: value date, and the day from which interest counts. */
  readonly on: CalendarDate
}

type NewLine = {
  readonly line: BookLine
  readonly opening: Opening
  readonly customerId: bigint
  readonly creditLineId: string
  readonly loanId: string
}

/**
 * Makes a customer with a line of each row, as sets, in the caller's transaction: a batch is there whole or not at all. All rows that it
 * writes carry the import's id as their command.
 */
export async function writeLines(
  house: House,
  trx: Transaction,
  terms: ImportTerms,
  lines: readonly BookLine[],
): Promise<void> {
  if (lines.length === 0) return
  const moment: Moment = { ...(await momentOf(house, trx, 'book-import')), commandId: terms.importId }
  const customers = await addToDirectory(trx, house.cellName, lines.length)
  const added = lines.map((line, index): NewLine => {
    const customer = customers[index]
    if (customer === undefined) throw new Error('the directory gave too few ids')
    return {
      line,
      opening: openingOf(line, terms.layout, terms.asOf, terms.on),
      customerId: customer.customerId,
      creditLineId: randomUUID(),
      loanId: randomUUID(),
    }
  })
  await Promise.all([
    ...writeAccounts(trx, moment, terms, added),
    ...writeMoney(trx, moment, terms, added),
    ...writeOrigin(trx, terms, added),
    appendEvents(trx, moment, added.map(importedEvent(terms))),
  ])
}

function writeAccounts(
  trx: Transaction,
  moment: Moment,
  { layout }: ImportTerms,
  added: readonly NewLine[],
): readonly Promise<void>[] {
  return [
    insertRows(
      trx,
      'account',
      added.map(({ customerId, creditLineId, opening }) => ({
        customer_id: customerId,
        opened_at: moment.at,
        credit_line_id: creditLineId,
        credit_balance_fen: opening.creditBalance,
        last_used_on: opening.lastUsedOn ?? null,
      })),
    ),
    insertRows(
      trx,
      'credit_line',
      added.map(({ customerId, creditLineId }) => ({
        customer_id: customerId,
        credit_line_id: creditLineId,
        product_code: layout.product,
        product_version: layout.productVersion,
        rate_e8: layout.dailyRateE8,
        opened_at: moment.at,
        origin: 'import',
      })),
    ),
    insertRows(
      trx,
      'credit_line_limit',
      added.map(({ customerId, creditLineId, line }) => ({
        customer_id: customerId,
        credit_line_id: creditLineId,
        seq: 1,
        limit_fen: line.limit,
        since: moment.at,
        actor: moment.actor,
        reason: 'imported',
      })),
    ),
    insertRows(
      trx,
      'agreement',
      added.map(({ customerId, creditLineId }) => ({
        customer_id: customerId,
        agreement_id: randomUUID(),
        credit_line_id: creditLineId,
        text_version: layout.agreement,
        accepted_at: moment.at,
      })),
    ),
    insertRows(
      trx,
      'credit_line_block',
      added
        .filter(({ opening }) => opening.overLimit)
        .map(({ customerId, creditLineId }) => ({
          customer_id: customerId,
          block_id: randomUUID(),
          credit_line_id: creditLineId,
          reason: 'over-limit',
          since: moment.at,
          actor: moment.actor,
        })),
    ),
  ]
}

function writeMoney(
  trx: Transaction,
  moment: Moment,
  { layout, on }: ImportTerms,
  added: readonly NewLine[],
): readonly Promise<void>[] {
  const loans = added.flatMap((one) =>
    one.opening.loan === undefined ? [] : [{ ...one, loan: one.opening.loan }],
  )
  return [
    insertRows(
      trx,
      'loan',
      loans.map(({ customerId, creditLineId, loanId, loan }) => ({
        customer_id: customerId,
        loan_id: loanId,
        credit_line_id: creditLineId,
        drawdown_id: null,
        product_code: layout.product,
        product_version: layout.productVersion,
        rate_e8: layout.dailyRateE8,
        rate_per: 'day',
        drawn_on: on,
        drawn_fen: loan.principal,
        instalments: layout.instalments,
        instalment_principal_fen: loan.instalmentPrincipal,
        due_day: layout.dueDay,
        principal_fen: loan.principal,
        accrued_common: 0n,
        accrued_leap: 0n,
        accrued_to: on,
        billed_instalments: 0,
        next_due: loan.nextDue ?? null,
      })),
    ),
    insertRows(
      trx,
      'bill',
      loans.flatMap(({ customerId, loanId, loan: { lateBill } }) =>
        lateBill === undefined
          ? []
          : [
              {
                customer_id: customerId,
                loan_id: loanId,
                seq: 0,
                due_on: lateBill.dueOn,
                principal_fen: lateBill.principal,
                interest_fen: 0n,
                billed_at: moment.at,
                principal_left_fen: lateBill.principal,
                interest_left_fen: 0n,
              },
            ],
      ),
    ),
    postJournal(
      trx,
      moment,
      added.flatMap(({ customerId, loanId, opening }) =>
        [
          ...postingsOf(
            { kind: 'book-principal', amount: opening.loan?.principal ?? 0n, valueDate: on, loanId },
            { kind: 'book-credit-balance', amount: opening.creditBalance, valueDate: on },
          ),
        ].map((posting) => ({ customerId, posting })),
      ),
    ),
  ]
}

/** Where each line came from, and the months that the file had of it. */
function writeOrigin(
  trx: Transaction,
  { importId, asOf }: ImportTerms,
  added: readonly NewLine[],
): readonly Promise<void>[] {
  return [
    insertRows(
      trx,
      'imported_line',
      added.map(({ customerId, creditLineId, line }) => ({
        customer_id: customerId,
        import_id: importId,
        source_row: line.row,
        source_key: line.key,
        credit_line_id: creditLineId,
      })),
    ),
    insertRows(
      trx,
      'imported_month',
      added.flatMap(({ customerId, line }) =>
        line.months.map(({ bill, paid, status }, index) => ({
          customer_id: customerId,
          month: monthBefore(asOf, index),
          bill_fen: bill,
          paid_fen: paid,
          status,
        })),
      ),
    ),
  ]
}

function importedEvent({ importId, layout, asOf }: ImportTerms) {
  return ({ customerId, creditLineId, line, opening }: NewLine) => ({
    customerId,
    kind: 'book-imported',
    body: {
      importId,
      layout: layout.name,
      asOf,
      creditLineId,
      limitFen: line.limit.toString(),
      principalFen: (opening.loan?.principal ?? 0n).toString(),
      creditBalanceFen: opening.creditBalance.toString(),
      overLimit: opening.overLimit,
    },
  })
}
