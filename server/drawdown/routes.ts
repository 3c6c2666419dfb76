import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { fenFromYuan, yuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, PaymentBody, type PaymentJson, PositiveMoney, Uuid } from '../http/schema.ts'
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
      const row = await house.cell.maybe<{
        amount_fen: bigint
        requested_at: Date
        outcome: 'paid-out' | 'failed' | null
        failure_code: string | null
        occurred_at: Date | null
      }>(
        `select amount_fen, requested_at, outcome, failure_code, occurred_at
       from drawdown left join drawdown_outcome using (customer_id, drawdown_id) where customer_id = $1 and drawdown_id = $2`,
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
