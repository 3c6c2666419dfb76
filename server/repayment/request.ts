import type { Fen } from '@jieqing/domain/money/fen'
import { isCardBound } from '../card/bind.ts'
import { readActiveMandates } from '../mandate/sign.ts'
import { type Command, type Moment, perform, type Reply } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, askAt, queue } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem, type Reason } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { readQuote } from './quote.ts'
import { readUnposted } from './store.ts'

export type RepaymentWish = {
  readonly repaymentId: string
  readonly amount: Fen
  readonly cardId: string
  /** Pays a payoff quote: the amount is the quote's. */
  readonly quoteId?: string
  /** For this loan before all others. */
  readonly loanId?: string
  /** Set for a debit under a mandate. */
  readonly mandateId?: string
}

/** A6, A10: takes money from a bound card. Nothing is posted before the channel settles. */
export function requestRepayment(house: House, command: Command, wish: RepaymentWish): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    await submitRepayment(
      house,
      trx,
      moment,
      { customerId: command.customerId, creditLineId: account.creditLineId },
      wish,
    )
    return { status: 201, body: { repaymentId: wish.repaymentId } }
  })
}

async function submitRepayment(
  house: House,
  trx: Transaction,
  moment: Moment,
  account: { readonly customerId: bigint; readonly creditLineId: string | undefined },
  wish: RepaymentWish,
): Promise<void> {
  const { customerId } = account
  const reasons = await refusals(trx, moment, account, wish)
  if (reasons.length > 0) throw new Problem('repayment-refused', { reasons })
  const known = await trx.maybe('select from channel_reference where reference = $1', [wish.repaymentId])
  if (known !== undefined) throw new Problem('id-in-use')
  const expectedBy = askAt(moment, house.policy.clearingMinutes)
  await insertRows(trx, 'repayment', [
    {
      customer_id: customerId,
      repayment_id: wish.repaymentId,
      credit_line_id: account.creditLineId,
      card_id: wish.cardId,
      mandate_id: wish.mandateId ?? null,
      quote_id: wish.quoteId ?? null,
      loan_id: wish.loanId ?? null,
      amount_fen: wish.amount,
      requested_at: moment.at,
      ask_channel_at: expectedBy,
    },
  ])
  await insertRows(trx, 'channel_reference', [
    { reference: wish.repaymentId, customer_id: customerId, kind: 'repayment' },
  ])
  await queue(trx, moment, [
    { customerId, task: 'submit-repayment', subjectId: wish.repaymentId },
    { customerId, task: 'ask-payment', subjectId: wish.repaymentId, dueAt: expectedBy },
  ])
  await appendEvents(trx, moment, [
    {
      customerId,
      kind: wish.mandateId === undefined ? 'repayment-requested' : 'debit-requested',
      body: {
        repaymentId: wish.repaymentId,
        amountFen: wish.amount.toString(),
        expectedBy: expectedBy.toISOString(),
      },
    },
  ])
}

async function refusals(
  trx: Transaction,
  moment: Moment,
  { customerId, creditLineId }: { readonly customerId: bigint; readonly creditLineId: string | undefined },
  wish: RepaymentWish,
): Promise<readonly Reason[]> {
  const [cardBound, mandates, quote, unposted, loan] = await Promise.all([
    isCardBound(trx, customerId, wish.cardId),
    readActiveMandates(trx, customerId),
    wish.quoteId === undefined ? undefined : readQuote(trx, customerId, wish.quoteId, moment.at),
    readUnposted(trx, customerId),
    wish.loanId === undefined
      ? undefined
      : trx.maybe('select from loan where customer_id = $1 and loan_id = $2 and ended_on is null', [
          customerId,
          wish.loanId,
        ]),
  ])
  if (!cardBound) throw new Problem('not-found')
  if (wish.quoteId !== undefined && quote === undefined) throw new Problem('not-found')
  if (wish.loanId !== undefined && loan === undefined) throw new Problem('not-found')
  const reasons: readonly (Reason | false)[] = [
    creditLineId === undefined && { code: 'line-missing' },
    wish.mandateId !== undefined &&
      !mandates.some((one) => one.mandateId === wish.mandateId && one.cardId === wish.cardId) && {
        code: 'mandate-not-in-force',
      },
    quote !== undefined && quote.state !== 'standing' && { code: `quote-${quote.state}` },
    quote !== undefined &&
      quote.amount !== wish.amount && { code: 'amount-differs-from-quote', amount: quote.amount },
    quote !== undefined &&
      unposted.length > 0 && {
        code: 'repayment-unposted',
        amount: unposted.reduce((sum, one) => sum + one.amount, 0n),
      },
  ]
  return reasons.filter((reason) => reason !== false)
}
