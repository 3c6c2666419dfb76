import type { InTransit } from '@jieqing/domain/closure/blockers'
import { postingsOf } from '@jieqing/domain/ledger/posting'
import { fen } from '@jieqing/domain/money/fen'
import { moveCreditBalances } from '../account/store.ts'
import { isCardBound } from '../card/bind.ts'
import { type Command, perform, type Reply } from '../platform/command.ts'
import type { Queries } from '../platform/database/pool.ts'
import { appendEvents, askAt, postJournal, queue } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'

/** A6: pays the whole credit balance back to a bound card. From here on it is under way and no longer the customer's balance with us. */
export function requestRefund(
  house: House,
  command: Command,
  wish: { readonly refundId: string; readonly cardId: string },
): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const { customerId } = command
    if (!(await isCardBound(trx, customerId, wish.cardId))) throw new Problem('not-found')
    if (account.creditBalance === 0n)
      throw new Problem('refund-refused', { reasons: [{ code: 'no-credit-balance' }] })
    const known = await trx.maybe('select from channel_reference where reference = $1', [wish.refundId])
    if (known !== undefined) throw new Problem('id-in-use')
    const amount = account.creditBalance
    await insertRows(trx, 'refund', [
      {
        customer_id: customerId,
        refund_id: wish.refundId,
        card_id: wish.cardId,
        amount_fen: amount,
        requested_at: moment.at,
      },
    ])
    await insertRows(trx, 'channel_reference', [
      { reference: wish.refundId, customer_id: customerId, kind: 'refund' },
    ])
    await moveCreditBalances(trx, [{ customerId, by: -amount }])
    await postJournal(
      trx,
      moment,
      postingsOf({ kind: 'refund-requested', amount, valueDate: moment.today }).map((posting) => ({
        customerId,
        posting,
      })),
    )
    await queue(trx, moment, [
      { customerId, task: 'submit-refund', subjectId: wish.refundId },
      {
        customerId,
        task: 'ask-payment',
        subjectId: wish.refundId,
        dueAt: askAt(moment, house.policy.clearingMinutes),
      },
    ])
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'refund-requested',
        body: { refundId: wish.refundId, amountFen: amount.toString() },
      },
    ])
    return { status: 201, body: { refundId: wish.refundId } }
  })
}

/** Refunds without an outcome. */
export async function readRefundsInFlight(db: Queries, customerId: bigint): Promise<readonly InTransit[]> {
  const rows = await db.rows<{ refund_id: string; amount_fen: bigint; requested_at: Date }>(
    `select refund_id, amount_fen, requested_at from refund left join refund_outcome o using (customer_id, refund_id)
     where customer_id = $1 and o.refund_id is null order by requested_at, refund_id`,
    [customerId],
  )
  return rows.map((row) => ({ id: row.refund_id, amount: fen(row.amount_fen), expectedBy: row.requested_at }))
}
