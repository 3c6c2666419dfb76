import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, reads } from '../http/routes.ts'
import { Closed, Time, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { signMandate } from './sign.ts'

/** A8: mandates for automatic debits. */
export function mandateRoutes(app: App, house: House): void {
  app.get(
    '/v1/me/mandates',
    reads(
      'borrower',
      'My mandates, in force and ended; "terminated" is the channel\'s own word.',
      Closed({
        mandates: Type.Array(
          Closed({
            mandateId: Uuid,
            cardId: Uuid,
            signedAt: Time,
            endedAt: Type.Optional(Time),
            terminatedAt: Type.Optional(Time),
          }),
        ),
      }),
    ),
    async (request) => {
      const rows = await house.cell.rows<{
        mandate_id: string
        card_id: string
        signed_at: Date
        ended_at: Date | null
        terminated_at: Date | null
      }>(
        `select m.mandate_id, m.card_id, m.signed_at, e.ended_at, p.performed_at as terminated_at
         from mandate m left join mandate_end e using (customer_id, mandate_id)
         left join obligation o on o.customer_id = m.customer_id and o.code = 'autodebit.revoke' and o.subject_id = m.mandate_id
         left join obligation_performance p on p.customer_id = o.customer_id and p.obligation_id = o.obligation_id
         where m.customer_id = $1 order by m.signed_at, m.mandate_id`,
        [borrower(request).customerId],
      )
      return {
        mandates: rows.map((row) => ({
          mandateId: row.mandate_id,
          cardId: row.card_id,
          signedAt: shanghaiTime(row.signed_at),
          ...(row.ended_at === null ? {} : { endedAt: shanghaiTime(row.ended_at) }),
          ...(row.terminated_at === null ? {} : { terminatedAt: shanghaiTime(row.terminated_at) }),
        })),
      }
    },
  )
  app.post(
    '/v1/me/mandates',
    commands(
      'borrower',
      'Let instalments be debited from a card.',
      201,
      Closed({ mandateId: Uuid, cardId: Uuid }),
      Closed({ mandateId: Uuid }),
    ),
    async (request, reply) => {
      const { mandateId, cardId } = request.body
      await signMandate(house, commandOf(request, borrower(request).customerId), { mandateId, cardId })
      return reply.status(201).send({ mandateId })
    },
  )
}
