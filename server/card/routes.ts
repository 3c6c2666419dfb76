import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, reads } from '../http/routes.ts'
import { Closed, Time, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Personal } from '../platform/personal.ts'
import { bindCard } from './bind.ts'

const BankCode = Type.String({ pattern: '^[A-Z]{2,12}$', examples: ['CMB'] })

/** A3, A6: cards that money goes to and comes from, known by the channel's token. */
export function cardRoutes(app: App, house: House): void {
  app.get(
    '/v1/me/cards',
    reads(
      'borrower',
      'My bound cards.',
      Closed({ cards: Type.Array(Closed({ cardId: Uuid, bankCode: BankCode, boundAt: Time })) }),
    ),
    async (request) => {
      const rows = await house.cell.rows<{ card_id: string; bank_code: string; bound_at: Date }>(
        'select card_id, bank_code, bound_at from bound_card where customer_id = $1 order by bound_at, card_id',
        [borrower(request).customerId],
      )
      return {
        cards: rows.map((row) => ({
          cardId: row.card_id,
          bankCode: row.bank_code,
          boundAt: shanghaiTime(row.bound_at),
        })),
      }
    },
  )
  app.post(
    '/v1/me/cards',
    commands(
      'borrower',
      "Bind a card by the token that the channel's card page gave.",
      201,
      Closed({
        cardId: Uuid,
        bankCode: BankCode,
        cardToken: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$', examples: ['card_0001_example'] }),
      }),
      Closed({ cardId: Uuid }),
    ),
    async (request, reply) => {
      const { cardId, bankCode, cardToken } = request.body
      await bindCard(house, commandOf(request, borrower(request).customerId), {
        cardId,
        bankCode,
        token: new Personal(cardToken),
      })
      return reply.status(201).send({ cardId })
    },
  )
}
