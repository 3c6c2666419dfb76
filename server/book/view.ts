import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { chart } from '@jieqing/domain/ledger/chart'
import { yuan } from '@jieqing/domain/money/fen'
import type { House } from '../platform/house.ts'

const stages = [
  { from: 0, to: 0 },
  { from: 1, to: 30 },
  { from: 31, to: 60 },
  { from: 61, to: 90 },
  { from: 91, to: null },
] as const

/** The whole book in one look, added up from the tables. */
export async function bookView(house: House) {
  const [totals, late] = await Promise.all([
    house.cell.one<{
      business_date: CalendarDate
      open_lines: bigint
      closed_lines: bigint
      open_loans: bigint
      limits: string
      principal: string
      credit: string
    }>(
      `select (select max(business_date) from business_day) as business_date,
              (select count(*) from account where credit_line_id is not null) as open_lines,
              (select count(*) from credit_line_end) as closed_lines,
              (select count(*) from loan where ended_on is null) as open_loans,
              (select coalesce(sum(m.limit_fen), 0) from account a join lateral
                 (select limit_fen from credit_line_limit m where m.customer_id = a.customer_id and m.credit_line_id = a.credit_line_id
                  order by seq desc limit 1) m on true) as limits,
              (select coalesce(sum(principal_fen), 0) from loan where ended_on is null) as principal,
              (select coalesce(sum(credit_balance_fen), 0) from account) as credit`,
    ),
    house.cell.rows<{ days: number; loans: bigint; principal: string }>(
      `select days, count(*) as loans, sum(principal_fen) as principal from (
         select l.principal_fen, greatest(0, $1::date - coalesce(min(b.due_on), $1::date)) as days
         from loan l left join bill b on b.customer_id = l.customer_id and b.loan_id = l.loan_id
           and b.principal_left_fen + b.interest_left_fen > 0
         where l.ended_on is null group by l.customer_id, l.loan_id, l.principal_fen) each group by days`,
      [house.today()],
    ),
  ])
  return {
    currency: 'CNY' as const,
    businessDate: totals.business_date,
    openLines: Number(totals.open_lines),
    closedLines: Number(totals.closed_lines),
    openLoans: Number(totals.open_loans),
    limits: yuan(BigInt(totals.limits)),
    principal: yuan(BigInt(totals.principal)),
    creditBalances: yuan(BigInt(totals.credit)),
    daysPastDue: stages.map(({ from, to }) => {
      const inside = late.filter((row) => row.days >= from && (to === null || row.days <= to))
      return {
        from,
        to,
        loans: inside.reduce((sum, row) => sum + Number(row.loans), 0),
        principal: yuan(inside.reduce((sum, row) => sum + BigInt(row.principal), 0n)),
      }
    }),
  }
}

/** A11: customers' entries and the house's own, by account; the two sides are equal or the ledger is broken. */
export async function trialBalance(house: House) {
  const rows = await house.cell.rows<{ account_code: keyof typeof chart; debit: string; credit: string }>(
    `select account_code, sum(debit_fen) as debit, sum(credit_fen) as credit from (
       select account_code, debit_fen, credit_fen from journal union all select account_code, debit_fen, credit_fen from gl_journal
     ) every group by account_code order by account_code`,
  )
  const total = (side: 'debit' | 'credit') => yuan(rows.reduce((sum, row) => sum + BigInt(row[side]), 0n))
  return {
    currency: 'CNY' as const,
    accounts: rows.map((row) => ({
      account: row.account_code,
      name: chart[row.account_code].name,
      debit: yuan(BigInt(row.debit)),
      credit: yuan(BigInt(row.credit)),
    })),
    debit: total('debit'),
    credit: total('credit'),
  }
}
