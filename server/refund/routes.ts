import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { yuan } from '@jieqing/domain/money/fen'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, PaymentBody, type PaymentJson, Uuid } from '../http/schema.ts'
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
      const row = await house.cell.maybe<{
        amount_fen: bigint
        requested_at: Date
        outcome: 'paid-out' | 'failed' | null
        failure_code: string | null
        occurred_at: Date | null
      }>(
        `select amount_fen, requested_at, outcome, failure_code, occurred_at
       from refund left join refund_outcome using (customer_id, refund_id) where customer_id = $1 and refund_id = $2`,
        [borrower(request).customerId, request.params.id],
      )
      if (row === undefined) throw new Problem('not-found')
      const answer: PaymentJson = {
        id: request.params.id,
        currency: 'CNY',
        amount: yuan(row.amount_fen),
        state: row.outcome ?? 'requested',
        requestedAt: shanghaiTime(row.requested_at),
        ...(row.occurred_at === null ? {} : { endedAt: shanghaiTime(row.occurred_at) }),
        ...(row.failure_code === null ? {} : { failureCode: row.failure_code }),
      }
      return answer
    },
  )
}
