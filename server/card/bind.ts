import { yearOf } from '@jieqing/domain/calendar/date'
import { type CardToken, cardTokenOrNone } from '../connectors/channel/port.ts'
import { type Command, perform, type Reply } from '../platform/command.ts'
import type { Queries } from '../platform/database/pool.ts'
import { appendEvents } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import type { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'

/** Binds a card by the token that the channel's own card page gave; a card number never comes here. The same id again is no second card. */
export async function bindCard(
  house: House,
  command: Command,
  card: { readonly cardId: string; readonly bankCode: string; readonly token: Personal<string> },
): Promise<Reply> {
  const at = house.clock.business()
  const place = placeOf(command.customerId, card.cardId)
  const year = yearOf(house.today())
  const sealed = await house.keyRing.seal(card.token, 'payment-instrument', year, place)
  return perform(house, command, async (trx, moment) => {
    const key = { customer_id: command.customerId, card_id: card.cardId }
    const known = await trx.maybe('select from bound_card where customer_id = $1 and card_id = $2', [
      command.customerId,
      card.cardId,
    ])
    if (known !== undefined) throw new Problem('id-in-use')
    await insertRows(trx, 'bound_card', [{ ...key, bank_code: card.bankCode, bound_at: at }])
    await insertRows(trx, 'personal_field', [
      {
        customer_id: command.customerId,
        field: 'card-token',
        record_id: card.cardId,
        key_id: sealed.keyId,
        ciphertext: sealed.ciphertext,
        recorded_at: at,
      },
    ])
    await appendEvents(trx, moment, [
      {
        customerId: command.customerId,
        kind: 'card-bound',
        body: { cardId: card.cardId, bankCode: card.bankCode },
      },
    ])
    return { status: 201, body: { cardId: card.cardId } }
  })
}

/** The channel's token of a bound card, for an order that is about to leave. A destroyed key answers `undefined`. */
export async function cardTokenOf(
  house: House,
  db: Queries,
  customerId: bigint,
  cardId: string,
): Promise<CardToken | undefined> {
  const row = await db.maybe<{ key_id: string; ciphertext: Buffer }>(
    `select key_id, ciphertext from personal_field where customer_id = $1 and field = 'card-token' and record_id = $2`,
    [customerId, cardId],
  )
  if (row === undefined) return undefined
  const token = await house.keyRing.open(row.key_id, row.ciphertext, placeOf(customerId, cardId))
  return token === undefined ? undefined : cardTokenOrNone(token.reveal())
}

export async function isCardBound(db: Queries, customerId: bigint, cardId: string): Promise<boolean> {
  return (
    (await db.maybe('select from bound_card where customer_id = $1 and card_id = $2', [
      customerId,
      cardId,
    ])) !== undefined
  )
}

function placeOf(customerId: bigint, recordId: string) {
  return { customerId, table: 'personal_field', column: 'card-token', recordId }
}
