import { fenFromYuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import { customerByPublicId } from '../customer/create.ts'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { CustomerParams, commands, reads, withParams } from '../http/routes.ts'
import { Closed, LineBody, Me, PositiveMoney, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { invite, openLine } from './open.ts'
import { lineView, meView } from './view.ts'

/** A1, A2: the entry and the line. */
export function creditLineRoutes(app: App, house: House): void {
  app.get(
    '/v1/me',
    reads('borrower', 'Where I stand: entry, line, what is owed, what is due next.', Me),
    (request) => meView(house, borrower(request).customerId),
  )
  app.get('/v1/me/line', reads('borrower', 'My line, open or ended.', LineBody), async (request) => {
    const line = await lineView(house, borrower(request).customerId)
    if (line === undefined) throw new Problem('not-found')
    return line
  })
  app.post(
    '/v1/me/line',
    commands(
      'borrower',
      'Accept an invitation and with it the agreement: opens the line.',
      201,
      Closed({ creditLineId: Uuid, invitationId: Uuid }),
      Closed({ creditLineId: Uuid }),
    ),
    async (request, reply) => {
      const answer = await openLine(house, commandOf(request, borrower(request).customerId), request.body)
      return reply.status(201).send({ creditLineId: String(answer.body.creditLineId) })
    },
  )
  app.post(
    '/v1/customers/:customer/invitations',
    withParams(
      commands(
        'lender',
        'Invite a customer to a line. The daily rate is an integer in 1e-8: 35000 is 0.035 %.',
        201,
        Closed({
          invitationId: Uuid,
          limit: PositiveMoney,
          dailyRateE8: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
        }),
        Closed({ invitationId: Uuid }),
      ),
      CustomerParams,
    ),
    async (request, reply) => {
      const customerId = await customerByPublicId(house, request.params.customer)
      const limit = fenFromYuan(request.body.limit)
      if (limit === undefined) throw new Problem('bad-request')
      const { invitationId, dailyRateE8 } = request.body
      await invite(house, commandOf(request, customerId), {
        invitationId,
        limit,
        rateE8: BigInt(dailyRateE8),
      })
      return reply.status(201).send({ invitationId })
    },
  )
}
