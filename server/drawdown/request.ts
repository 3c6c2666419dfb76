import { type DrawdownFacts, drawdownRefusals, usedOf } from '@jieqing/domain/drawdown/decide'
import { daysPastDue } from '@jieqing/domain/loan/loan'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import type { AccountRow } from '../account/store.ts'
import { isCardBound } from '../card/bind.ts'
import { readOpenOrder } from '../closure/store.ts'
import { readLine } from '../credit-line/store.ts'
import { readOpenLoans } from '../loan/store.ts'
import { type Command, type Moment, perform, type Reply } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, askAt, queue } from '../platform/effects.ts'
import { type House, productOf } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'

export type DrawdownWish = {
  readonly drawdownId: string
  readonly amount: Fen
  readonly instalments: number
  readonly cardId: string
}

/** A3: asks for money. In flight until the channel says that it was paid out; only then is there a loan. */
export function requestDrawdown(house: House, command: Command, wish: DrawdownWish): Promise<Reply> {
  return perform(house, command, async (trx, moment, account) => {
    const { customerId } = command
    const facts = await drawdownFacts(house, trx, moment, account, wish)
    if (!facts.cardBound) throw new Problem('not-found')
    const refusals = drawdownRefusals(facts, wish, house.policy)
    if (refusals.length > 0) throw new Problem('drawdown-refused', { reasons: refusals })
    const known = await trx.maybe('select from channel_reference where reference = $1', [wish.drawdownId])
    if (known !== undefined) throw new Problem('id-in-use')
    await insertRows(trx, 'drawdown', [
      {
        customer_id: customerId,
        drawdown_id: wish.drawdownId,
        credit_line_id: account.creditLineId,
        card_id: wish.cardId,
        amount_fen: wish.amount,
        instalments: wish.instalments,
        requested_at: moment.at,
      },
    ])
    await insertRows(trx, 'channel_reference', [
      { reference: wish.drawdownId, customer_id: customerId, kind: 'drawdown' },
    ])
    await queue(trx, moment, [
      { customerId, task: 'submit-drawdown', subjectId: wish.drawdownId },
      {
        customerId,
        task: 'ask-payment',
        subjectId: wish.drawdownId,
        dueAt: askAt(moment, house.policy.clearingMinutes),
      },
    ])
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'drawdown-requested',
        body: {
          drawdownId: wish.drawdownId,
          amountFen: wish.amount.toString(),
          instalments: wish.instalments,
          policy: house.policyRef,
        },
      },
    ])
    return { status: 201, body: { drawdownId: wish.drawdownId } }
  })
}

/** Read under the account's lock. */
async function drawdownFacts(
  house: House,
  trx: Transaction,
  moment: Moment,
  account: AccountRow,
  wish: DrawdownWish,
): Promise<DrawdownFacts> {
  const { customerId } = account
  const [line, order, loansOf, inFlight, cardBound] = await Promise.all([
    readLine(trx, customerId),
    readOpenOrder(trx, customerId),
    readOpenLoans(house, trx, [customerId]),
    trx.rows<{ amount_fen: bigint }>(
      `select amount_fen from drawdown left join drawdown_outcome o using (customer_id, drawdown_id)
       where customer_id = $1 and o.drawdown_id is null`,
      [customerId],
    ),
    isCardBound(trx, customerId, wish.cardId),
  ])
  const loans = loansOf.get(customerId) ?? []
  const open = line !== undefined && line.endedAt === undefined
  return {
    lineOpen: open,
    closingRequested: order !== undefined,
    blocks: line?.blocks.map((block) => block.reason) ?? [],
    limit: line?.limit ?? fen(0n),
    used: usedOf(
      loans.map((loan) => loan.principal),
      inFlight.map((row) => fen(row.amount_fen)),
    ),
    daysPastDue: Math.max(0, ...loans.map((loan) => daysPastDue(loan, moment.today))),
    cardBound,
    product: line === undefined ? undefined : productOf(house, line.productCode, line.productVersion),
  }
}
