import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { readiness } from '@jieqing/domain/closure/readiness'
import { yuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import { customerByPublicId } from '../customer/create.ts'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { readinessJson } from '../http/json.ts'
import { CustomerParams, commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, ClosingOrderBody, type ClosingOrderJson, ReadinessBody, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { confirmClosing, requestClosing, withdrawClosing } from './order.ts'
import { type ClosingOrder, readClosureFacts, readOrder, readOrders } from './store.ts'

const Channel = Type.Union([Type.Literal('wechat'), Type.Literal('qq'), Type.Literal('browser')])

const OrderState = Closed({ orderId: Uuid, state: Type.String() })

/** C2, C5, C8: readiness, and the closing as an order. */
export function closureRoutes(app: App, house: House): void {
  app.get(
    '/v1/me/line/closure-readiness',
    reads(
      'borrower',
      'Could my line close now? Every blocker at once, with its cure. Changes nothing.',
      ReadinessBody,
    ),
    (request) => readinessView(house, borrower(request).customerId),
  )
  app.get(
    '/v1/customers/:customer/line/closure-readiness',
    withParams(
      reads('lender', "The same for staff: could this customer's line close now?", ReadinessBody),
      CustomerParams,
    ),
    async (request) => readinessView(house, await customerByPublicId(house, request.params.customer)),
  )
  app.get(
    '/v1/me/line/closing-orders',
    reads('borrower', 'My closing orders, newest first.', Closed({ orders: Type.Array(ClosingOrderBody) })),
    async (request) => {
      const { customerId } = borrower(request)
      const orders = await readOrders(house.cell, customerId)
      return { orders: await Promise.all(orders.map((order) => orderJson(house, customerId, order))) }
    },
  )
  app.get(
    '/v1/me/line/closing-orders/:id',
    withParams(
      reads(
        'borrower',
        'A closing order: its state, what it changed, what is still owed to me.',
        ClosingOrderBody,
      ),
      IdParams,
    ),
    async (request) => {
      const { customerId } = borrower(request)
      const order = await readOrder(house.cell, customerId, request.params.id)
      if (order === undefined) throw new Problem('not-found')
      return orderJson(house, customerId, order)
    },
  )
  app.post(
    '/v1/me/line/closing-orders',
    commands(
      'borrower',
      'Ask to close the line. Refused with every blocker while anything stands against it.',
      201,
      Closed({ orderId: Uuid, channel: Channel }),
      OrderState,
    ),
    async (request, reply) => {
      const { orderId, channel } = request.body
      const answer = await requestClosing(house, commandOf(request, borrower(request).customerId), {
        orderId,
        channel,
      })
      return reply.status(201).send({ orderId, state: String(answer.body.state) })
    },
  )
  const confirmation = commands(
    'borrower',
    'Confirm a closing order, which executes it: there is no way back (needs a step-up).',
    200,
    Closed({}),
    OrderState,
  )
  app.post(
    '/v1/me/line/closing-orders/:id/confirmation',
    withParams({ ...confirmation, config: { ...confirmation.config, stepUp: true } }, IdParams),
    async (request, reply) => {
      const answer = await confirmClosing(
        house,
        commandOf(request, borrower(request).customerId),
        request.params.id,
      )
      return reply.status(200).send({ orderId: request.params.id, state: String(answer.body.state) })
    },
  )
  app.post(
    '/v1/me/line/closing-orders/:id/withdrawal',
    withParams(
      commands('borrower', 'Take a closing order back; the line is as before.', 200, Closed({}), OrderState),
      IdParams,
    ),
    async (request, reply) => {
      const answer = await withdrawClosing(
        house,
        commandOf(request, borrower(request).customerId),
        request.params.id,
      )
      return reply.status(200).send({ orderId: request.params.id, state: String(answer.body.state) })
    },
  )
}

async function readinessView(house: House, customerId: bigint) {
  const facts = await readClosureFacts(house, house.cell, customerId)
  return readinessJson(readiness(facts, house.clock.business(), house.today(), house.policy))
}

async function orderJson(house: House, customerId: bigint, order: ClosingOrder): Promise<ClosingOrderJson> {
  const now = house.clock.business()
  const [effects, obligations] = await Promise.all([
    house.cell.rows<{ effect: string; amount_fen: bigint | null }>(
      'select effect, amount_fen from closure_effect where customer_id = $1 and order_id = $2 order by seq',
      [customerId, order.orderId],
    ),
    house.cell.rows<{ code: string; owner: string; due_at: Date; performed_at: Date | null }>(
      `select o.code, o.owner, o.due_at, p.performed_at
       from obligation o left join obligation_performance p using (customer_id, obligation_id)
       where o.customer_id = $1 and o.order_id = $2 order by o.due_at, o.obligation_id`,
      [customerId, order.orderId],
    ),
  ])
  return {
    orderId: order.orderId,
    creditLineId: order.creditLineId,
    channel: order.channel,
    state: order.state,
    requestedAt: shanghaiTime(order.requestedAt),
    ...(order.endedAt === undefined ? {} : { endedAt: shanghaiTime(order.endedAt) }),
    effects: effects.map((one) => ({
      effect: one.effect,
      ...(one.amount_fen === null ? {} : { amount: yuan(one.amount_fen) }),
    })),
    obligations: obligations.map((one) => ({
      code: one.code,
      owner: one.owner,
      dueAt: shanghaiTime(one.due_at),
      ...(one.performed_at === null ? {} : { performedAt: shanghaiTime(one.performed_at) }),
      late: (one.performed_at ?? now) > one.due_at,
    })),
  }
}
