import { shanghaiInstant } from '@jieqing/domain/calendar/date'
import { remainingSchedule } from '@jieqing/domain/loan/loan'
import { readOpenLoans } from '../loan/store.ts'
import type { Queries } from '../platform/database/pool.ts'
import type { House } from '../platform/house.ts'
import { readUnposted } from '../repayment/store.ts'

export type PastEvent = {
  readonly seq: bigint
  readonly at: Date
  readonly kind: string
  readonly actor: 'borrower' | 'lender' | 'channel'
  readonly body: Readonly<Record<string, unknown>>
}

/** L1: what has happened, newest first, before `before` in the customer's own numbering. */
export async function readPast(
  db: Queries,
  customerId: bigint,
  before: bigint | undefined,
  limit: number,
): Promise<readonly PastEvent[]> {
  const rows = await db.rows<{
    seq: bigint
    at: Date
    kind: string
    actor: string
    body: Readonly<Record<string, unknown>>
  }>(
    `select seq, at, kind, actor, body from event where customer_id = $1 and seq < coalesce($2::bigint, 9223372036854775807)
     order by seq desc limit $3`,
    [customerId, before ?? null, limit],
  )
  return rows.map((row) => ({ ...row, actor: actorOf(row.actor) }))
}

function actorOf(actor: string): PastEvent['actor'] {
  return actor === 'borrower' || actor === 'channel' ? actor : 'lender'
}

export type Ahead = {
  readonly at: Date
  readonly kind: 'instalment-due' | 'repayment-posts' | 'obligation-due'
  /** Who has to act. */
  readonly owner: 'borrower' | 'lender' | 'channel'
  readonly late: boolean
  readonly body: Readonly<Record<string, unknown>>
}

/** L1: what will happen and who owes it: instalments, money on its way, and the lender's promises after a closing. Earliest first. */
export async function readAhead(house: House, db: Queries, customerId: bigint): Promise<readonly Ahead[]> {
  const now = house.clock.business()
  const [loansOf, unposted, obligations] = await Promise.all([
    readOpenLoans(house, db, [customerId]),
    readUnposted(db, customerId),
    db.rows<{ code: string; owner: 'lender' | 'channel'; due_at: Date }>(
      `select o.code, o.owner, o.due_at from obligation o left join obligation_performance p using (customer_id, obligation_id)
       where o.customer_id = $1 and p.obligation_id is null order by o.due_at, o.obligation_id`,
      [customerId],
    ),
  ])
  const instalments = (loansOf.get(customerId) ?? []).flatMap((loan) =>
    remainingSchedule(loan).map((bill): Ahead => {
      const at = shanghaiInstant(bill.dueOn)
      return {
        at,
        kind: 'instalment-due',
        owner: 'borrower',
        late: bill.dueOn < house.today(),
        body: {
          loanId: loan.loanId,
          seq: bill.seq,
          dueOn: bill.dueOn,
          principalFen: bill.principalLeft.toString(),
          interestFen: bill.interestLeft.toString(),
        },
      }
    }),
  )
  const posting = unposted.map(
    (one): Ahead => ({
      at: one.expectedBy,
      kind: 'repayment-posts',
      owner: 'channel',
      late: one.expectedBy < now,
      body: { repaymentId: one.id, amountFen: one.amount.toString() },
    }),
  )
  const promises = obligations.map(
    (one): Ahead => ({
      at: one.due_at,
      kind: 'obligation-due',
      owner: one.owner,
      late: one.due_at < now,
      body: { code: one.code },
    }),
  )
  return [...instalments, ...posting, ...promises].sort((a, b) => a.at.getTime() - b.at.getTime())
}
