import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import type { Queries } from '../platform/database/pool.ts'
import type { House } from '../platform/house.ts'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life, setClock } from '../platform/testing/lives.ts'
import { runEndOfDay } from './run.ts'

/** The book without its ids: two books with the same history are equal, however their ends of day went. */
export async function bookOf(db: Queries): Promise<Readonly<Record<string, readonly object[]>>> {
  const parts = {
    bills: `select due_on, count(*), sum(principal_fen) as principal, sum(interest_fen) as interest,
              sum(principal_left_fen) as principal_left, sum(interest_left_fen) as interest_left from bill group by 1 order by 1`,
    loans: `select count(*), sum(principal_fen) as principal, sum(accrued_common) as accrued, min(accrued_to) as first,
              max(accrued_to) as last, sum(billed_instalments) as billed, count(ended_on) as ended from loan`,
    journal: `select business_date, value_date, posting_kind, account_code, count(*), sum(debit_fen) as debit, sum(credit_fen) as credit
              from journal group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    daily: `select business_date, posting_kind, account_code, count(*), sum(debit_fen) as debit, sum(credit_fen) as credit
              from gl_journal group by 1, 2, 3 order by 1, 2, 3`,
    aggregates: `select business_date, product_code, rate_e8, principal_fen, accrued_numerator, rounding_numerator,
              posted_accrual_fen, posted_rounding_fen from accrual_aggregate order by 1, 2, 3`,
    events: 'select business_date, kind, count(*) from event group by 1, 2 order by 1, 2',
    steps: `select business_date, step, done_count, finished_at is not null as finished from eod_step order by 1, 2`,
    days: 'select business_date from business_day order by 1',
  }
  const read = await Promise.all(
    Object.entries(parts).map(async ([name, sql]) => [name, await db.rows(sql)] as const),
  )
  return Object.fromEntries(read)
}

/** The interest of the whole book after the end of `date`, counted three ways in 1e-8 fen, and twice in fen. */
export type Interest = {
  /** By the running aggregates that the general ledger is posted from. */
  readonly aggregated: bigint
  /** By every movement of principal, from its value date through `date`. */
  readonly history: bigint
  /** By the loans: what is open in their accumulators through `date`, what was taken out of them, what ended loans left. */
  readonly loans: bigint
  /** Interest accrued and not billed yet as the general ledger shows it, and as the aggregates say. */
  readonly ledgerFen: bigint
  readonly expectedFen: bigint
  /** Debits less credits of everything. */
  readonly trialFen: bigint
}

const one = 100_000_000n

/** Read right after the end of `date`, before anything else moves. */
export async function interestAfter(db: Queries, date: CalendarDate): Promise<Interest> {
  const number = async (sql: string, params: readonly CalendarDate[] = []) =>
    BigInt((await db.one<{ n: string | bigint | null }>(sql, params)).n ?? 0n)
  const aggregated = await number(
    'select sum(accrued_numerator) as n from accrual_aggregate where business_date = $1',
    [date],
  )
  const history = await number(
    `select sum((j.debit_fen - j.credit_fen)::numeric * l.rate_e8 * ($1::date + 1 - j.value_date)) as n
     from journal j join loan l using (customer_id, loan_id) where j.account_code = '1131' and j.business_date <= $1`,
    [date],
  )
  const open = await number(
    `select sum(accrued_common::numeric + principal_fen::numeric * rate_e8 * ($1::date + 1 - accrued_to)) as n
     from loan where ended_on is null`,
    [date],
  )
  const left = await number('select sum(remainder_common::numeric) as n from loan_end')
  const taken = await number(
    `select sum(credit_fen - debit_fen) as n from journal where account_code = '1133'`,
  )
  const takenBy = await number(
    `select sum(credit_fen - debit_fen) as n from journal where account_code = '1133' and business_date <= $1`,
    [date],
  )
  const posted = await number(
    'select sum(posted_accrual_fen - posted_rounding_fen) as n from accrual_aggregate where business_date = $1',
    [date],
  )
  const daily = await number(
    `select sum(debit_fen - credit_fen) as n from gl_journal where account_code = '1133' and business_date <= $1`,
    [date],
  )
  const trialFen = await number(
    `select (select coalesce(sum(debit_fen - credit_fen), 0) from journal)
       + (select coalesce(sum(debit_fen - credit_fen), 0) from gl_journal) as n`,
  )
  return {
    aggregated,
    history,
    loans: open + left + taken * one,
    ledgerFen: daily - takenBy,
    expectedFen: posted - takenBy,
    trialFen,
  }
}

/** Moves the clock past midnight of each day and ends it, up to `until`, which stays open. */
export async function liveTo(world: TestHouse, until: CalendarDate): Promise<void> {
  for (let day = addDays(world.house.today(), 1); day <= until; day = addDays(day, 1)) {
    await setClock(world, day, 5)
    await runEndOfDay(world.house, day)
  }
}

/** A house at 10 in the morning of `date` with borrowers who draw that day. */
export async function worldWith(
  date: string,
  borrow: (life: Life, index: number) => Promise<void>,
  borrowers = 1,
): Promise<{ readonly world: TestHouse; readonly lives: readonly Life[]; readonly house: House }> {
  const world = await testHouse({ now: `${date}T10:00:00+08:00` })
  const lives: Life[] = []
  for (let index = 0; index < borrowers; index += 1) {
    const life = await Life.begin(world)
    await borrow(life, index)
    lives.push(life)
  }
  return { world, lives, house: world.house }
}
