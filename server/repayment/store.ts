import type { InTransit } from '@jieqing/domain/closure/blockers'
import { fen } from '@jieqing/domain/money/fen'
import type { Queries } from '../platform/database/pool.ts'

export type Unposted = InTransit & { readonly mandateId: string | undefined }

/** Repayments and debits without an outcome: on their way, whatever the channel has said so far (mission A10). */
export async function readUnposted(db: Queries, customerId: bigint): Promise<readonly Unposted[]> {
  const rows = await db.rows<{
    repayment_id: string
    mandate_id: string | null
    amount_fen: bigint
    ask_channel_at: Date
  }>(
    `select r.repayment_id, r.mandate_id, r.amount_fen, r.ask_channel_at
     from repayment r left join repayment_outcome o using (customer_id, repayment_id)
     where r.customer_id = $1 and o.repayment_id is null order by r.requested_at, r.repayment_id`,
    [customerId],
  )
  return rows.map((row) => ({
    id: row.repayment_id,
    amount: fen(row.amount_fen),
    expectedBy: row.ask_channel_at,
    mandateId: row.mandate_id ?? undefined,
  }))
}
