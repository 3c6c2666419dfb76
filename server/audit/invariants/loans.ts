import type { Invariant } from '../invariant.ts'

/** Per loan: what each of its accounts holds, and the interest taken out of its accumulator. */
const ledgerOfLoans = `(select customer_id, loan_id,
    coalesce(sum(debit_fen - credit_fen) filter (where account_code = '1131'), 0) as principal,
    coalesce(sum(debit_fen) filter (where account_code = '1131'), 0) as drawn,
    coalesce(sum(debit_fen - credit_fen) filter (where account_code = '1132'), 0) as billed_interest,
    coalesce(sum(debit_fen) filter (where account_code = '1132'), 0) as all_billed_interest,
    coalesce(sum(debit_fen - credit_fen) filter (where account_code = '1134'), 0) as fees
  from journal where loan_id is not null group by 1, 2)`

/** What repayments gave to each bill. */
const paidOnBills = `(select customer_id, loan_id, bill_seq as seq,
    coalesce(sum(amount_fen) filter (where component = 'principal'), 0) as principal,
    coalesce(sum(amount_fen) filter (where component = 'interest'), 0) as interest
  from repayment_allocation where bill_seq is not null group by 1, 2, 3)`

const waivedLoans = `(select distinct customer_id, loan_id from waiver)`

/** A3 to A7: loans, bills and fees are caches of their history. */
export const loanInvariants: readonly Invariant[] = [
  {
    name: 'loan-principal-ledger',
    says: "A loan's principal is what was drawn less what was repaid and waived, from the journal; it was drawn once, with its own amount.",
    sql: `select customer_id, l.loan_id, l.principal_fen, j.principal as ledger_fen, l.drawn_fen, j.drawn as ledger_drawn_fen
          from loan l left join ${ledgerOfLoans} j using (customer_id, loan_id)
          where l.principal_fen is distinct from j.principal or l.drawn_fen is distinct from j.drawn`,
  },
  {
    name: 'loan-principal-allocated',
    says: "A loan's principal is what was drawn less what repayments and waivers gave to it.",
    sql: `select l.customer_id, l.loan_id, l.principal_fen, l.drawn_fen, coalesce(a.paid, 0) as paid_fen, coalesce(w.waived, 0) as waived_fen
          from loan l
          left join (select customer_id, loan_id, sum(amount_fen) as paid from repayment_allocation where component = 'principal' group by 1, 2) a
            on a.customer_id = l.customer_id and a.loan_id = l.loan_id
          left join (select customer_id, loan_id, sum(amount_fen) as waived from waiver where component = 'principal' group by 1, 2) w
            on w.customer_id = l.customer_id and w.loan_id = l.loan_id
          where l.principal_fen <> l.drawn_fen - coalesce(a.paid, 0) - coalesce(w.waived, 0)`,
  },
  {
    name: 'bill-lefts',
    says: 'What a bill still asks for is its amount less what repayments gave to it; of a waived loan no bill asks for anything.',
    sql: `select b.customer_id, b.loan_id, b.seq, b.principal_left_fen, b.interest_left_fen, coalesce(p.principal, 0) as principal_paid_fen,
                 coalesce(p.interest, 0) as interest_paid_fen
          from bill b left join ${paidOnBills} p on p.customer_id = b.customer_id and p.loan_id = b.loan_id and p.seq = b.seq
          left join ${waivedLoans} w on w.customer_id = b.customer_id and w.loan_id = b.loan_id
          where case when w.loan_id is null
            then b.principal_left_fen <> b.principal_fen - coalesce(p.principal, 0) or b.interest_left_fen <> b.interest_fen - coalesce(p.interest, 0)
            else b.principal_left_fen + b.interest_left_fen <> 0 or coalesce(p.principal, 0) > b.principal_fen or coalesce(p.interest, 0) > b.interest_fen
          end`,
  },
  {
    name: 'allocations-meet-bills',
    says: 'A repayment is allocated to bills and fees that exist.',
    sql: `select a.customer_id, a.repayment_id, a.line from repayment_allocation a
          left join bill b on b.customer_id = a.customer_id and b.loan_id = a.loan_id and b.seq = a.bill_seq
          left join fee f on f.customer_id = a.customer_id and f.fee_id = a.fee_id and f.loan_id = a.loan_id
          left join loan l on l.customer_id = a.customer_id and l.loan_id = a.loan_id
          where (a.bill_seq is not null and b.seq is null) or (a.fee_id is not null and f.fee_id is null)
             or (a.loan_id is not null and l.loan_id is null) or ((a.component = 'fees') <> (a.fee_id is not null))`,
  },
  {
    name: 'billed-principal-within-loan',
    says: 'Bills never ask for more principal than the loan owes, and were never more than was drawn.',
    sql: `select l.customer_id, l.loan_id, l.principal_fen, sum(b.principal_left_fen) as asked_fen, l.drawn_fen, sum(b.principal_fen) as billed_fen
          from loan l join bill b on b.customer_id = l.customer_id and b.loan_id = l.loan_id
          group by l.customer_id, l.loan_id having sum(b.principal_left_fen) > l.principal_fen or sum(b.principal_fen) > l.drawn_fen`,
  },
  {
    name: 'bills-numbered',
    says: 'Bills of a loan are numbered without a gap up to its count of billed instalments, in the order of their days; what is not billed has a next day.',
    sql: `select l.customer_id, l.loan_id, l.billed_instalments, l.next_due from loan l
          left join (select customer_id, loan_id, count(*) filter (where seq > 0) as numbered, max(seq) as newest, max(due_on) as last_due,
                            sum(principal_left_fen) as asked,
                            count(*) filter (where due_on <= before) as unordered
                     from (select *, lag(due_on) over (partition by customer_id, loan_id order by seq) as before from bill) x group by 1, 2) b
            on b.customer_id = l.customer_id and b.loan_id = l.loan_id
          where l.billed_instalments <> coalesce(b.numbered, 0) or l.billed_instalments <> coalesce(b.newest, 0) or coalesce(b.unordered, 0) > 0
             or (l.ended_on is null and l.next_due is null and l.principal_fen > coalesce(b.asked, 0)) or l.next_due <= b.last_due`,
  },
  {
    name: 'billed-interest-ledger',
    says: 'Billed interest (1132) of a loan is what its bills were for, and what they still ask for.',
    sql: `select customer_id, loan_id, coalesce(b.billed, 0) as billed_fen, coalesce(j.all_billed_interest, 0) as ledger_billed_fen,
                 coalesce(b.asked, 0) as left_fen, coalesce(j.billed_interest, 0) as ledger_left_fen
          from (select customer_id, loan_id, sum(interest_fen) as billed, sum(interest_left_fen) as asked from bill group by 1, 2) b
          full join ${ledgerOfLoans} j using (customer_id, loan_id)
          where coalesce(b.billed, 0) <> coalesce(j.all_billed_interest, 0) or coalesce(b.asked, 0) <> coalesce(j.billed_interest, 0)`,
  },
  {
    name: 'fee-lefts',
    says: 'What is left of a fee is its amount less what repayments gave to it; of a waived loan nothing is.',
    sql: `select f.customer_id, f.fee_id, f.amount_fen, f.left_fen, coalesce(a.paid, 0) as paid_fen from fee f
          left join (select customer_id, fee_id, sum(amount_fen) as paid from repayment_allocation where fee_id is not null group by 1, 2) a
            on a.customer_id = f.customer_id and a.fee_id = f.fee_id
          left join ${waivedLoans} w on w.customer_id = f.customer_id and w.loan_id = f.loan_id
          where case when w.loan_id is null then f.left_fen <> f.amount_fen - coalesce(a.paid, 0)
                     else f.left_fen <> 0 or coalesce(a.paid, 0) > f.amount_fen end`,
  },
  {
    name: 'fees-ledger',
    says: 'Fees receivable (1134) of a loan are what is left of its fees.',
    sql: `select customer_id, loan_id, coalesce(f.asked, 0) as left_fen, coalesce(j.fees, 0) as ledger_fen
          from (select customer_id, loan_id, sum(left_fen) as asked from fee group by 1, 2) f
          full join ${ledgerOfLoans} j using (customer_id, loan_id) where coalesce(f.asked, 0) <> coalesce(j.fees, 0)`,
  },
  {
    name: 'repayments-allocated',
    says: 'What a settled repayment brought is allocated to the fen; one that is not settled is allocated nowhere.',
    sql: `select r.customer_id, r.repayment_id, o.outcome, r.amount_fen, coalesce(a.amount, 0) as allocated_fen from repayment r
          left join repayment_outcome o using (customer_id, repayment_id)
          left join (select customer_id, repayment_id, sum(amount_fen) as amount from repayment_allocation group by 1, 2) a
            using (customer_id, repayment_id)
          where coalesce(a.amount, 0) <> case o.outcome when 'settled' then r.amount_fen else 0 end`,
  },
  {
    name: 'allocations-ledger',
    says: 'Allocations are posted: by customer, loan and component the journal has the same amounts.',
    sql: `with posted as (
            select customer_id, loan_id,
                   case posting_kind when 'repaid-fees' then 'fees' when 'repaid-principal' then 'principal' when 'overpaid' then 'overpaid'
                     when 'repaid-billed-interest' then 'billed interest' else 'accrued interest' end as component,
                   sum(debit_fen) as amount
            from journal where posting_kind in ('repaid-fees', 'repaid-principal', 'overpaid', 'repaid-billed-interest', 'repaid-accrued-interest')
            group by 1, 2, 3
          ), allocated as (
            select customer_id, loan_id,
                   case when component <> 'interest' then component when bill_seq is null then 'accrued interest' else 'billed interest' end as component,
                   sum(amount_fen) as amount
            from repayment_allocation group by 1, 2, 3
          )
          select coalesce(p.customer_id, a.customer_id) as customer_id, coalesce(p.loan_id, a.loan_id) as loan_id,
                 coalesce(p.component, a.component) as component, p.amount as ledger_fen, a.amount as allocated_fen
          from posted p full join allocated a on a.customer_id = p.customer_id and a.component = p.component
            and coalesce(a.loan_id, '00000000-0000-0000-0000-000000000000') = coalesce(p.loan_id, '00000000-0000-0000-0000-000000000000')
          where p.amount is distinct from a.amount`,
  },
  {
    name: 'waivers-ledger',
    says: 'Waivers are posted: by loan and component the journal has the same amounts.',
    sql: `with posted as (
            select customer_id, loan_id, case posting_kind when 'waived-fees' then 'fees' when 'waived-principal' then 'principal' else 'interest' end as component,
                   sum(debit_fen) as amount
            from journal where posting_kind in ('waived-fees', 'waived-principal', 'waived-billed-interest', 'waived-accrued-interest') group by 1, 2, 3
          )
          select customer_id, loan_id, component, p.amount as ledger_fen, w.amount as waived_fen from posted p
          full join (select customer_id, loan_id, component, sum(amount_fen) as amount from waiver group by 1, 2, 3) w using (customer_id, loan_id, component)
          where p.amount is distinct from w.amount`,
  },
  {
    name: 'drawdowns-have-loans',
    says: 'Each paid-out drawdown has one loan of its amount on its line; each loan has a paid-out drawdown or was imported.',
    sql: `select customer_id, d.drawdown_id, l.loan_id, d.amount_fen, l.drawn_fen from
            (select d.* from drawdown d join drawdown_outcome o using (customer_id, drawdown_id) where o.outcome = 'paid-out') d
          full join (select customer_id, drawdown_id, loan_id, drawn_fen, credit_line_id from loan
                     where not exists (select from imported_line i where i.customer_id = loan.customer_id
                                       and i.credit_line_id = loan.credit_line_id and loan.drawdown_id is null)) l
            using (customer_id, drawdown_id)
          where d.amount_fen is distinct from l.drawn_fen or d.credit_line_id is distinct from l.credit_line_id`,
  },
  {
    name: 'ended-loans',
    says: 'A loan that has ended owes nothing, in the tables and in the ledger, and has the one row of its end; no other loan has.',
    sql: `select customer_id, l.loan_id, l.ended_on, e.value_date, l.principal_fen, b.asked as bills_left_fen, f.asked as fees_left_fen,
                 j.principal as ledger_principal_fen
          from loan l left join loan_end e using (customer_id, loan_id)
          left join (select customer_id, loan_id, sum(principal_left_fen + interest_left_fen) as asked from bill group by 1, 2) b using (customer_id, loan_id)
          left join (select customer_id, loan_id, sum(left_fen) as asked from fee group by 1, 2) f using (customer_id, loan_id)
          left join ${ledgerOfLoans} j using (customer_id, loan_id)
          where l.ended_on is distinct from e.value_date
             or (e.loan_id is not null and (l.principal_fen <> 0 or l.accrued_common <> 0 or l.accrued_leap <> 0 or l.next_due is not null
                 or coalesce(b.asked, 0) <> 0 or coalesce(f.asked, 0) <> 0 or j.principal <> 0 or j.billed_interest <> 0 or j.fees <> 0))`,
  },
]
