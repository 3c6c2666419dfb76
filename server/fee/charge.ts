import { postingsOf } from '@jieqing/domain/ledger/posting'
import type { Fen } from '@jieqing/domain/money/fen'
import type { FeeKind } from '@jieqing/domain/policy/product'
import { type Command, perform, type Reply } from '../platform/command.ts'
import { appendEvents, postJournal } from '../platform/effects.ts'
import { type House, productOf } from '../platform/house.ts'
import { Problem, type Reason } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { standingQuoteUntil } from '../repayment/quote.ts'

export type FeeWish = {
  readonly feeId: string
  readonly loanId: string
  readonly kind: FeeKind
  readonly amount: Fen
}

/**
 * A5: charges a fee on an open loan. A kind that the product's disclosed cost table does not hold, or an amount above it, cannot be
 * charged at all; and nothing is charged while a payoff quote stands, since a quote is a promise (F1).
 */
export function chargeFee(house: House, command: Command, wish: FeeWish): Promise<Reply> {
  return perform(house, command, async (trx, moment) => {
    const { customerId } = command
    const [loan, quoteUntil, known] = await Promise.all([
      trx.maybe<{ product_code: string; product_version: number; ended: boolean }>(
        `select product_code, product_version, ended_on is not null as ended from loan where customer_id = $1 and loan_id = $2`,
        [customerId, wish.loanId],
      ),
      standingQuoteUntil(trx, customerId, moment.at),
      trx.maybe('select from fee where customer_id = $1 and fee_id = $2', [customerId, wish.feeId]),
    ])
    if (loan === undefined) throw new Problem('not-found')
    const cost = productOf(house, loan.product_code, loan.product_version).disclosedCosts.find(
      (one) => one.kind === wish.kind,
    )
    const reasons: readonly (Reason | false)[] = [
      loan.ended && { code: 'loan-ended' },
      cost === undefined && { code: 'fee-not-disclosed' },
      cost !== undefined &&
        wish.amount > cost.maximum && { code: 'fee-above-disclosed', amount: cost.maximum },
      quoteUntil !== undefined && { code: 'payoff-quote-standing', clearsAt: quoteUntil },
    ]
    const refusals = reasons.filter((reason) => reason !== false)
    if (refusals.length > 0) throw new Problem('fee-refused', { reasons: refusals })
    if (known !== undefined) throw new Problem('id-in-use')
    await insertRows(trx, 'fee', [
      {
        customer_id: customerId,
        fee_id: wish.feeId,
        loan_id: wish.loanId,
        fee_kind: wish.kind,
        amount_fen: wish.amount,
        charged_at: moment.at,
        actor: moment.actor,
        left_fen: wish.amount,
      },
    ])
    await postJournal(
      trx,
      moment,
      postingsOf({
        kind: 'fee-charged',
        amount: wish.amount,
        valueDate: moment.today,
        loanId: wish.loanId,
      }).map((posting) => ({
        customerId,
        posting,
      })),
    )
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'fee-charged',
        body: {
          feeId: wish.feeId,
          loanId: wish.loanId,
          feeKind: wish.kind,
          amountFen: wish.amount.toString(),
        },
      },
    ])
    return { status: 201, body: { feeId: wish.feeId } }
  })
}
