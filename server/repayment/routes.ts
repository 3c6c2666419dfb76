import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { fenFromYuan, yuan } from '@jieqing/domain/money/fen'
import { Type } from 'typebox'
import { requireStepUp } from '../caller/sessions.ts'
import type { App } from '../http/app.ts'
import { borrower, commandOf } from '../http/guard.ts'
import { commands, IdParams, reads, withParams } from '../http/routes.ts'
import { Closed, PaymentBody, PositiveMoney, QuoteBody, Uuid } from '../http/schema.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { readQuote, requestQuote } from './quote.ts'
import { requestRepayment } from './request.ts'
import { repaymentView } from './view.ts'

/** A6, A10, F1: repaying and paying off. */
export function repaymentRoutes(app: App, house: House): void {
  app.post(
    '/v1/me/payoff-quotes',
    commands(
      'borrower',
      'What pays everything off, to the fen, until the end of this day.',
      201,
      Closed({ quoteId: Uuid }),
      Closed({ quoteId: Uuid }),
    ),
    async (request, reply) => {
      const { quoteId } = request.body
      await requestQuote(house, commandOf(request, borrower(request).customerId), quoteId)
      return reply.status(201).send({ quoteId })
    },
  )
  app.get(
    '/v1/me/payoff-quotes/:id',
    withParams(
      reads('borrower', 'A payoff quote, part by part, and whether it still stands.', QuoteBody),
      IdParams,
    ),
    async (request) => {
      const { customerId } = borrower(request)
      const quote = await readQuote(house.cell, customerId, request.params.id, house.clock.business())
      if (quote === undefined) throw new Problem('not-found')
      return {
        quoteId: quote.quoteId,
        currency: 'CNY' as const,
        amount: yuan(quote.amount),
        quotedAt: shanghaiTime(quote.quotedAt),
        validUntil: shanghaiTime(quote.validUntil),
        state: quote.state,
        parts: quote.parts.map((part) => ({
          loanId: part.loanId,
          component: part.component,
          amount: yuan(part.amount),
        })),
      }
    },
  )
  app.post(
    '/v1/me/repayments',
    commands(
      'borrower',
      'Repay from a bound card; with a quote, pay everything off (needs a step-up). Posted when the channel has settled.',
      201,
      Closed({
        repaymentId: Uuid,
        amount: PositiveMoney,
        cardId: Uuid,
        quoteId: Type.Optional(Uuid),
        loanId: Type.Optional(Uuid),
      }),
      Closed({ repaymentId: Uuid }),
    ),
    async (request, reply) => {
      const caller = borrower(request)
      const { repaymentId, cardId, quoteId, loanId } = request.body
      if (quoteId !== undefined) requireStepUp(house, caller)
      const amount = fenFromYuan(request.body.amount)
      if (amount === undefined) throw new Problem('bad-request')
      await requestRepayment(house, commandOf(request, caller.customerId), {
        repaymentId,
        amount,
        cardId,
        ...(quoteId === undefined ? {} : { quoteId }),
        ...(loanId === undefined ? {} : { loanId }),
      })
      return reply.status(201).send({ repaymentId })
    },
  )
  app.get(
    '/v1/me/repayments/:id',
    withParams(reads('borrower', 'How a repayment stands, and where it went.', PaymentBody), IdParams),
    async (request) => {
      const answer = await repaymentView(house.cell, borrower(request).customerId, request.params.id)
      if (answer === undefined) throw new Problem('not-found')
      return answer
    },
  )
}
