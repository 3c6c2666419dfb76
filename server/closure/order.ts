import { randomUUID } from 'node:crypto'
import { closureBlockers } from '@jieqing/domain/closure/blockers'
import { type ClosingDecision, decideClosing } from '@jieqing/domain/closure/execute'
import { closingOrderTable } from '@jieqing/domain/closure/order'
import { addFen } from '@jieqing/domain/money/fen'
import { readOpenLoans, writeLoans } from '../loan/store.ts'
import { type Command, type Moment, perform, type Reply } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, askAt, postJournal, queue } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { type ClosingOrder, readClosureFacts, readOpenOrder, readOrder } from './store.ts'

/** C5: opens a closing order. Refused, with every blocker at once, while anything stands against the closing. */
export function requestClosing(
  house: House,
  command: Command,
  wish: { readonly orderId: string; readonly channel: ClosingOrder['channel'] },
): Promise<Reply> {
  return perform(house, command, async (trx, moment) => {
    const { customerId } = command
    const [open, known, facts] = await Promise.all([
      readOpenOrder(trx, customerId),
      readOrder(trx, customerId, wish.orderId),
      readClosureFacts(house, trx, customerId),
    ])
    if (known !== undefined) throw new Problem('id-in-use')
    const blockers = closureBlockers(facts, moment.today, house.policy)
    if (blockers.length > 0 || facts.line === undefined) throw new Problem('closing-refused', { blockers })
    if (open !== undefined) throw new Problem('closing-order-open')
    const { creditLineId } = facts.line
    await trx.rows(
      `insert into closing_order (customer_id, order_id, credit_line_id, seq, initiator, channel, requested_at)
       select $1, $2, $3, coalesce(max(seq), 0) + 1, 'borrower', $4, $5 from closing_order
       where customer_id = $1 and credit_line_id = $3`,
      [customerId, wish.orderId, creditLineId, wish.channel, moment.at],
    )
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'closing-requested',
        body: { orderId: wish.orderId, channel: wish.channel, policy: house.policyRef },
      },
    ])
    return { status: 201, body: { orderId: wish.orderId, state: 'requested' } }
  })
}

/** C8: takes an open order back; the line is as before. */
export function withdrawClosing(house: House, command: Command, orderId: string): Promise<Reply> {
  return perform(house, command, async (trx, moment) => {
    const { customerId } = command
    const order = await readOrder(trx, customerId, orderId)
    if (order === undefined) throw new Problem('not-found')
    const move = closingOrderTable[order.state].withdraw
    if ('refused' in move) throw new Problem(move.refused)
    if (order.state !== move.to) {
      await endOrder(trx, moment, customerId, orderId, 'withdrawn')
      await appendEvents(trx, moment, [{ customerId, kind: 'closing-withdrawn', body: { orderId } }])
    }
    return { status: 200, body: { orderId, state: move.to } }
  })
}

/**
 * C5: confirms and executes an order. One transaction under the account's lock: facts are read again, residuals settled, the line
 * voided, the agreement ended, debits forbidden, obligations made. Blockers found now are kept with the order, which keeps its place (K3).
 */
export function confirmClosing(house: House, command: Command, orderId: string): Promise<Reply> {
  return perform(house, command, async (trx, moment) => {
    const { customerId } = command
    const order = await readOrder(trx, customerId, orderId)
    if (order === undefined) throw new Problem('not-found')
    const move = closingOrderTable[order.state].confirm
    if ('refused' in move) throw new Problem(move.refused)
    if (order.state !== move.to) {
      const facts = await readClosureFacts(house, trx, customerId)
      const decision = decideClosing(facts, moment.today, house.policy)
      if (decision.kind === 'refused') throw new Problem('closing-refused', { blockers: decision.blockers })
      await writeClosing(house, trx, moment, customerId, orderId, decision)
    }
    return { status: 200, body: { orderId, state: move.to } }
  }).catch(async (error: unknown) => {
    if (error instanceof Problem && error.code === 'closing-refused')
      await keepAttempt(house, command, orderId, error)
    throw error
  })
}

async function writeClosing(
  house: House,
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  orderId: string,
  decision: ClosingDecision & { readonly kind: 'accepted' },
): Promise<void> {
  const { creditLineId } = decision
  const before = (await readOpenLoans(house, trx, [customerId])).get(customerId) ?? []
  const waivers = decision.waivers.map((waiver) => ({ ...waiver, waiverId: randomUUID() }))
  await writeLoans(
    trx,
    moment,
    moment.today,
    decision.endedLoans.map((after, index) => ({
      customerId,
      before: before[index] ?? after,
      after,
      ended: true,
    })),
  )
  await insertRows(
    trx,
    'waiver',
    waivers.map((waiver) => ({
      customer_id: customerId,
      waiver_id: waiver.waiverId,
      order_id: orderId,
      loan_id: waiver.loanId,
      component: waiver.component,
      amount_fen: waiver.amount,
      waived_at: moment.at,
    })),
  )
  await postJournal(
    trx,
    moment,
    decision.postings.map((posting) => ({ customerId, posting })),
  )
  await insertRows(trx, 'credit_line_end', [
    {
      customer_id: customerId,
      credit_line_id: creditLineId,
      order_id: orderId,
      ended_at: moment.at,
      business_date: moment.businessDate,
    },
  ])
  await trx.rows('update account set credit_line_id = null where customer_id = $1', [customerId])
  await insertRows(
    trx,
    'agreement_end',
    decision.agreementsEnded.map((agreementId) => ({
      customer_id: customerId,
      agreement_id: agreementId,
      order_id: orderId,
      ended_at: moment.at,
    })),
  )
  await insertRows(
    trx,
    'mandate_end',
    decision.mandatesEnded.map((mandateId) => ({
      customer_id: customerId,
      mandate_id: mandateId,
      ended_at: moment.at,
      actor: moment.actor,
    })),
  )
  await insertRows(
    trx,
    'credit_line_block_end',
    decision.blocksEnded.map((blockId) => ({
      customer_id: customerId,
      block_id: blockId,
      ended_at: moment.at,
      actor: moment.actor,
    })),
  )
  await insertRows(
    trx,
    'closure_effect',
    [
      ...waivers.map((waiver) => ({
        effect: 'residual-waived',
        subject: waiver.waiverId,
        amount: waiver.amount as bigint | null,
      })),
      { effect: 'line-ended', subject: creditLineId, amount: null },
      ...decision.agreementsEnded.map((id) => ({ effect: 'agreement-ended', subject: id, amount: null })),
      ...decision.mandatesEnded.map((id) => ({ effect: 'mandate-ended', subject: id, amount: null })),
      ...decision.blocksEnded.map((id) => ({ effect: 'block-ended', subject: id, amount: null })),
    ].map((one, index) => ({
      customer_id: customerId,
      order_id: orderId,
      seq: index + 1,
      effect: one.effect,
      subject_id: one.subject,
      amount_fen: one.amount,
    })),
  )
  const revokeBy = new Date(moment.at.getTime() + house.policy.mandateTerminationMinutes * 60_000)
  await insertRows(
    trx,
    'obligation',
    decision.mandatesEnded.map((mandateId) => ({
      customer_id: customerId,
      obligation_id: randomUUID(),
      order_id: orderId,
      code: 'autodebit.revoke',
      subject_id: mandateId,
      owner: 'lender',
      created_at: moment.at,
      due_at: revokeBy,
    })),
  )
  await queue(
    trx,
    moment,
    decision.mandatesEnded.flatMap((mandateId) => [
      { customerId, task: 'terminate-mandate', subjectId: mandateId },
      {
        customerId,
        task: 'ask-mandate',
        subjectId: mandateId,
        dueAt: askAt(moment, house.policy.clearingMinutes),
      },
    ]),
  )
  await endOrder(trx, moment, customerId, orderId, 'executed')
  await appendEvents(trx, moment, [
    {
      customerId,
      kind: 'line-closed',
      body: {
        orderId,
        creditLineId,
        waivedFen: addFen(...waivers.map((waiver) => waiver.amount)).toString(),
        mandatesEnded: decision.mandatesEnded.length,
        policy: house.policyRef,
      },
    },
  ])
}

async function endOrder(
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  orderId: string,
  outcome: 'executed' | 'withdrawn',
): Promise<void> {
  await insertRows(trx, 'closing_order_end', [
    { customer_id: customerId, order_id: orderId, outcome, ended_at: moment.at, actor: moment.actor },
  ])
}

/** The reasons of a failed try, in a transaction of their own: the try itself changed nothing. */
async function keepAttempt(house: House, command: Command, orderId: string, problem: Problem): Promise<void> {
  const { customerId } = command
  await house.cell.transaction(async (trx) => {
    await trx.rows('select from account where customer_id = $1 for update', [customerId])
    await trx.rows(
      `insert into closing_attempt (customer_id, order_id, seq, attempted_at, blockers)
       select $1, $2, coalesce(max(seq), 0) + 1, $3, $4 from closing_attempt where customer_id = $1 and order_id = $2`,
      [
        customerId,
        orderId,
        house.clock.business(),
        JSON.stringify(
          problem.blockers.map((one) => ({ code: one.code, amountFen: one.amount?.toString() })),
        ),
      ],
    )
  })
}
