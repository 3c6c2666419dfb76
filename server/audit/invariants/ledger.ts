import { chart, postingKinds } from '@jieqing/domain/ledger/chart'
import type { Invariant } from '../invariant.ts'

const everyLine = `(select customer_id, entry_id, line, business_date, posting_kind, account_code, debit_fen, credit_fen from journal
  union all select 0, entry_id, line, business_date, posting_kind, account_code, debit_fen, credit_fen from gl_journal)`

const kinds = Object.entries(postingKinds)

/** A11: the journal by itself, and against what it stands for. */
export const ledgerInvariants: readonly Invariant[] = [
  {
    name: 'entries-balance',
    says: 'Every entry has equal debits and credits, on one business date.',
    sql: `select customer_id, entry_id, business_date, sum(debit_fen) as debit_fen, sum(credit_fen) as credit_fen
          from ${everyLine} every group by customer_id, entry_id, business_date having sum(debit_fen) <> sum(credit_fen)`,
  },
  {
    name: 'trial-balance',
    says: 'All debits equal all credits, at the end of every business date.',
    sql: `select business_date, debit_fen, credit_fen from (
            select business_date, sum(sum(debit_fen)) over byday as debit_fen, sum(sum(credit_fen)) over byday as credit_fen
            from ${everyLine} every group by business_date window byday as (order by business_date)) running
          where debit_fen <> credit_fen`,
  },
  {
    name: 'entries-of-known-kinds',
    says: 'Every entry is one debit and one credit of the two accounts of its kind.',
    sql: `with kind as (select * from unnest($1::text[], $2::text[], $3::text[]) as k(posting_kind, debit_account, credit_account))
          select e.customer_id, e.entry_id, e.posting_kind from (
            select customer_id, entry_id, min(posting_kind) as posting_kind, count(distinct posting_kind) as kinds, count(*) as lines,
                   min(account_code) filter (where debit_fen > 0) as debit_account,
                   min(account_code) filter (where credit_fen > 0) as credit_account
            from ${everyLine} every group by customer_id, entry_id) e
          left join kind k using (posting_kind)
          where e.kinds <> 1 or e.lines <> 2 or k.posting_kind is null
             or e.debit_account is distinct from k.debit_account or e.credit_account is distinct from k.credit_account`,
    params: [
      kinds.map(([kind]) => kind),
      kinds.map(([, { debit }]) => debit),
      kinds.map(([, { credit }]) => credit),
    ],
  },
  {
    name: 'chart-of-accounts',
    says: 'The chart in the tables is the one that postings are made by.',
    sql: `select account_code, g.name_code, g.side from gl_account g
          full join unnest($1::text[], $2::text[], $3::text[]) as c(account_code, name_code, side) using (account_code)
          where (g.name_code, g.side) is distinct from (c.name_code, c.side)`,
    params: [
      Object.keys(chart),
      Object.values(chart).map((account) => account.name),
      Object.values(chart).map((account) => account.side),
    ],
  },
  {
    name: 'posted-on-known-days',
    says: 'Nothing is posted on a day after the open one or on a day that was never opened.',
    sql: `select every.customer_id, every.entry_id, every.business_date from ${everyLine} every left join business_day d using (business_date)
          where d.business_date is null or every.business_date > (select max(business_date) from business_day)`,
  },
  {
    name: 'business-days-without-gaps',
    says: 'Each business date follows the one before.',
    sql: `select business_date, before from (
            select business_date, lag(business_date) over (order by business_date) as before from business_day) days
          where before is not null and business_date <> before + 1`,
  },
  {
    name: 'loan-accounts-name-their-loan',
    says: 'Every line on an account of loans names a loan of its customer.',
    sql: `select j.customer_id, j.entry_id, j.line, j.account_code, j.loan_id from journal j
          left join loan l on l.customer_id = j.customer_id and l.loan_id = j.loan_id
          where (j.account_code in ('1131', '1132', '1133', '1134') or j.loan_id is not null) and l.loan_id is null`,
  },
  {
    name: 'postings-have-events',
    says: 'Whatever posted to a customer also said so in the timeline.',
    sql: `select distinct j.customer_id, j.command_id from journal j
          where not exists (select from event e where e.customer_id = j.customer_id and e.command_id = j.command_id)`,
  },
  {
    name: 'credit-balance-ledger',
    says: "A customer's credit balance is what account 2202 says.",
    sql: `select a.customer_id, a.credit_balance_fen, coalesce(j.owed, 0) as ledger_fen from account a
          left join (select customer_id, sum(credit_fen - debit_fen) as owed from journal where account_code = '2202' group by 1) j
            using (customer_id)
          where a.credit_balance_fen <> coalesce(j.owed, 0)`,
  },
  {
    name: 'refunds-ledger',
    says: 'Refunds in transit (2203) are the refunds without an outcome.',
    sql: `select customer_id, coalesce(r.amount, 0) as refunds_fen, coalesce(j.amount, 0) as ledger_fen from (
            select customer_id, sum(amount_fen) as amount from refund left join refund_outcome o using (customer_id, refund_id)
            where o.refund_id is null group by 1) r
          full join (select customer_id, sum(credit_fen - debit_fen) as amount from journal where account_code = '2203' group by 1) j
            using (customer_id)
          where coalesce(r.amount, 0) <> coalesce(j.amount, 0)`,
  },
  {
    name: 'channel-cash-ledger',
    says: 'Channel cash (1001) is what was settled in less what was paid out, customer by customer.',
    sql: `with moved as (
            select customer_id, amount_fen as amount from repayment join repayment_outcome using (customer_id, repayment_id) where outcome = 'settled'
            union all
            select customer_id, -amount_fen from drawdown join drawdown_outcome using (customer_id, drawdown_id) where outcome = 'paid-out'
            union all
            select customer_id, -amount_fen from refund join refund_outcome using (customer_id, refund_id) where outcome = 'paid-out'
          )
          select customer_id, coalesce(m.amount, 0) as moved_fen, coalesce(j.amount, 0) as ledger_fen
          from (select customer_id, sum(amount) as amount from moved group by 1) m
          full join (select customer_id, sum(debit_fen - credit_fen) as amount from journal where account_code = '1001' group by 1) j
            using (customer_id)
          where coalesce(m.amount, 0) <> coalesce(j.amount, 0)`,
  },
]
