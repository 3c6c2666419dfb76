import type { Invariant } from '../invariant.ts'

const endedLines = `(select l.customer_id, l.credit_line_id, e.order_id, e.ended_at from credit_line l join credit_line_end e using (customer_id, credit_line_id))`

/** C5: a closing is never half done, and nothing happens on a line after its end. */
export const closingInvariants: readonly Invariant[] = [
  {
    name: 'ended-lines-owe-nothing',
    says: 'An ended line has no open loan, nothing in flight, and no credit balance is kept from a customer without a line.',
    sql: `select e.customer_id, e.credit_line_id, 'loan' as what, l.loan_id::text as which from ${endedLines} e
            join loan l using (customer_id, credit_line_id) where l.ended_on is null or l.principal_fen <> 0
          union all
          select e.customer_id, e.credit_line_id, 'drawdown', d.drawdown_id::text from ${endedLines} e join drawdown d using (customer_id, credit_line_id)
            where not exists (select from drawdown_outcome o where o.customer_id = d.customer_id and o.drawdown_id = d.drawdown_id)
          union all
          select e.customer_id, e.credit_line_id, 'repayment', r.repayment_id::text from ${endedLines} e join repayment r using (customer_id, credit_line_id)
            where not exists (select from repayment_outcome o where o.customer_id = r.customer_id and o.repayment_id = r.repayment_id)
          union all
          select e.customer_id, e.credit_line_id, 'refund', r.refund_id::text from ${endedLines} e join refund r using (customer_id)
            where r.requested_at <= e.ended_at
              and not exists (select from refund_outcome o where o.customer_id = r.customer_id and o.refund_id = r.refund_id)
          union all
          select e.customer_id, e.credit_line_id, 'credit balance', j.owed::text from ${endedLines} e
            join (select customer_id, sum(credit_fen - debit_fen) as owed from journal where account_code = '2202' group by 1) j using (customer_id)
            where j.owed <> 0 and not exists (select from credit_line l left join credit_line_end x using (customer_id, credit_line_id)
              where l.customer_id = e.customer_id and x.credit_line_id is null)`,
  },
  {
    name: 'ended-lines-have-one-order',
    says: 'An ended line has one executed closing order, the one its end names; an executed order has ended its line.',
    sql: `select customer_id, credit_line_id, e.order_id as ended_by, x.order_id as executed from ${endedLines} e
          full join (select o.customer_id, o.credit_line_id, o.order_id from closing_order o join closing_order_end f using (customer_id, order_id)
                     where f.outcome = 'executed') x using (customer_id, credit_line_id)
          where e.order_id is distinct from x.order_id`,
  },
  {
    name: 'one-open-order-a-line',
    says: 'A line has one unfinished closing order at most, none after its end, and its orders are numbered without a gap.',
    sql: `select o.customer_id, o.credit_line_id, count(*) filter (where f.order_id is null) as open_orders, count(*) as orders, max(o.seq) as newest
          from closing_order o left join closing_order_end f using (customer_id, order_id)
          left join credit_line_end e using (customer_id, credit_line_id)
          group by o.customer_id, o.credit_line_id
          having count(*) filter (where f.order_id is null) > case when count(e.credit_line_id) > 0 then 0 else 1 end or count(*) <> max(o.seq)`,
  },
  {
    name: 'ended-lines-ended-everything',
    says: 'With a line ended its agreement, the mandates that its customer had, and its blocks.',
    sql: `select e.customer_id, e.credit_line_id, 'agreement' as what, a.agreement_id as which from ${endedLines} e
            join agreement a using (customer_id, credit_line_id) left join agreement_end x using (customer_id, agreement_id)
            where x.order_id is distinct from e.order_id
          union all
          select e.customer_id, e.credit_line_id, 'mandate', m.mandate_id from ${endedLines} e
            join mandate m using (customer_id) left join mandate_end x using (customer_id, mandate_id)
            where m.signed_at <= e.ended_at and (x.ended_at is null or x.ended_at > e.ended_at)
              and not exists (select from credit_line l where l.customer_id = e.customer_id and l.credit_line_id <> e.credit_line_id
                              and l.opened_at >= e.ended_at and l.opened_at <= m.signed_at)
          union all
          select e.customer_id, e.credit_line_id, 'block', b.block_id from ${endedLines} e
            join credit_line_block b using (customer_id, credit_line_id) left join credit_line_block_end x using (customer_id, block_id)
            where x.block_id is null`,
  },
  {
    name: 'closing-effects-recorded',
    says: 'A row for each thing that a closing changed, and each row true: line, agreements, mandates, waivers.',
    sql: `with changed as (
            select customer_id, order_id, 'line-ended' as effect, credit_line_id as subject_id, null::bigint as amount_fen from credit_line_end
            union all select customer_id, order_id, 'agreement-ended', agreement_id, null from agreement_end
            union all select customer_id, order_id, 'residual-waived', waiver_id, amount_fen from waiver
            union all select customer_id, order_id, 'mandate-ended', subject_id, null from obligation where code = 'autodebit.revoke'
          )
          select coalesce(c.customer_id, x.customer_id) as customer_id, coalesce(c.order_id, x.order_id) as order_id,
                 coalesce(c.effect, x.effect) as effect, subject_id, c.amount_fen, x.amount_fen as recorded_fen
          from changed c full join (select * from closure_effect where effect <> 'block-ended') x using (customer_id, order_id, effect, subject_id)
          where c.effect is null or x.effect is null or c.amount_fen is distinct from x.amount_fen`,
  },
  {
    name: 'nothing-after-the-end',
    says: 'After the end of a line nothing is drawn, repaid, charged or billed on it.',
    sql: `select e.customer_id, e.credit_line_id, 'drawdown' as what, d.drawdown_id::text as which from ${endedLines} e
            join drawdown d using (customer_id, credit_line_id) where d.requested_at > e.ended_at
          union all
          select e.customer_id, e.credit_line_id, 'repayment', r.repayment_id::text from ${endedLines} e
            join repayment r using (customer_id, credit_line_id) where r.requested_at > e.ended_at
          union all
          select e.customer_id, e.credit_line_id, 'fee', f.fee_id::text from ${endedLines} e
            join loan l using (customer_id, credit_line_id) join fee f on f.customer_id = l.customer_id and f.loan_id = l.loan_id
            where f.charged_at > e.ended_at
          union all
          select e.customer_id, e.credit_line_id, 'bill', b.loan_id::text from ${endedLines} e
            join loan l using (customer_id, credit_line_id) join bill b on b.customer_id = l.customer_id and b.loan_id = l.loan_id
            where b.billed_at > e.ended_at`,
  },
  {
    name: 'no-debit-after-its-mandate',
    says: 'No debit is made under a mandate that has ended, nor from another card than its own.',
    sql: `select r.customer_id, r.repayment_id, r.mandate_id from repayment r join mandate m using (customer_id, mandate_id)
          left join mandate_end e using (customer_id, mandate_id) where r.requested_at > e.ended_at or r.card_id <> m.card_id`,
  },
  {
    name: 'obligations-complete',
    says: 'Every mandate that a closing ended has the obligation to revoke it at the channel.',
    sql: `select x.customer_id, x.order_id, x.subject_id as mandate_id from closure_effect x
          left join obligation o on o.customer_id = x.customer_id and o.order_id = x.order_id and o.subject_id = x.subject_id and o.code = 'autodebit.revoke'
          where x.effect = 'mandate-ended' and o.obligation_id is null
          union all
          select m.customer_id, null, m.mandate_id from mandate_end m
          where exists (select from credit_line_end e where e.customer_id = m.customer_id and e.ended_at = m.ended_at)
            and not exists (select from obligation o where o.customer_id = m.customer_id and o.subject_id = m.mandate_id and o.code = 'autodebit.revoke')`,
  },
  {
    name: 'performances-have-evidence',
    says: 'An obligation counts as performed only on the receipt of another: its source and reference are kept.',
    sql: `select p.customer_id, p.obligation_id, p.evidence from obligation_performance p left join obligation o using (customer_id, obligation_id)
          where o.obligation_id is null or jsonb_typeof(p.evidence) <> 'object' or coalesce(p.evidence ->> 'source', '') = ''
             or coalesce(p.evidence ->> 'channelReference', '') = ''`,
  },
]
