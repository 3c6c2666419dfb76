import type { Invariant } from '../invariant.ts'

/** A2, A6, A10: accounts, lines, and money on its way. */
export const lineInvariants: readonly Invariant[] = [
  {
    name: 'account-points-to-open-line',
    says: 'An account points to its one line without an end, or to none where there is none.',
    sql: `select a.customer_id, a.credit_line_id, o.open_line, coalesce(o.lines, 0) as open_lines from account a
          left join (select customer_id, min(credit_line_id::text)::uuid as open_line, count(*) as lines
                     from credit_line left join credit_line_end e using (customer_id, credit_line_id) where e.credit_line_id is null group by 1) o
            using (customer_id)
          where a.credit_line_id is distinct from o.open_line or coalesce(o.lines, 0) > 1`,
  },
  {
    name: 'last-use',
    says: 'The last use of an account is its newest payout or settled repayment, or what an imported book says.',
    sql: `with used as (
            select customer_id, drawn_on as on_day from loan where drawdown_id is not null
            union all select customer_id, value_date from repayment_outcome where outcome = 'settled'
            union all
            select m.customer_id, least((m.month || '-01')::date + interval '1 month' - interval '1 day', i.started_at at time zone 'Asia/Shanghai')::date
            from imported_month m join imported_line using (customer_id) join book_import i using (import_id)
            where m.bill_fen <> 0 or m.paid_fen <> 0
          )
          select a.customer_id, a.last_used_on, u.on_day from account a
          left join (select customer_id, max(on_day) as on_day from used group by 1) u using (customer_id)
          where a.last_used_on is distinct from u.on_day`,
  },
  {
    name: 'lines-have-terms',
    says: 'Every line has an agreement and its limits numbered from 1 without a gap.',
    sql: `select l.customer_id, l.credit_line_id, coalesce(m.limits, 0) as limits, m.newest from credit_line l
          left join (select customer_id, credit_line_id, count(*) as limits, max(seq) as newest from credit_line_limit group by 1, 2) m
            using (customer_id, credit_line_id)
          where coalesce(m.limits, 0) <> coalesce(m.newest, -1)
             or not exists (select from agreement a where a.customer_id = l.customer_id and a.credit_line_id = l.credit_line_id)`,
  },
  {
    name: 'in-flight-is-asked-for',
    says: 'Money and mandates that wait for the channel have a task that asks it: silence cannot lock anyone in.',
    sql: `with waiting as (
            select r.customer_id, r.repayment_id as subject_id, 'ask-payment' as task from repayment r
            where not exists (select from repayment_outcome o where o.customer_id = r.customer_id and o.repayment_id = r.repayment_id)
            union all
            select d.customer_id, d.drawdown_id, 'ask-payment' from drawdown d
            where not exists (select from drawdown_outcome o where o.customer_id = d.customer_id and o.drawdown_id = d.drawdown_id)
            union all
            select r.customer_id, r.refund_id, 'ask-payment' from refund r
            where not exists (select from refund_outcome o where o.customer_id = r.customer_id and o.refund_id = r.refund_id)
            union all
            select b.customer_id, b.subject_id, 'ask-mandate' from obligation b where b.code = 'autodebit.revoke'
              and not exists (select from obligation_performance p where p.customer_id = b.customer_id and p.obligation_id = b.obligation_id)
          )
          select * from waiting w where not exists (
            select from outbox x where x.customer_id = w.customer_id and x.task = w.task and x.subject_id = w.subject_id)`,
  },
  {
    name: 'references-have-owners',
    says: 'Every order to the channel is found again by its reference, and every reference has its order.',
    sql: `with ordered as (
            select customer_id, drawdown_id as reference, 'drawdown' as kind from drawdown
            union all select customer_id, repayment_id, 'repayment' from repayment
            union all select customer_id, refund_id, 'refund' from refund
            union all select customer_id, mandate_id, 'mandate' from mandate
          )
          select reference, coalesce(o.customer_id, c.customer_id) as customer_id, o.kind as ordered_kind, c.kind as reference_kind from ordered o
          full join (select c.* from channel_reference c join account a using (customer_id)) c using (reference)
          where (o.customer_id, o.kind) is distinct from (c.customer_id, c.kind)`,
  },
]
