import { addDays, shanghaiInstant } from '@jieqing/domain/calendar/date'
import { debtOn } from '@jieqing/domain/closure/blockers'
import { owedOn, totalOwed } from '@jieqing/domain/loan/loan'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import { readOpenLoans } from '../loan/store.ts'
import { type Command, perform, type Reply } from '../platform/command.ts'
import type { Queries } from '../platform/database/pool.ts'
import { appendEvents } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem, type Reason } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { readUnposted } from './store.ts'

/**
 * F1: what pays everything off, to the fen, until the end of the day in Shanghai: money taken by then is valued on this day, however
 * late the channel settles. Refused while an earlier repayment is not posted, since its amount would be asked for twice.
 */
export function requestQuote(house: House, command: Command, quoteId: string): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const { customerId } = command
    const [unposted, loansOf, known] = await Promise.all([
      readUnposted(trx, customerId),
      readOpenLoans(house, trx, [customerId]),
      trx.maybe('select from payoff_quote where customer_id = $1 and quote_id = $2', [customerId, quoteId]),
    ])
    const loans = loansOf.get(customerId) ?? []
    const owed = totalOwed(debtOn(loans, moment.today))
    const reasons: readonly (Reason | false)[] = [
      account.creditLineId === undefined && { code: 'line-missing' },
      ...unposted.map((one) => ({
        code: 'repayment-unposted',
        amount: one.amount,
        clearsAt: one.expectedBy,
      })),
      owed === 0n && { code: 'nothing-owed' },
    ]
    const refusals = reasons.filter((reason) => reason !== false)
    if (refusals.length > 0) throw new Problem('quote-refused', { reasons: refusals })
    if (known !== undefined) throw new Problem('id-in-use')
    const validUntil = shanghaiInstant(addDays(moment.today, 1))
    await insertRows(trx, 'payoff_quote', [
      {
        customer_id: customerId,
        quote_id: quoteId,
        credit_line_id: account.creditLineId,
        amount_fen: owed,
        quoted_at: moment.at,
        valid_until: validUntil,
      },
    ])
    await insertRows(
      trx,
      'payoff_quote_part',
      loans.flatMap((loan) =>
        Object.entries(owedOn(loan, moment.today))
          .filter(([, amount]) => amount > 0n)
          .map(([component, amount]) => ({
            customer_id: customerId,
            quote_id: quoteId,
            loan_id: loan.loanId,
            component,
            amount_fen: amount,
          })),
      ),
    )
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'payoff-quoted',
        body: { quoteId, amountFen: owed.toString(), validUntil: validUntil.toISOString() },
      },
    ])
    return { status: 201, body: { quoteId } }
  })
}

export type Quote = {
  readonly quoteId: string
  readonly amount: Fen
  readonly quotedAt: Date
  readonly validUntil: Date
  readonly state: 'standing' | 'void' | 'expired' | 'paid'
  readonly parts: readonly { readonly loanId: string; readonly component: string; readonly amount: Fen }[]
}

/** A quote as it stands at `at`: paid, expired, or void because more was drawn since. */
export async function readQuote(
  db: Queries,
  customerId: bigint,
  quoteId: string,
  at: Date,
): Promise<Quote | undefined> {
  const [row, parts] = await Promise.all([
    db.maybe<{ amount_fen: bigint; quoted_at: Date; valid_until: Date; drawn_since: boolean; paid: boolean }>(
      `select amount_fen, quoted_at, valid_until,
              exists (select from drawdown d where d.customer_id = q.customer_id and d.requested_at > q.quoted_at) as drawn_since,
              exists (select from repayment r join repayment_outcome o using (customer_id, repayment_id)
                      where r.customer_id = q.customer_id and r.quote_id = q.quote_id and o.outcome = 'settled') as paid
       from payoff_quote q where customer_id = $1 and quote_id = $2`,
      [customerId, quoteId],
    ),
    db.rows<{ loan_id: string; component: string; amount_fen: bigint }>(
      `select loan_id, component, amount_fen from payoff_quote_part where customer_id = $1 and quote_id = $2
       order by loan_id, component`,
      [customerId, quoteId],
    ),
  ])
  if (row === undefined) return undefined
  return {
    quoteId,
    amount: fen(row.amount_fen),
    quotedAt: row.quoted_at,
    validUntil: row.valid_until,
    state: row.paid ? 'paid' : row.drawn_since ? 'void' : row.valid_until <= at ? 'expired' : 'standing',
    parts: parts.map((part) => ({
      loanId: part.loan_id,
      component: part.component,
      amount: fen(part.amount_fen),
    })),
  }
}

/** The end of the last quote that still stands; while one does, nothing new may be charged (F1). */
export async function standingQuoteUntil(
  db: Queries,
  customerId: bigint,
  at: Date,
): Promise<Date | undefined> {
  const row = await db.maybe<{ until: Date | null }>(
    'select max(valid_until) as until from payoff_quote where customer_id = $1 and valid_until > $2',
    [customerId, at],
  )
  return row?.until ?? undefined
}
