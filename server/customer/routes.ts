import { Type } from 'typebox'
import { bookView, trialBalance } from '../book/view.ts'
import { meView } from '../credit-line/view.ts'
import type { App } from '../http/app.ts'
import { idempotencyKey } from '../http/guard.ts'
import { CustomerParams, commands, reads, withParams } from '../http/routes.ts'
import { Closed, DateText, Me, Money, Phone, PublicId } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Personal } from '../platform/personal.ts'
import { customerByPublicId } from './create.ts'
import { createCustomerOnce } from './create-once.ts'

/** The lender's side: customers, the book as a whole, the trial balance. */
export function customerRoutes(app: App, house: House): void {
  app.post(
    '/v1/customers',
    commands(
      'lender',
      'Record a customer by phone. A phone that has one is refused.',
      201,
      Closed({ phone: Phone }),
      Closed({ customerId: PublicId }),
    ),
    async (request, reply) => {
      const publicId = await createCustomerOnce(
        house,
        { actor: request.caller?.actor ?? 'lender', key: idempotencyKey(request) },
        new Personal(request.body.phone),
      )
      return reply.status(201).send({ customerId: publicId })
    },
  )
  app.get(
    '/v1/customers/:customer',
    withParams(reads('lender', 'Where a customer stands.', Me), CustomerParams),
    async (request) => meView(house, await customerByPublicId(house, request.params.customer)),
  )
  app.get(
    '/v1/book',
    reads(
      'lender',
      'The book as it stands: lines, loans, what is owed, by days past due.',
      Closed({
        currency: Type.Literal('CNY'),
        businessDate: DateText,
        openLines: Type.Integer(),
        closedLines: Type.Integer(),
        openLoans: Type.Integer(),
        limits: Money,
        principal: Money,
        creditBalances: Money,
        daysPastDue: Type.Array(
          Closed({
            from: Type.Integer(),
            to: Type.Union([Type.Integer(), Type.Null()]),
            loans: Type.Integer(),
            principal: Money,
          }),
        ),
      }),
    ),
    () => bookView(house),
  )
  app.get(
    '/v1/ledger/trial-balance',
    reads(
      'lender',
      'The trial balance: every account with its debits and credits up to the open day.',
      Closed({
        currency: Type.Literal('CNY'),
        accounts: Type.Array(
          Closed({ account: Type.String(), name: Type.String(), debit: Money, credit: Money }),
        ),
        debit: Money,
        credit: Money,
      }),
    ),
    () => trialBalance(house),
  )
}
