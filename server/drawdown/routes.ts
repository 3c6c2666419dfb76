import { fenFromYuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import { payoutView } from '../channel/payout-view.ts'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, PaymentBody, PositiveMoney, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { requestDrawdown } from './request.ts'

/** A3: borrowing. */
export function drawdownRoutes(app: App, house: House): void {
  app.post(
    '/v1/me/drawdowns',
    commands(
      'borrower',
      'Borrow: paid out to a bound card, repaid in equal principal parts.',
      201,
      Closed({
        drawdownId: Uuid,
        amount: PositiveMoney,
        instalments: Type.Integer({ minimum: 1, maximum: 60 }),
        cardId: Uuid,
      }),
      Closed({ drawdownId: Uuid }),
    ),
    async (request, reply) => {
      const { drawdownId, instalments, cardId } = request.body
      const amount = fenFromYuan(request.body.amount)
      if (amount === undefined) throw new Problem('bad-request')
      await requestDrawdown(house, commandOf(request, borrower(request).customerId), {
        drawdownId,
        amount,
        instalments,
        cardId,
      })
      return reply.status(201).send({ drawdownId })
    },
  )
  app.get(
    '/v1/me/drawdowns/:id',
    withParams(reads('borrower', 'How a drawdown stands.', PaymentBody), IdParams),
    async (request) => {
      const answer = await payoutView(house.cell, 'drawdown', borrower(request).customerId, request.params.id)
      if (answer === undefined) throw new Problem('not-found')
      return answer
    },
  )
}
