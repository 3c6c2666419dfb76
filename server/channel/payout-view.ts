import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { yuan } from '@jieqing/domain/money/fen'
import type { PaymentJson } from '../http/schema.ts'
import type { Queries } from '../platform/database/pool.ts'

/** How money on its way to the customer stands: requested, paid out, or failed with the channel's code. */
export async function payoutView(
  db: Queries,
  kind: 'drawdown' | 'refund',
  customerId: bigint,
  id: string,
): Promise<PaymentJson | undefined> {
  const row = await db.maybe<{
    amount_fen: bigint
    requested_at: Date
    outcome: 'paid-out' | 'failed' | null
    failure_code: string | null
    occurred_at: Date | null
  }>(
    `select amount_fen, requested_at, outcome, failure_code, occurred_at
     from ${kind} left join ${kind}_outcome using (customer_id, ${kind}_id) where customer_id = $1 and ${kind}_id = $2`,
    [customerId, id],
  )
  if (row === undefined) return undefined
  return {
    id,
    currency: 'CNY',
    amount: yuan(row.amount_fen),
    state: row.outcome ?? 'requested',
    requestedAt: shanghaiTime(row.requested_at),
    ...(row.occurred_at === null ? {} : { endedAt: shanghaiTime(row.occurred_at) }),
    ...(row.failure_code === null ? {} : { failureCode: row.failure_code }),
  }
}
