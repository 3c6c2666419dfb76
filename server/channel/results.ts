import { randomUUID } from 'node:crypto'
import { shanghaiDate } from '@jieqing/domain/calendar/date'
import { postingsOf } from '@jieqing/domain/ledger/posting'
import { drawnLoan } from '@jieqing/domain/loan/loan'
import { fen } from '@jieqing/domain/money/fen'
import { lockAccounts, markUsed, moveCreditBalances } from '../account/store.ts'
import type { ChannelResult, MandateResult, PaymentResult } from '../connectors/channel/port.ts'
import { type Moment, momentOf, retried } from '../platform/command.ts'
import type { Transaction } from '../platform/database/pool.ts'
import { appendEvents, postJournal } from '../platform/effects.ts'
import { grouped } from '../platform/group.ts'
import { type House, productOf } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'
import { type RepaymentResult, settleRepayments } from '../repayment/settle.ts'

type Owned = { readonly customerId: bigint; readonly kind: 'drawdown' | 'repayment' | 'refund' | 'mandate' }

/**
 * Takes what the channel said, in a callback or in an answer, as a set (design 1): said twice, out of order or late, it has one
 * effect. A reference that nobody here made is kept in the log and changes nothing. One customer's poison result does not hold up the others.
 */
export async function recordChannelResults(house: House, results: readonly ChannelResult[]): Promise<void> {
  if (results.length === 0) return
  const owners = await ownersOf(house, results)
  const byCustomer = grouped(
    results.filter((result) => owners.has(result.reference)),
    (result) => owners.get(result.reference)?.customerId ?? 0n,
  )
  for (const result of results) {
    if (!owners.has(result.reference))
      house.log.warn({ reference: result.reference }, 'channel result for an unknown reference')
  }
  for (const [customerId, own] of byCustomer) {
    await retried(() =>
      house.cell.transaction(async (trx) => {
        await lockAccounts(trx, [customerId])
        const moment = await momentOf(house, trx, 'channel')
        for (const result of inOrder(own)) {
          const owner = owners.get(result.reference)
          if (owner !== undefined) await recordOne(house, trx, moment, owner, result)
        }
      }),
    )
  }
  house.nudge()
}

/** When the money was taken comes before what became of it: it is the value date, in whatever order the two were told. */
function inOrder(results: readonly ChannelResult[]): readonly ChannelResult[] {
  const isPaid = (result: ChannelResult) => result.state.kind === 'paid'
  return [...results.filter(isPaid), ...results.filter((result) => !isPaid(result))]
}

async function ownersOf(
  house: House,
  results: readonly ChannelResult[],
): Promise<ReadonlyMap<string, Owned>> {
  const rows = await house.cell.rows<{ reference: string; customer_id: bigint; kind: Owned['kind'] }>(
    'select reference, customer_id, kind from channel_reference where reference = any($1::uuid[])',
    [results.map((result) => result.reference)],
  )
  return new Map(rows.map((row) => [row.reference, { customerId: row.customer_id, kind: row.kind }]))
}

async function recordOne(
  house: House,
  trx: Transaction,
  moment: Moment,
  owner: Owned,
  result: ChannelResult,
): Promise<void> {
  if (result.subject === 'mandate') {
    if (owner.kind === 'mandate') await recordMandate(trx, moment, owner.customerId, result)
    return
  }
  if (owner.kind === 'mandate') return
  if (!(await amountMatches(trx, moment, owner, result))) return
  switch (owner.kind) {
    case 'drawdown':
      return recordDrawdown(house, trx, moment, owner.customerId, result)
    case 'repayment':
      return recordRepayment(house, trx, moment, owner.customerId, result)
    case 'refund':
      return recordRefund(trx, moment, owner.customerId, result)
  }
}

/**
 * The channel's amount is compared with the order before a fen is posted; another amount is a break for people, said in the timeline
 * once, however often the channel says it.
 */
async function amountMatches(
  trx: Transaction,
  moment: Moment,
  owner: Owned,
  result: PaymentResult,
): Promise<boolean> {
  const { amount_fen: ordered } = await trx.one<{ amount_fen: bigint }>(
    `select amount_fen from ${owner.kind} where customer_id = $1 and ${owner.kind}_id = $2`,
    [owner.customerId, result.reference],
  )
  if (ordered === result.amountFen) return true
  const { customerId } = owner
  const kind = 'channel-amount-differs'
  const body = {
    reference: result.reference,
    orderedFen: ordered.toString(),
    statedFen: result.amountFen.toString(),
  }
  const told = await trx.rows(
    'select from event where customer_id = $1 and kind = $2 and body = $3::jsonb limit 1',
    [customerId, kind, JSON.stringify(body)],
  )
  if (told.length === 0) await appendEvents(trx, moment, [{ customerId, kind, body }])
  return false
}

/** A10: paid is a fact of its own, since its day is the value date; settled or failed ends it. */
async function recordRepayment(
  house: House,
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  result: PaymentResult,
): Promise<void> {
  const { state } = result
  if (state.kind === 'received') return
  if (state.kind === 'paid') {
    const added = await trx.rows(
      `insert into repayment_paid (customer_id, repayment_id, paid_at, recorded_at) values ($1, $2, $3, $4)
       on conflict do nothing returning 1 as added`,
      [customerId, result.reference, result.at, moment.at],
    )
    if (added.length > 0) {
      await appendEvents(trx, moment, [
        { customerId, kind: 'repayment-paid', body: { repaymentId: result.reference } },
      ])
    }
    return
  }
  const settled: RepaymentResult = {
    customerId,
    repaymentId: result.reference,
    outcome: state.kind,
    channelReference: result.channelReference,
    at: result.at,
    ...(state.kind === 'failed' ? { failureCode: state.code } : {}),
    ...(result.paidAt === undefined ? {} : { paidAt: result.paidAt }),
  }
  await settleRepayments(house, trx, moment, [settled])
}

/** A3: paid out, the drawdown becomes a loan from the day of the payout; failed, it frees the line. */
async function recordDrawdown(
  house: House,
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  result: PaymentResult,
): Promise<void> {
  const { state, reference: drawdownId } = result
  if (state.kind !== 'settled' && state.kind !== 'failed') return
  const row = await trx.one<{
    credit_line_id: string
    amount_fen: bigint
    instalments: number
    rate_e8: bigint
    product_code: string
    product_version: number
    done: boolean
  }>(
    `select d.credit_line_id, d.amount_fen, d.instalments, l.rate_e8, l.product_code, l.product_version, o.drawdown_id is not null as done
     from drawdown d join credit_line l using (customer_id, credit_line_id)
     left join drawdown_outcome o using (customer_id, drawdown_id)
     where d.customer_id = $1 and d.drawdown_id = $2`,
    [customerId, drawdownId],
  )
  if (row.done) return
  await insertRows(trx, 'drawdown_outcome', [
    {
      customer_id: customerId,
      drawdown_id: drawdownId,
      outcome: state.kind === 'settled' ? 'paid-out' : 'failed',
      failure_code: state.kind === 'failed' ? state.code : null,
      channel_reference: result.channelReference,
      occurred_at: result.at,
      recorded_at: moment.at,
    },
  ])
  if (state.kind === 'failed') {
    await appendEvents(trx, moment, [
      {
        customerId,
        kind: 'drawdown-failed',
        body: { drawdownId, amountFen: row.amount_fen.toString(), failureCode: state.code },
      },
    ])
    return
  }
  const product = productOf(house, row.product_code, row.product_version)
  const drawnOn = shanghaiDate(result.at)
  const loan = drawnLoan(
    {
      loanId: randomUUID(),
      rate: { e8: row.rate_e8, per: 'day' },
      dayBasis: product.dayBasis,
      rounding: product.rounding,
      drawnOn,
      instalments: row.instalments,
      dueDay: Number(drawnOn.slice(8, 10)),
    },
    fen(row.amount_fen),
  )
  await insertRows(trx, 'loan', [
    {
      customer_id: customerId,
      loan_id: loan.loanId,
      credit_line_id: row.credit_line_id,
      drawdown_id: drawdownId,
      product_code: row.product_code,
      product_version: row.product_version,
      rate_e8: loan.rate.e8,
      rate_per: loan.rate.per,
      drawn_on: drawnOn,
      drawn_fen: loan.principal,
      instalments: loan.instalments,
      instalment_principal_fen: loan.instalmentPrincipal,
      due_day: loan.dueDay,
      principal_fen: loan.principal,
      accrued_common: 0n,
      accrued_leap: 0n,
      accrued_to: drawnOn,
      billed_instalments: 0,
      next_due: loan.nextDue,
    },
  ])
  await postJournal(
    trx,
    moment,
    postingsOf({
      kind: 'drawdown-paid-out',
      amount: loan.principal,
      valueDate: drawnOn,
      loanId: loan.loanId,
    }).map((posting) => ({
      customerId,
      posting,
    })),
  )
  await markUsed(trx, [customerId], drawnOn)
  await appendEvents(trx, moment, [
    {
      customerId,
      kind: 'drawdown-paid-out',
      body: { drawdownId, loanId: loan.loanId, amountFen: row.amount_fen.toString(), drawnOn },
    },
  ])
}

async function recordRefund(
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  result: PaymentResult,
): Promise<void> {
  const { state, reference: refundId } = result
  if (state.kind !== 'settled' && state.kind !== 'failed') return
  const added = await trx.rows<{ amount_fen: bigint }>(
    `insert into refund_outcome (customer_id, refund_id, outcome, failure_code, channel_reference, occurred_at, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
     returning (select amount_fen from refund r where r.customer_id = $1 and r.refund_id = $2) as amount_fen`,
    [
      customerId,
      refundId,
      state.kind === 'settled' ? 'paid-out' : 'failed',
      state.kind === 'failed' ? state.code : null,
      result.channelReference,
      result.at,
      moment.at,
    ],
  )
  const [row] = added
  if (row === undefined) return
  const kind = state.kind === 'settled' ? 'refund-paid-out' : 'refund-failed'
  await postJournal(
    trx,
    moment,
    postingsOf({ kind, amount: row.amount_fen, valueDate: shanghaiDate(result.at) }).map((posting) => ({
      customerId,
      posting,
    })),
  )
  if (state.kind === 'failed') await moveCreditBalances(trx, [{ customerId, by: row.amount_fen }])
  await appendEvents(trx, moment, [
    { customerId, kind, body: { refundId, amountFen: row.amount_fen.toString() } },
  ])
}

/** A mandate has ended only when the channel says so: this is the evidence of autodebit.revoke (design 2.2, 2.3). */
async function recordMandate(
  trx: Transaction,
  moment: Moment,
  customerId: bigint,
  result: MandateResult,
): Promise<void> {
  if (result.state.kind !== 'terminated') return
  const performed = await trx.rows(
    `insert into obligation_performance (customer_id, obligation_id, performed_at, recorded_at, evidence)
     select customer_id, obligation_id, $3, $4, $5 from obligation
     where customer_id = $1 and code = 'autodebit.revoke' and subject_id = $2
     on conflict do nothing returning 1 as added`,
    [
      customerId,
      result.reference,
      result.at,
      moment.at,
      JSON.stringify({
        source: 'channel',
        channelReference: result.channelReference,
        at: result.at.toISOString(),
      }),
    ],
  )
  if (performed.length === 0) return
  await appendEvents(trx, moment, [
    {
      customerId,
      kind: 'obligation-performed',
      body: { code: 'autodebit.revoke', mandateId: result.reference },
    },
  ])
}
