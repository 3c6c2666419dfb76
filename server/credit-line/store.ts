import { type Fen, fen } from '@jieqing/domain/money/fen'
import type { Queries } from '../platform/database/pool.ts'

export type LineBlock = { readonly blockId: string; readonly reason: 'over-limit' | 'frozen' | 'run-off' }

export type CreditLine = {
  readonly creditLineId: string
  readonly productCode: string
  readonly productVersion: number
  readonly rateE8: bigint
  readonly limit: Fen
  readonly openedAt: Date
  readonly endedAt: Date | undefined
  readonly blocks: readonly LineBlock[]
}

/** The newest line of a customer, ended or not, with its limit and the blocks in force. */
export async function readLine(db: Queries, customerId: bigint): Promise<CreditLine | undefined> {
  const row = await db.maybe<{
    credit_line_id: string
    product_code: string
    product_version: number
    rate_e8: bigint
    limit_fen: bigint
    opened_at: Date
    ended_at: Date | null
    blocks: readonly LineBlock[]
  }>(
    `select l.credit_line_id, l.product_code, l.product_version, l.rate_e8, l.opened_at, e.ended_at,
            (select limit_fen from credit_line_limit m where m.customer_id = l.customer_id and m.credit_line_id = l.credit_line_id
             order by seq desc limit 1) as limit_fen,
            coalesce((select json_agg(json_build_object('blockId', b.block_id, 'reason', b.reason) order by b.since, b.block_id)
             from credit_line_block b left join credit_line_block_end x using (customer_id, block_id)
             where b.customer_id = l.customer_id and b.credit_line_id = l.credit_line_id and x.block_id is null), '[]') as blocks
     from credit_line l left join credit_line_end e using (customer_id, credit_line_id)
     where l.customer_id = $1 order by (e.ended_at is null) desc, l.opened_at desc limit 1`,
    [customerId],
  )
  if (row === undefined) return undefined
  return {
    creditLineId: row.credit_line_id,
    productCode: row.product_code,
    productVersion: row.product_version,
    rateE8: row.rate_e8,
    limit: fen(row.limit_fen),
    openedAt: row.opened_at,
    endedAt: row.ended_at ?? undefined,
    blocks: row.blocks,
  }
}

export type OpenInvitation = {
  readonly invitationId: string
  readonly productCode: string
  readonly limit: Fen
  readonly rateE8: bigint
  readonly expiresAt: Date
  readonly used: boolean
}

/** The newest invitation of a customer. */
export async function readInvitation(db: Queries, customerId: bigint): Promise<OpenInvitation | undefined> {
  const row = await db.maybe<{
    invitation_id: string
    product_code: string
    limit_fen: bigint
    rate_e8: bigint
    expires_at: Date
    used: boolean
  }>(
    `select i.invitation_id, i.product_code, i.limit_fen, i.rate_e8, i.expires_at, l.credit_line_id is not null as used
     from invitation i left join credit_line l on l.customer_id = i.customer_id and l.invitation_id = i.invitation_id
     where i.customer_id = $1 order by i.invited_at desc, i.invitation_id limit 1`,
    [customerId],
  )
  if (row === undefined) return undefined
  return {
    invitationId: row.invitation_id,
    productCode: row.product_code,
    limit: fen(row.limit_fen),
    rateE8: row.rate_e8,
    expiresAt: row.expires_at,
    used: row.used,
  }
}
