import type { Queries } from '../platform/database/pool.ts'

/** Something that must never be in the tables, and of whom. */
export type Violation = { readonly customerId: bigint; readonly what: string }

/**
 * Recomputes from the tables alone what holds for these customers: a line that has ended owes nothing, has nothing on its way, and all
 * that its closing promised is there; a line that has not ended carries no part of a closing; caches equal the journal (C5, A11).
 */
export async function violations(db: Queries, customerIds: readonly bigint[]): Promise<readonly Violation[]> {
  const rows = await db.rows<{ customer_id: bigint; what: string }>(
    `with own as (select customer_id, credit_line_id as leads_to, credit_balance_fen from account where customer_id = any($1)),
     ended as (select e.* from credit_line_end e join own using (customer_id)),
     open_lines as (
       select l.* from credit_line l join own using (customer_id) left join credit_line_end e using (customer_id, credit_line_id)
       where e.customer_id is null),
     counts as (
       select customer_id,
         (select count(*) from closing_order_end x where x.customer_id = own.customer_id and x.outcome = 'executed') as executed,
         (select count(*) from closing_order x left join closing_order_end y using (customer_id, order_id)
          where x.customer_id = own.customer_id and y.order_id is null) as open_orders,
         (select count(*) from event x where x.customer_id = own.customer_id and x.kind = 'line-closed') as closed_events,
         (select max(seq) from event x where x.customer_id = own.customer_id and x.kind = 'line-closed') as closed_seq,
         (select max(seq) from event x where x.customer_id = own.customer_id) as last_seq,
         (select count(*) from event x where x.customer_id = own.customer_id) as events,
         (select count(*) from waiver x where x.customer_id = own.customer_id) as waivers,
         (select count(*) from agreement x where x.customer_id = own.customer_id) as agreements,
         (select count(*) from agreement_end x where x.customer_id = own.customer_id) as agreement_ends,
         (select count(*) from mandate x where x.customer_id = own.customer_id) as mandates,
         (select count(*) from mandate_end x where x.customer_id = own.customer_id) as mandate_ends,
         (select count(*) from obligation x where x.customer_id = own.customer_id) as obligations,
         (select count(*) from outbox x where x.customer_id = own.customer_id and x.task = 'terminate-mandate') as terminations,
         (select count(*) from closure_effect x where x.customer_id = own.customer_id) as effects
       from own),
     balances as (
       select j.customer_id, j.account_code, sum(j.debit_fen - j.credit_fen) as fen
       from journal j join own using (customer_id) group by 1, 2)

     select customer_id, 'ended with an open loan' as what from ended join loan using (customer_id) where ended_on is null
     union all select customer_id, 'ended with principal owed' from ended join loan using (customer_id) where principal_fen > 0
     union all select customer_id, 'ended with a bill owed' from ended join bill using (customer_id)
       where principal_left_fen + interest_left_fen > 0
     union all select customer_id, 'ended with a fee owed' from ended join fee using (customer_id) where left_fen > 0
     union all select customer_id, 'ended with a credit balance' from ended join own using (customer_id) where credit_balance_fen <> 0
     union all select customer_id, 'ended with a repayment in transit' from ended join repayment using (customer_id)
       left join repayment_outcome o using (customer_id, repayment_id) where o.repayment_id is null
     union all select customer_id, 'ended with a drawdown in transit' from ended join drawdown using (customer_id)
       left join drawdown_outcome o using (customer_id, drawdown_id) where o.drawdown_id is null
     union all select customer_id, 'ended with a refund in transit' from ended join refund using (customer_id)
       left join refund_outcome o using (customer_id, refund_id) where o.refund_id is null
     union all select customer_id, 'ended, but the account still leads to it' from ended join own using (customer_id)
       where leads_to is not null
     union all select customer_id, 'ended, but not by one executed order and one event' from ended join counts using (customer_id)
       where executed <> 1 or closed_events <> 1 or open_orders <> 0
     union all select customer_id, 'ended, but something happened after it' from ended join counts using (customer_id)
       where closed_seq <> last_seq
     union all select customer_id, 'ended, but an agreement or a mandate has not' from ended join counts using (customer_id)
       where agreements <> agreement_ends or mandates <> mandate_ends
     union all select customer_id, 'ended, but a promise is missing' from ended join counts using (customer_id)
       where obligations <> mandates or terminations <> mandates or effects <> 1 + waivers + agreements + mandates
     union all select customer_id, 'not ended, but part of a closing is there' from open_lines join counts using (customer_id)
       where executed + closed_events + waivers + agreement_ends + mandate_ends + obligations + effects > 0
     union all select customer_id, 'not ended, but the account does not lead to it' from open_lines join own using (customer_id)
       where leads_to is distinct from open_lines.credit_line_id
     union all select customer_id, 'two open closing orders' from counts where open_orders > 1
     union all select customer_id, 'an event is missing' from counts where events <> last_seq

     union all select x.customer_id, 'loan and journal differ' from (
       select customer_id, sum(principal_fen) as fen from loan join own using (customer_id) group by 1) x
       left join balances b on b.customer_id = x.customer_id and b.account_code = '1131'
       where x.fen <> coalesce(b.fen, 0)
     union all select customer_id, 'fees and journal differ' from own left join balances b using (customer_id)
       where b.account_code = '1134' and b.fen <> (select coalesce(sum(left_fen), 0) from fee f where f.customer_id = own.customer_id)
     union all select customer_id, 'credit balance and journal differ' from own
       where credit_balance_fen <> coalesce((select -fen from balances b where b.customer_id = own.customer_id and b.account_code = '2202'), 0)
     union all select customer_id, 'refunds and journal differ' from own
       where coalesce((select -fen from balances b where b.customer_id = own.customer_id and b.account_code = '2203'), 0)
         <> (select coalesce(sum(amount_fen), 0) from refund r left join refund_outcome o using (customer_id, refund_id)
             where r.customer_id = own.customer_id and o.refund_id is null)
     union all select customer_id, 'a settled repayment was not given out to the fen' from own join repayment r using (customer_id)
       join repayment_outcome o using (customer_id, repayment_id)
       where o.outcome = 'settled' and r.amount_fen <> (select coalesce(sum(a.amount_fen), 0) from repayment_allocation a
         where a.customer_id = r.customer_id and a.repayment_id = r.repayment_id)`,
    [customerIds],
  )
  return rows.map((row) => ({ customerId: row.customer_id, what: row.what }))
}
