import { fenFromYuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import { customerByPublicId } from '../customer/create.ts'
import type { App } from '../http/app.ts'
import { commandOf } from '../http/guard.ts'
import { CustomerParams, commands, withParams } from '../http/routes.ts'
import { Closed, PositiveMoney, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { chargeFee } from './charge.ts'

const FeeKind = Type.Union([
  Type.Literal('instalment'),
  Type.Literal('extension'),
  Type.Literal('management'),
])

/** A5: fees, only from the disclosed cost table. */
export function feeRoutes(app: App, house: House): void {
  app.post(
    '/v1/customers/:customer/fees',
    withParams(
      commands(
        'lender',
        'Charge a fee that the disclosed cost table of the product holds.',
        201,
        Closed({ feeId: Uuid, loanId: Uuid, kind: FeeKind, amount: PositiveMoney }),
        Closed({ feeId: Uuid }),
      ),
      CustomerParams,
    ),
    async (request, reply) => {
      const customerId = await customerByPublicId(house, request.params.customer)
      const amount = fenFromYuan(request.body.amount)
      if (amount === undefined) throw new Problem('bad-request')
      const { feeId, loanId, kind } = request.body
      await chargeFee(house, commandOf(request, customerId), { feeId, loanId, kind, amount })
      return reply.status(201).send({ feeId })
    },
  )
}
