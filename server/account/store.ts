import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Transaction } from '../platform/database/pool.ts'

export type AccountRow = {
  readonly customerId: bigint
  readonly creditLineId: string | undefined
  readonly creditBalance: bigint
  readonly lastUsedOn: CalendarDate | undefined
}

/**
 * Locks the accounts of these customers, in id order, alone in its statement: what is read after it, in new statements, is current
 * (scale 7, "lock, then read"). Unknown customers are absent from the answer.
 */
export async function lockAccounts(
  trx: Transaction,
  customerIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, AccountRow>> {
  const rows = await trx.rows<{
    customer_id: bigint
    credit_line_id: string | null
    credit_balance_fen: bigint
    last_used_on: CalendarDate | null
  }>(
    `select customer_id, credit_line_id, credit_balance_fen, last_used_on from account
     where customer_id = any($1) order by customer_id for update`,
    [customerIds],
  )
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        customerId: row.customer_id,
        creditLineId: row.credit_line_id ?? undefined,
        creditBalance: row.credit_balance_fen,
        lastUsedOn: row.last_used_on ?? undefined,
      },
    ]),
  )
}

/** Moves credit balances by the given amounts; the accounts are locked. */
export async function moveCreditBalances(
  trx: Transaction,
  moves: readonly { readonly customerId: bigint; readonly by: bigint }[],
): Promise<void> {
  const wanted = moves.filter((move) => move.by !== 0n)
  if (wanted.length === 0) return
  await trx.rows(
    `update account set credit_balance_fen = credit_balance_fen + m.by
     from (select customer_id, sum(by)::bigint as by from unnest($1::bigint[], $2::bigint[]) as u(customer_id, by) group by 1) m
     where account.customer_id = m.customer_id`,
    [wanted.map((move) => move.customerId), wanted.map((move) => move.by)],
  )
}

/** Remembers the last use of the line, for dormancy. */
export async function markUsed(
  trx: Transaction,
  customerIds: readonly bigint[],
  on: CalendarDate,
): Promise<void> {
  if (customerIds.length === 0) return
  await trx.rows(
    'update account set last_used_on = greatest(last_used_on, $2::date) where customer_id = any($1)',
    [customerIds, on],
  )
}
