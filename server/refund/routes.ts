import { payoutView } from '../channel/payout-view.ts'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, PaymentBody, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { requestRefund } from './request.ts'

/** A6: getting an overpayment back. */
export function refundRoutes(app: App, house: House): void {
  app.post(
    '/v1/me/refunds',
    commands(
      'borrower',
      'Have the whole credit balance paid back to a bound card.',
      201,
      Closed({ refundId: Uuid, cardId: Uuid }),
      Closed({ refundId: Uuid }),
    ),
    async (request, reply) => {
      const { refundId, cardId } = request.body
      await requestRefund(house, commandOf(request, borrower(request).customerId), { refundId, cardId })
      return reply.status(201).send({ refundId })
    },
  )
  app.get(
    '/v1/me/refunds/:id',
    withParams(reads('borrower', 'How a refund stands.', PaymentBody), IdParams),
    async (request) => {
      const answer = await payoutView(house.cell, 'refund', borrower(request).customerId, request.params.id)
      if (answer === undefined) throw new Problem('not-found')
      return answer
    },
  )
}
