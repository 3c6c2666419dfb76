import { setTimeout as wait } from 'node:timers/promises'
import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import { fen } from '@jieqing/domain/money/fen'
import { afterEach, describe, expect, test } from 'vitest'
import { recordChannelResults } from '../channel/results.ts'
import { sqlState } from '../platform/command.ts'
import type { House } from '../platform/house.ts'
import { between } from '../platform/testing/between.ts'
import type { TestHouse } from '../platform/testing/house.ts'
import { type Life, setClock } from '../platform/testing/lives.ts'
import { bookOf, interestAfter, liveTo, worldWith } from './book.testing.ts'
import { runEndOfDay } from './run.ts'

const day = (text: string) => text as CalendarDate
const amount = fen(50_000n)

const worlds: TestHouse[] = []
async function begin(borrowers = 1) {
  const made = await worldWith('2026-06-10', (life) => life.borrow(fen(1_000_000n)), borrowers)
  worlds.push(made.world)
  const [life] = made.lives
  if (life === undefined) throw new Error('no borrower')
  return { ...made, life }
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

/** The channel settles a repayment, heard by `house`. */
function settle(world: TestHouse, house: House, reference: string): Promise<void> {
  const at = world.house.clock.business()
  return recordChannelResults(house, [world.channel.result(reference, amount, { kind: 'settled' }, at)])
}

function repaymentLines(house: House, life: Life) {
  return house.cell.rows(
    `select distinct business_date, value_date from journal where customer_id = $1 and posting_kind like 'repaid-%'`,
    [life.customerId],
  )
}

describe('A11 A12 a business date that is closed', () => {
  test('takes no posting more: the database itself refuses it', async () => {
    const { world, house, life } = await begin()
    await liveTo(world, day('2026-06-12'))
    const line = (number: number, account: string, debit: bigint, credit: bigint) =>
      [life.customerId, '11111111-1111-4111-8111-111111111111', number, account, debit, credit] as const
    const post = (date: CalendarDate) =>
      house.cell.rows(
        `insert into journal (customer_id, entry_id, line, business_date, value_date, posting_kind, account_code, debit_fen, credit_fen,
           command_id, posted_at)
         select c, e, l, $7, $7, 'overpaid', a, d, k, e, $8
         from unnest($1::bigint[], $2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::bigint[]) as u(c, e, l, a, d, k)`,
        [
          ...[line(1, '1001', 5n, 0n), line(2, '2202', 0n, 5n)].reduce<(string | number | bigint)[][]>(
            (columns, row) => row.map((value, index) => [...(columns[index] ?? []), value]),
            [],
          ),
          date,
          house.clock.business(),
        ],
      )
    const refused = await post(day('2026-06-11')).catch(sqlState)
    expect(refused).toBe('JQ002')
    await post(day('2026-06-12'))
  })

  test('closing between the reading of the date and the posting sends the repayment into the next day, once', async () => {
    const { world, house, life } = await begin()
    const reference = await life.repay(amount)
    await setClock(world, '2026-06-10', 23 * 60 + 59)
    let opened = 0
    const late: House = {
      ...house,
      cell: between(house.cell, {
        statement: async (sql) => {
          if (sql.startsWith('insert into journal') && opened === 0) {
            opened += 1
            await house.cell.rows('insert into business_day (business_date, opened_at) values ($1, $2)', [
              '2026-06-11',
              house.clock.business(),
            ])
          }
          return sql
        },
      }),
    }
    await settle(world, late, reference)
    expect(opened).toBe(1)
    expect(await repaymentLines(house, life)).toEqual([
      { business_date: '2026-06-11', value_date: '2026-06-10' },
    ])
    const events = await house.cell.rows(
      `select from event where customer_id = $1 and kind = 'repayment-posted'`,
      [life.customerId],
    )
    expect(events).toHaveLength(1)
  })

  test('waits for a posting that began while the next day was being opened, so that its interest is counted', async () => {
    const { world, house, life } = await begin()
    const reference = await life.repay(amount)
    await setClock(world, '2026-06-11', 1)
    // The commit that opens the next day takes its time, as on a slow disk.
    await world.database.owner.rows(`create function slow_commit() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.5); return null; end $$`)
    await world.database.owner.rows(`create constraint trigger slow_commit after insert on business_day
      deferrable initially deferred for each row execute function slow_commit()`)
    const eod = runEndOfDay(house, house.today())
    const opening = `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
    while ((await world.database.owner.one<{ n: number }>(opening)).n === 0) await wait(5)
    const slow: House = {
      ...house,
      cell: between(house.cell, {
        statement: async (sql) => {
          // The journal is written, on the old date; the commit comes late.
          if (sql.startsWith('insert into event')) await Promise.race([eod, wait(1_500)])
          return sql
        },
      }),
    }
    await settle(world, slow, reference)
    await eod
    await world.database.owner.rows('drop trigger slow_commit on business_day')
    expect(await repaymentLines(house, life)).toEqual([
      { business_date: '2026-06-10', value_date: '2026-06-11' },
    ])
    await liveTo(world, day('2026-06-12'))
    const interest = await interestAfter(house.cell, day('2026-06-11'))
    expect(interest.aggregated).toBe(interest.history)
    expect(interest.aggregated).toBe(interest.loans)
  })
})

describe('A12 two ends of day at once', () => {
  test('do the work once', async () => {
    const alone = await begin(4)
    const both = await begin(4)
    await liveTo(alone.world, day('2026-07-08'))
    await liveTo(both.world, day('2026-07-08'))
    for (let date = day('2026-07-09'); date <= '2026-07-12'; date = addDays(date, 1)) {
      await liveTo(alone.world, date)
      await setClock(both.world, date, 5)
      // Each is held up at other statements than the other.
      const jittery = (every: number): House => {
        let count = 0
        const statement = async (sql: string) => {
          count += 1
          if (count % every === 0) await wait(2)
          return sql
        }
        return { ...both.house, cell: between(both.house.cell, { statement }) }
      }
      await Promise.all([2, 3, 5].map((every) => runEndOfDay(jittery(every), both.house.today())))
    }
    expect(await bookOf(both.house.cell)).toEqual(await bookOf(alone.house.cell))
  })
})
