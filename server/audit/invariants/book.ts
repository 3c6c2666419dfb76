import type { Invariant } from '../invariant.ts'

const yuan = (fen: string) => `((${fen}) / 100.0)::numeric(40, 2)::text`

/** A14: an imported book is what its file said. */
export const bookInvariants: readonly Invariant[] = [
  {
    name: 'imported-rows-counted',
    says: 'Every row that an import has read is a line or a refusal; a finished one has read them all.',
    sql: `select p.import_id, p.rows_read, p.rows_used, coalesce(l.lines, 0) as lines, coalesce(r.refused, 0) as refused, p.summary -> 'rows' as said
          from book_import_progress p
          left join (select import_id, count(*) as lines, max(source_row) as last from imported_line group by 1) l using (import_id)
          left join (select import_id, count(distinct source_row) as refused from book_import_refusal group by 1) r using (import_id)
          where p.rows_used <> coalesce(l.lines, 0) or p.rows_read <> p.rows_used + coalesce(r.refused, 0)
             or (p.finished_at is not null) <> (p.summary is not null)
             or p.summary -> 'rows' <> jsonb_build_object('read', p.rows_read, 'used', p.rows_used, 'refused', p.rows_read - p.rows_used)`,
  },
  {
    name: 'imported-book-totals',
    says: 'The control totals of an import, recomputed from the tables, are those that its file had.',
    sql: `with month as (
            select i.import_id, m.customer_id, m.month, m.bill_fen, m.paid_fen, m.status, t.limit_fen,
                   lag(m.bill_fen) over line as bill_before, lag(m.status) over line as status_before,
                   row_number() over (partition by m.customer_id order by m.month desc) as age,
                   row_number() over (partition by m.customer_id order by m.month) as number
            from imported_line i join imported_month m using (customer_id)
            join credit_line_limit t on t.customer_id = i.customer_id and t.credit_line_id = i.credit_line_id and t.seq = 1
            window line as (partition by m.customer_id order by m.month)
          ), step as (
            select *, bill_fen - bill_before + paid_fen as used from month
          ), line as (
            select import_id, customer_id, max(limit_fen) as limit_fen, bool_or(bill_fen > limit_fen) as over,
                   bool_and(bill_fen = 0 and paid_fen = 0) as idle, bool_and(bill_fen = 0 and paid_fen = 0) filter (where age <= 3) as idle_three,
                   max(status) as worst
            from step group by 1, 2
          ), totals as (
            select import_id, jsonb_build_object(
              'opening', ${yuan('coalesce(sum(bill_fen) filter (where number = 1), 0)')},
              'draws', jsonb_build_object('amount', ${yuan('coalesce(sum(used) filter (where used > 0), 0)')}, 'count', count(*) filter (where used > 0)),
              'refunds', jsonb_build_object('amount', ${yuan('coalesce(-sum(used) filter (where used < 0), 0)')}, 'count', count(*) filter (where used < 0)),
              'repayments', jsonb_build_object('amount', ${yuan('coalesce(sum(paid_fen) filter (where number > 1), 0)')},
                                               'count', count(*) filter (where number > 1 and paid_fen > 0)),
              'closing', ${yuan('coalesce(sum(bill_fen) filter (where age = 1), 0)')},
              'creditBalances', count(*) filter (where bill_fen < 0),
              'paymentsAbovePreviousBill', count(*) filter (where bill_before > 0 and paid_fen > bill_before),
              'septemberStatus', jsonb_build_object('atLeast2', count(*) filter (where age = 1 and status >= 2),
                'atLeast3', count(*) filter (where age = 1 and status >= 3), 'atLeast4', count(*) filter (where age = 1 and status >= 4)),
              'statusRises', count(*) filter (where number > 1 and greatest(status, 0) - greatest(status_before, 0) > 1)) as months,
              count(*) filter (where bill_fen > limit_fen) as over
            from step group by 1
          ), lines as (
            select import_id, jsonb_build_object(
              'sumOfLimits', ${yuan('sum(limit_fen)')},
              'allZeroSixMonths', count(*) filter (where idle), 'allZeroLastThree', count(*) filter (where idle_three),
              'everAtLeast3', count(*) filter (where worst >= 3)) as lines,
              count(*) filter (where over) as over
            from line group by 1
          )
          select p.import_id, key, p.summary -> 'controlTotals' -> key as of_file,
                 (t.months || l.lines || jsonb_build_object('billsOverLimit', jsonb_build_object('count', t.over, 'lines', l.over))) -> key as of_tables
          from book_import_progress p join totals t using (import_id) join lines l using (import_id),
               jsonb_object_keys(p.summary -> 'controlTotals') as key
          where p.finished_at is not null and p.summary -> 'controlTotals' -> key is distinct from
                (t.months || l.lines || jsonb_build_object('billsOverLimit', jsonb_build_object('count', t.over, 'lines', l.over))) -> key`,
  },
  {
    name: 'imported-lines-opened',
    says: 'A line imported has its newest bill as its opening loan or credit balance, in the ledger too, and a block where that was over its limit.',
    sql: `select i.customer_id, i.source_row, m.bill_fen, coalesce(l.drawn_fen, 0) as loan_fen, coalesce(j.principal, 0) as ledger_principal_fen,
                 coalesce(j.credit, 0) as ledger_credit_fen
          from imported_line i join book_import b using (import_id)
          left join imported_month m on m.customer_id = i.customer_id and m.month = b.as_of_month
          join credit_line_limit t on t.customer_id = i.customer_id and t.credit_line_id = i.credit_line_id and t.seq = 1
          left join (select customer_id, credit_line_id, sum(drawn_fen) as drawn_fen, count(*) as loans from loan where drawdown_id is null group by 1, 2) l
            on l.customer_id = i.customer_id and l.credit_line_id = i.credit_line_id
          left join (select customer_id, command_id, sum(debit_fen) filter (where account_code = '1131') as principal,
                            sum(credit_fen) filter (where account_code = '2202') as credit
                     from journal where posting_kind in ('book-principal', 'book-credit-balance') group by 1, 2) j
            on j.customer_id = i.customer_id and j.command_id = i.import_id
          where m.bill_fen is null or coalesce(l.loans, 0) > 1
             or coalesce(l.drawn_fen, 0) <> greatest(m.bill_fen, 0) or coalesce(j.principal, 0) <> greatest(m.bill_fen, 0)
             or coalesce(j.credit, 0) <> greatest(-m.bill_fen, 0)
             or (m.bill_fen > t.limit_fen) <> exists (
               select from credit_line_block k where k.customer_id = i.customer_id and k.credit_line_id = i.credit_line_id and k.reason = 'over-limit')`,
  },
  {
    name: 'imported-lines-once',
    says: 'A line of a source is imported once, whatever files it came in.',
    sql: `select b.layout, b.cell, i.source_key, count(*) as lines from imported_line i join book_import b using (import_id)
          group by 1, 2, 3 having count(*) > 1`,
  },
]
