import { randomUUID } from 'node:crypto'
import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { journalLines, postingsOf } from '@jieqing/domain/ledger/posting'
import type { Transaction } from '../platform/database/pool.ts'
import { insertRows } from '../platform/rows.ts'

type Aggregate = {
  readonly product_code: string
  readonly rate_e8: bigint
  readonly accrual_fen: string
  readonly rounding_fen: string
}

/**
 * The day's interest of the whole book, from running aggregates that only the day's movements move (design 2.4): cost grows with what
 * moved, not with the number of loans. A movement valued before or after this day brings the days between with it. The fractions that
 * ended loans left behind go to the rounding account. How many products and rates were posted.
 */
export async function postAccrual(trx: Transaction, date: CalendarDate, at: Date): Promise<number> {
  const rows = await trx.rows<Aggregate>(
    `with moved as (
       select l.product_code, l.rate_e8, sum(j.debit_fen - j.credit_fen) as principal,
              sum((j.debit_fen - j.credit_fen)::numeric * l.rate_e8 * ($1::date - j.value_date)) as correction
       from journal j join loan l using (customer_id, loan_id)
       where j.business_date = $1 and j.account_code = '1131' group by 1, 2
     ), ended as (
       select l.product_code, l.rate_e8, sum(e.remainder_common::numeric + e.remainder_leap) as rounding
       from loan_end e join loan l using (customer_id, loan_id) where e.business_date = $1 group by 1, 2
     ), before as (
       select * from accrual_aggregate
       where business_date = (select max(business_date) from accrual_aggregate where business_date < $1)
     ), groups as (
       select product_code, rate_e8 from moved union select product_code, rate_e8 from ended
       union select product_code, rate_e8 from before
     ), now as (
       select product_code, rate_e8,
              coalesce(b.principal_fen, 0) + coalesce(m.principal, 0) as principal_fen,
              coalesce(b.accrued_numerator, 0) + coalesce(m.correction, 0)
                + (coalesce(b.principal_fen, 0) + coalesce(m.principal, 0)) * rate_e8 as accrued_numerator,
              coalesce(b.rounding_numerator, 0) + coalesce(e.rounding, 0) as rounding_numerator,
              coalesce(b.posted_accrual_fen, 0) as before_accrual_fen,
              coalesce(b.posted_rounding_fen, 0) as before_rounding_fen
       from groups left join before b using (product_code, rate_e8) left join moved m using (product_code, rate_e8)
       left join ended e using (product_code, rate_e8)
     ), written as (
       insert into accrual_aggregate (business_date, product_code, rate_e8, principal_fen, accrued_numerator, rounding_numerator,
                                      posted_accrual_fen, posted_rounding_fen)
       select $1, product_code, rate_e8, principal_fen, accrued_numerator, rounding_numerator,
              floor(accrued_numerator / 100000000), trunc(rounding_numerator / 100000000)
       from now
       returning product_code, rate_e8, posted_accrual_fen, posted_rounding_fen
     )
     select product_code, rate_e8, w.posted_accrual_fen - n.before_accrual_fen as accrual_fen,
            w.posted_rounding_fen - n.before_rounding_fen as rounding_fen
     from written w join now n using (product_code, rate_e8)`,
    [date],
  )
  const postings = rows.flatMap((row) => {
    const accrued = BigInt(row.accrual_fen)
    const rounding = BigInt(row.rounding_fen)
    return [
      ...postingsOf(
        { kind: 'interest-accrued', amount: accrued, valueDate: date },
        { kind: 'interest-accrual-reversed', amount: -accrued, valueDate: date },
        { kind: 'interest-rounding-loss', amount: rounding, valueDate: date },
        { kind: 'interest-rounding-gain', amount: -rounding, valueDate: date },
      ),
    ]
  })
  await insertRows(
    trx,
    'gl_journal',
    postings.flatMap((posting) => {
      const entryId = randomUUID()
      return journalLines(posting).map((line, index) => ({
        business_date: date,
        entry_id: entryId,
        line: index + 1,
        posting_kind: posting.kind,
        account_code: line.account,
        debit_fen: line.debit,
        credit_fen: line.credit,
        posted_at: at,
      }))
    }),
  )
  return rows.length
}
