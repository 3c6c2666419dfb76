import type { ClosureFacts, InTransit } from '@jieqing/domain/closure/blockers'
import { fen } from '@jieqing/domain/money/fen'
import { readLine } from '../credit-line/store.ts'
import { readOpenLoans } from '../loan/store.ts'
import { readActiveMandates } from '../mandate/sign.ts'
import type { Queries } from '../platform/database/pool.ts'
import { askAt } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { readRefundsInFlight } from '../refund/request.ts'
import { readUnposted } from '../repayment/store.ts'

/** All facts on which a closing is decided (mission C2). The executing transaction reads them under the account's lock, in new statements. */
export async function readClosureFacts(house: House, db: Queries, customerId: bigint): Promise<ClosureFacts> {
  const [account, line, loans, unposted, drawdowns, refunds, mandates, agreements] = await Promise.all([
    db.one<{ credit_balance_fen: bigint }>('select credit_balance_fen from account where customer_id = $1', [
      customerId,
    ]),
    readLine(db, customerId),
    readOpenLoans(house, db, [customerId]),
    readUnposted(db, customerId),
    readDrawdownsInFlight(house, db, customerId),
    readRefundsInFlight(house, db, customerId),
    readActiveMandates(db, customerId),
    db.rows<{ agreement_id: string }>(
      `select agreement_id from agreement left join agreement_end e using (customer_id, agreement_id)
       where customer_id = $1 and e.agreement_id is null order by agreement_id`,
      [customerId],
    ),
  ])
  return {
    line:
      line === undefined ? undefined : { creditLineId: line.creditLineId, ended: line.endedAt !== undefined },
    frozen: line?.blocks.some((block) => block.reason === 'frozen') ?? false,
    loans: loans.get(customerId) ?? [],
    creditBalance: fen(account.credit_balance_fen),
    unpostedRepayments: unposted.filter((one) => one.mandateId === undefined),
    submittedDebits: unposted.filter((one) => one.mandateId !== undefined),
    drawdownsInFlight: drawdowns,
    refundsInFlight: refunds,
    activeMandates: mandates.map((mandate) => mandate.mandateId),
    agreements: agreements.map((row) => row.agreement_id),
    openBlocks: line?.blocks.map((block) => block.blockId) ?? [],
  }
}

async function readDrawdownsInFlight(
  house: House,
  db: Queries,
  customerId: bigint,
): Promise<readonly InTransit[]> {
  const rows = await db.rows<{ drawdown_id: string; amount_fen: bigint; requested_at: Date }>(
    `select drawdown_id, amount_fen, requested_at from drawdown left join drawdown_outcome o using (customer_id, drawdown_id)
     where customer_id = $1 and o.drawdown_id is null order by requested_at, drawdown_id`,
    [customerId],
  )
  return rows.map((row) => ({
    id: row.drawdown_id,
    amount: fen(row.amount_fen),
    expectedBy: askAt({ at: row.requested_at }, house.policy.clearingMinutes),
  }))
}

export type ClosingOrder = {
  readonly orderId: string
  readonly creditLineId: string
  readonly channel: 'wechat' | 'qq' | 'browser'
  readonly requestedAt: Date
  readonly state: 'requested' | 'executed' | 'withdrawn'
  readonly endedAt: Date | undefined
}

const orderColumns = `o.order_id, o.credit_line_id, o.channel, o.requested_at, coalesce(e.outcome, 'requested') as state, e.ended_at`

type OrderRow = {
  readonly order_id: string
  readonly credit_line_id: string
  readonly channel: ClosingOrder['channel']
  readonly requested_at: Date
  readonly state: ClosingOrder['state']
  readonly ended_at: Date | null
}

export async function readOrder(
  db: Queries,
  customerId: bigint,
  orderId: string,
): Promise<ClosingOrder | undefined> {
  const row = await db.maybe<OrderRow>(
    `select ${orderColumns} from closing_order o left join closing_order_end e using (customer_id, order_id)
     where o.customer_id = $1 and o.order_id = $2`,
    [customerId, orderId],
  )
  return row === undefined ? undefined : orderOf(row)
}

/** The order that is not finished, if any: there is one at most. */
export async function readOpenOrder(db: Queries, customerId: bigint): Promise<ClosingOrder | undefined> {
  const row = await db.maybe<OrderRow>(
    `select ${orderColumns} from closing_order o left join closing_order_end e using (customer_id, order_id)
     where o.customer_id = $1 and e.order_id is null`,
    [customerId],
  )
  return row === undefined ? undefined : orderOf(row)
}

/** Every order of a customer, newest first. A sandbox's clock stands still, so two orders of a line may have one time: their number decides. */
export async function readOrders(db: Queries, customerId: bigint): Promise<readonly ClosingOrder[]> {
  const rows = await db.rows<OrderRow>(
    `select ${orderColumns} from closing_order o left join closing_order_end e using (customer_id, order_id)
     where o.customer_id = $1 order by o.requested_at desc, o.seq desc, o.order_id`,
    [customerId],
  )
  return rows.map(orderOf)
}

function orderOf(row: OrderRow): ClosingOrder {
  return {
    orderId: row.order_id,
    creditLineId: row.credit_line_id,
    channel: row.channel,
    requestedAt: row.requested_at,
    state: row.state,
    endedAt: row.ended_at ?? undefined,
  }
}
