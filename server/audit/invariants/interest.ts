import type { Invariant } from '../invariant.ts'

/**
 * The identity of interest (design 2.4), in 1e-8 fen at a daily rate. For a loan with rate r and movements of principal a (drawn above
 * zero, repaid and waived below) valued on v, from the journal alone, all interest up to a day T is
 *
 *     sum of a x r x (T - v)  =  accumulator + principal x r x (T - accrued_to)  +  1e8 x (interest taken)
 *
 * where the interest taken is what account 1133 was credited with for the loan, less what it was debited with: billed, paid ahead, waived,
 * less returned. An ended loan has its remainder for the accumulator. For the whole book, T is the day after the last one that was ended, and
 * movements posted since then are left out.
 */
const movements = `(select j.customer_id, j.loan_id, j.business_date, (j.debit_fen - j.credit_fen)::numeric as amount, j.value_date
  from journal j where j.account_code = '1131')`

const taken = `(select customer_id, loan_id, sum(credit_fen - debit_fen)::numeric as fen from journal
  where account_code = '1133' and loan_id is not null group by 1, 2)`

const lastEnded = `(select max(business_date) from accrual_aggregate)`

export const interestInvariants: readonly Invariant[] = [
  {
    name: 'loan-interest-exact',
    says: "A loan's accumulator, or the remainder of its end, is its interest from the journal less what was taken of it, to 1e-8 fen.",
    // The sum over T - v as one over T and one over v, each counted from a fixed day, so that the journal is read once.
    sql: `select customer_id, loan_id, held, earned - taken * 100000000 as journal_says from (
            select l.customer_id, l.loan_id,
                   case when e.loan_id is null then l.accrued_common::numeric + l.accrued_leap
                        else e.remainder_common::numeric + e.remainder_leap end as held,
                   l.rate_e8 * (m.total * (l.accrued_to - date '2000-01-01') - m.weighted) as earned, coalesce(t.fen, 0) as taken
            from loan l left join loan_end e using (customer_id, loan_id)
            left join (select customer_id, loan_id, sum(amount) as total, sum(amount * (value_date - date '2000-01-01')) as weighted
                       from ${movements} x group by 1, 2) m using (customer_id, loan_id)
            left join ${taken} t using (customer_id, loan_id)) each
          where held is distinct from earned - taken * 100000000`,
  },
  {
    name: 'loan-remainders',
    says: 'What a loan leaves behind at its end is less than a fen.',
    sql: `select customer_id, loan_id, remainder_common, remainder_leap from loan_end
          where abs(remainder_common::numeric + remainder_leap) >= 100000000`,
  },
  {
    name: 'accrual-aggregate-journal',
    says: 'The running aggregate of the last ended day is all movements of principal and all ended loans of the journal up to that day.',
    sql: `with moved as (
            select a.business_date, l.product_code, l.rate_e8, sum(m.amount) as principal,
                   sum(m.amount * l.rate_e8 * (a.business_date + 1 - m.value_date)) as accrued
            from (select distinct business_date from accrual_aggregate where business_date = ${lastEnded}) a
            join ${movements} m on m.business_date <= a.business_date join loan l using (customer_id, loan_id) group by 1, 2, 3
          ), ended as (
            select a.business_date, l.product_code, l.rate_e8, sum(e.remainder_common::numeric + e.remainder_leap) as rounding
            from (select distinct business_date from accrual_aggregate where business_date = ${lastEnded}) a
            join loan_end e on e.business_date <= a.business_date join loan l using (customer_id, loan_id) group by 1, 2, 3
          )
          select business_date, product_code, rate_e8, a.principal_fen, m.principal as journal_principal_fen, a.accrued_numerator,
                 m.accrued as journal_accrued, a.rounding_numerator, e.rounding as loans_rounding
          from (select * from accrual_aggregate where business_date = ${lastEnded}) a
          full join moved m using (business_date, product_code, rate_e8) left join ended e using (business_date, product_code, rate_e8)
          where a.principal_fen is distinct from m.principal or a.accrued_numerator is distinct from m.accrued
             or a.rounding_numerator is distinct from coalesce(e.rounding, 0)`,
  },
  {
    name: 'accrual-aggregate-loans',
    says: 'All interest of the book to the end of the last ended day is what loans hold, what was billed, paid ahead or waived, and the remainders, to 1e-8 fen.',
    sql: `with since as (
            select customer_id, loan_id, sum(m.amount) as amount, sum(m.amount * (${lastEnded} + 1 - m.value_date)) as days
            from ${movements} m where m.business_date > ${lastEnded} group by 1, 2
          ), held as (
            select l.product_code, l.rate_e8,
                   sum(l.accrued_common::numeric + l.accrued_leap + coalesce(e.remainder_common::numeric + e.remainder_leap, 0)
                     + l.principal_fen::numeric * l.rate_e8 * (${lastEnded} + 1 - l.accrued_to)
                     + coalesce(t.fen, 0) * 100000000 - coalesce(s.days, 0) * l.rate_e8) as accrued,
                   sum(l.principal_fen - coalesce(s.amount, 0)) as principal
            from loan l left join loan_end e using (customer_id, loan_id) left join ${taken} t using (customer_id, loan_id)
            left join since s using (customer_id, loan_id)
            where exists (select from accrual_aggregate) group by 1, 2
          )
          select product_code, rate_e8, a.accrued_numerator, h.accrued as loans_hold, a.principal_fen, h.principal as loans_owe
          from (select * from accrual_aggregate where business_date = ${lastEnded}) a full join held h using (product_code, rate_e8)
          where coalesce(a.accrued_numerator, 0) is distinct from coalesce(h.accrued, 0)
             or coalesce(a.principal_fen, 0) is distinct from coalesce(h.principal, 0)`,
  },
  {
    name: 'accrual-posted',
    says: 'What is posted of an aggregate is its whole fen, and the general ledger has it: accrual and rounding, day by day.',
    sql: `select business_date, 'aggregate' as place, product_code, posted_accrual_fen, posted_rounding_fen from accrual_aggregate
          where posted_accrual_fen <> floor(accrued_numerator / 100000000) or posted_rounding_fen <> trunc(rounding_numerator / 100000000)
          union all
          select a.business_date, 'ledger', null, a.accrual, a.rounding
          from (select business_date, sum(posted_accrual_fen) as accrual, sum(posted_rounding_fen) as rounding from accrual_aggregate group by 1) a
          join lateral (
            select coalesce(sum(debit_fen - credit_fen) filter (where posting_kind like 'interest-accru%'), 0) as accrual,
                   coalesce(sum(credit_fen - debit_fen) filter (where posting_kind like 'interest-rounding%'), 0) as rounding
            from gl_journal g where g.account_code = '1133' and g.business_date <= a.business_date) g on true
          where g.accrual <> a.accrual or g.rounding <> a.rounding`,
  },
]
