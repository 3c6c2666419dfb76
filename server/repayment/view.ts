import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { yuan } from '@jieqing/domain/money/fen'
import type { PaymentJson } from '../http/schema.ts'
import type { Queries } from '../platform/database/pool.ts'

/** A repayment as its payer sees it: requested, paid and not yet posted, settled with its parts, or failed. */
export async function repaymentView(
  db: Queries,
  customerId: bigint,
  repaymentId: string,
): Promise<PaymentJson | undefined> {
  const [row, parts] = await Promise.all([
    db.maybe<{
      amount_fen: bigint
      requested_at: Date
      ask_channel_at: Date
      paid: boolean
      outcome: 'settled' | 'failed' | null
      failure_code: string | null
      settled_at: Date | null
    }>(
      `select r.amount_fen, r.requested_at, r.ask_channel_at, p.paid_at is not null as paid, o.outcome, o.failure_code, o.settled_at
       from repayment r left join repayment_outcome o using (customer_id, repayment_id)
       left join repayment_paid p using (customer_id, repayment_id)
       where r.customer_id = $1 and r.repayment_id = $2`,
      [customerId, repaymentId],
    ),
    db.rows<{ component: string; amount_fen: bigint }>(
      `select component, sum(amount_fen)::bigint as amount_fen from repayment_allocation
       where customer_id = $1 and repayment_id = $2 group by component`,
      [customerId, repaymentId],
    ),
  ])
  if (row === undefined) return undefined
  const part = (component: string) => yuan(parts.find((one) => one.component === component)?.amount_fen ?? 0n)
  return {
    id: repaymentId,
    currency: 'CNY',
    amount: yuan(row.amount_fen),
    state: row.outcome ?? (row.paid ? 'paid' : 'requested'),
    requestedAt: shanghaiTime(row.requested_at),
    ...(row.outcome === null ? { expectedBy: shanghaiTime(row.ask_channel_at) } : {}),
    ...(row.settled_at === null ? {} : { endedAt: shanghaiTime(row.settled_at) }),
    ...(row.failure_code === null ? {} : { failureCode: row.failure_code }),
    ...(row.outcome === 'settled'
      ? {
          allocation: {
            fees: part('fees'),
            penalty: part('penalty'),
            interest: part('interest'),
            principal: part('principal'),
            overpaid: part('overpaid'),
          },
        }
      : {}),
  }
}
