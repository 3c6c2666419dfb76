import { isCardBound } from '../card/bind.ts'
import { type Command, perform, type Reply } from '../platform/command.ts'
import type { Queries } from '../platform/database/pool.ts'
import { appendEvents, queue } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'

/** A8: lets instalments be debited from a card. One mandate in force a card. */
export function signMandate(
  house: House,
  command: Command,
  wish: { readonly mandateId: string; readonly cardId: string },
): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const { customerId } = command
    if (!(await isCardBound(trx, customerId, wish.cardId))) throw new Problem('not-found')
    const active = await readActiveMandates(trx, customerId)
    const reasons = [
      account.creditLineId === undefined && 'line-missing',
      active.some((mandate) => mandate.cardId === wish.cardId) && 'mandate-in-force',
    ].filter((code) => code !== false)
    if (reasons.length > 0)
      throw new Problem('mandate-refused', { reasons: reasons.map((code) => ({ code })) })
    const known = await trx.maybe('select from channel_reference where reference = $1', [wish.mandateId])
    if (known !== undefined) throw new Problem('id-in-use')
    await insertRows(trx, 'mandate', [
      { customer_id: customerId, mandate_id: wish.mandateId, card_id: wish.cardId, signed_at: moment.at },
    ])
    await insertRows(trx, 'channel_reference', [
      { reference: wish.mandateId, customer_id: customerId, kind: 'mandate' },
    ])
    await queue(trx, moment, [{ customerId, task: 'sign-mandate', subjectId: wish.mandateId }])
    await appendEvents(trx, moment, [
      { customerId, kind: 'mandate-signed', body: { mandateId: wish.mandateId, cardId: wish.cardId } },
    ])
    return { status: 201, body: { mandateId: wish.mandateId } }
  })
}

export type ActiveMandate = { readonly mandateId: string; readonly cardId: string }

/** Mandates under which a debit may still be made. */
export async function readActiveMandates(db: Queries, customerId: bigint): Promise<readonly ActiveMandate[]> {
  const rows = await db.rows<{ mandate_id: string; card_id: string }>(
    `select mandate_id, card_id from mandate left join mandate_end e using (customer_id, mandate_id)
     where customer_id = $1 and e.mandate_id is null order by signed_at, mandate_id`,
    [customerId],
  )
  return rows.map((row) => ({ mandateId: row.mandate_id, cardId: row.card_id }))
}
