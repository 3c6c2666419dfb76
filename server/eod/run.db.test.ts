import { addDays, type CalendarDate, shanghaiInstant } from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import { afterEach, describe, expect, test } from 'vitest'
import { readClosureFacts } from '../closure/store.ts'
import type { House } from '../platform/house.ts'
import { scaled } from '../platform/testing/database.ts'
import type { TestHouse } from '../platform/testing/house.ts'
import { type Life, setClock } from '../platform/testing/lives.ts'
import { Chance, seed } from '../platform/testing/seed.ts'
import { bookOf, interestAfter, liveTo, worldWith } from './book.testing.ts'
import { runEndOfDay } from './run.ts'

const day = (text: string) => text as CalendarDate
const yuan = (amount: bigint) => fen(amount * 100n)

const worlds: TestHouse[] = []
async function begin(date: string, borrow: (life: Life, index: number) => Promise<void>, borrowers = 1) {
  const made = await worldWith(date, borrow, borrowers)
  worlds.push(made.world)
  return made
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

async function onlyLife(date: string, amount: Fen) {
  const { world, lives, house } = await begin(date, (life) => life.borrow(amount))
  const [life] = lives
  if (life === undefined) throw new Error('no borrower')
  return { world, life, house }
}

function billsOf(house: House, life: Life) {
  return house.cell.rows(
    `select seq, due_on, principal_fen, interest_fen, principal_left_fen, interest_left_fen from bill
     where customer_id = $1 order by seq`,
    [life.customerId],
  )
}

async function eventsOf(house: House, life: Life): Promise<readonly string[]> {
  const rows = await house.cell.rows<{ kind: string }>(
    'select kind from event where customer_id = $1 order by seq',
    [life.customerId],
  )
  return rows.map((row) => row.kind)
}

async function expectExact(world: TestHouse, date: CalendarDate): Promise<void> {
  const interest = await interestAfter(world.house.cell, date)
  expect({ date, ...interest }).toEqual({
    date,
    ...interest,
    history: interest.aggregated,
    loans: interest.aggregated,
    ledgerFen: interest.expectedFen,
    trialFen: 0n,
  })
}

describe('A12 billing: an instalment becomes a bill when its day opens', () => {
  test('not before the night before its due day, and with the interest of thirty days', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    await liveTo(world, day('2026-07-09'))
    expect(await billsOf(house, life)).toEqual([])
    await liveTo(world, day('2026-07-10'))
    expect(await billsOf(house, life)).toEqual([
      {
        seq: 1,
        due_on: '2026-07-10',
        principal_fen: 200_000n,
        interest_fen: 10_500n,
        principal_left_fen: 200_000n,
        interest_left_fen: 10_500n,
      },
    ])
    await expectExact(world, day('2026-07-09'))
  })

  test('a borrower who pays each bill on its day pays the principal and the interest of every day, and the loan ends', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    for (const due of ['2026-07-10', '2026-08-10', '2026-09-10', '2026-10-10', '2026-11-10']) {
      await liveTo(world, day(due))
      await setClock(world, due)
      const { left } = await house.cell.one<{ left: bigint }>(
        `select sum(principal_left_fen + interest_left_fen)::bigint as left from bill where customer_id = $1`,
        [life.customerId],
      )
      await life.repaid(fen(left))
    }
    const bills = await house.cell.rows<{ interest_fen: bigint; principal_fen: bigint }>(
      'select interest_fen, principal_fen from bill where customer_id = $1 order by seq',
      [life.customerId],
    )
    // 0.035 % a day on 10,000, 8,000, 6,000, 4,000 and 2,000 yuan for 30, 31, 31, 30 and 31 days.
    expect(bills.map((bill) => bill.interest_fen)).toEqual([10_500n, 8_680n, 6_510n, 4_200n, 2_170n])
    expect(bills.reduce((sum, bill) => sum + bill.principal_fen, 0n)).toBe(1_000_000n)
    expect((await eventsOf(house, life)).at(-1)).toBe('loan-paid-off')
    await liveTo(world, day('2026-11-11'))
    await expectExact(world, day('2026-11-10'))
  })
})

describe('A9 A12 ageing: the day after the due day', () => {
  test('a bill unpaid at the end of its day is told as overdue once; one that was paid is not', async () => {
    const { world, lives, house } = await begin('2026-06-10', (life) => life.borrow(yuan(10_000n)), 2)
    const [late, punctual] = lives
    if (late === undefined || punctual === undefined) throw new Error('no borrowers')
    await liveTo(world, day('2026-07-10'))
    await setClock(world, '2026-07-10')
    await punctual.repaid(fen(210_500n))
    expect(await eventsOf(house, late)).not.toContain('overdue-began')
    await liveTo(world, day('2026-07-14'))
    expect((await eventsOf(house, late)).filter((kind) => kind === 'overdue-began')).toHaveLength(1)
    expect(await eventsOf(house, punctual)).not.toContain('overdue-began')
  })

  test('a bill that had to wait for a failed repayment and is late when it comes is told as overdue too', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    await liveTo(world, day('2026-07-09'))
    await setClock(world, '2026-07-09', 23 * 60)
    const reference = await life.repay(yuan(100n))
    await liveTo(world, day('2026-07-12'))
    await setClock(world, '2026-07-12')
    await life.say(reference, yuan(100n), 'failed')
    expect(await billsOf(house, life)).toHaveLength(1)
    await liveTo(world, day('2026-07-13'))
    expect((await eventsOf(house, life)).filter((kind) => kind === 'overdue-began')).toHaveLength(1)
  })
})

describe('A10 A12 deferral: a repayment that is not posted at midnight', () => {
  test('paid before midnight and settled after it, a payoff counts from the day before: no bill, no further interest', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    await liveTo(world, day('2026-07-09'))
    // 29 days of interest.
    const amount = fen(1_010_150n)
    await setClock(world, '2026-07-09', 23 * 60 + 50)
    const reference = await life.repay(amount)
    await life.say(reference, amount, 'paid')
    await liveTo(world, day('2026-07-10'))
    expect(await billsOf(house, life)).toEqual([])
    await setClock(world, '2026-07-10', 30)
    await life.say(reference, amount, 'settled')
    const facts = await readClosureFacts(house, house.cell, life.customerId)
    expect(facts.loans).toEqual([])
    expect(facts.creditBalance).toBe(0n)
    expect(await billsOf(house, life)).toEqual([])
    await liveTo(world, day('2026-07-11'))
    await expectExact(world, day('2026-07-10'))
  })

  test('when it fails after midnight the bill comes at once, with all its interest', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    await liveTo(world, day('2026-07-09'))
    await setClock(world, '2026-07-09', 23 * 60 + 50)
    const reference = await life.repay(yuan(500n))
    await liveTo(world, day('2026-07-10'))
    expect(await billsOf(house, life)).toEqual([])
    await setClock(world, '2026-07-10', 30)
    await life.say(reference, yuan(500n), 'failed')
    expect(await billsOf(house, life)).toMatchObject([{ due_on: '2026-07-10', interest_fen: 10_500n }])
    await liveTo(world, day('2026-07-11'))
    await expectExact(world, day('2026-07-10'))
  })

  test('settled three days late, a payoff by quote still closes the debt to zero, and the interest posted since is taken back', async () => {
    const { world, life, house } = await onlyLife('2026-06-10', yuan(10_000n))
    await liveTo(world, day('2026-06-20'))
    await setClock(world, '2026-06-20')
    const amount = fen(1_003_500n)
    const reference = await life.repay(amount)
    await life.say(reference, amount, 'paid')
    await liveTo(world, day('2026-06-23'))
    await setClock(world, '2026-06-23')
    await life.say(reference, amount, 'settled')
    const facts = await readClosureFacts(house, house.cell, life.customerId)
    expect({ loans: facts.loans, credit: facts.creditBalance }).toEqual({ loans: [], credit: 0n })
    await liveTo(world, day('2026-06-24'))
    await expectExact(world, day('2026-06-23'))
    const reversed = await house.cell.rows(
      `select business_date, debit_fen from gl_journal where posting_kind = 'interest-accrual-reversed' and debit_fen > 0`,
    )
    // Three days at 3.50: the 20th, 21st and 22nd were posted, and never owed.
    expect(reversed).toEqual([{ business_date: '2026-06-23', debit_fen: 1_050n }])
  })
})

describe('A12 one business date at a time', () => {
  const draw = (life: Life, index: number) => life.borrow(yuan(1_000n * BigInt(index + 1)))

  test('five missed days are caught up one by one and leave the same book as five ends of day', async () => {
    const nightly = await begin('2026-06-10', draw, 3)
    const missed = await begin('2026-06-10', draw, 3)
    await liveTo(nightly.world, day('2026-07-07'))
    await liveTo(missed.world, day('2026-07-07'))
    await liveTo(nightly.world, day('2026-07-12'))
    await setClock(missed.world, '2026-07-12', 5)
    const reports = await runEndOfDay(missed.house, missed.house.today())
    expect([...new Set(reports.map((report) => report.date))]).toEqual([
      '2026-07-07',
      '2026-07-08',
      '2026-07-09',
      '2026-07-10',
      '2026-07-11',
    ])
    expect(await bookOf(missed.house.cell)).toEqual(await bookOf(nightly.house.cell))
  })

  test('run a second time for the same date it does nothing', async () => {
    const { world, house } = await begin('2026-06-10', draw, 3)
    await liveTo(world, day('2026-07-11'))
    const before = await bookOf(house.cell)
    expect(await runEndOfDay(house, house.today())).toEqual([])
    expect(await bookOf(house.cell)).toEqual(before)
  })

  test('the open day is never ended, whatever is asked', async () => {
    const { house } = await begin('2026-06-10', draw)
    expect(await runEndOfDay(house, house.today())).toEqual([])
    expect(await house.cell.rows('select business_date from business_day')).toEqual([
      { business_date: '2026-06-10' },
    ])
  })
})

describe('A4 A11 A12 accrual: exact to 1e-8 fen over random days and repayments', () => {
  test('aggregates, history of principal and the loans themselves agree after every end of day', async () => {
    const from = seed()
    const chance = new Chance(from)
    const borrowers = 5
    const { world, lives, house } = await begin(
      '2026-01-28',
      (life, index) => life.borrow(fen(123_457n * BigInt(index + 1)), chance.one([5, 10, 20])),
      borrowers,
    )
    type Pending = {
      life: Life
      reference: string
      amount: Fen
      paidAt: Date
      settleOn: CalendarDate
      ends: 'settled' | 'failed'
    }
    let pending: Pending[] = []
    const days = scaled(90)
    let [draws, repayments, late, checked] = [0, 0, 0, 0]
    for (let count = 0; count < days; count += 1) {
      const today = addDays(house.today(), 1)
      // Now and then some days pass without an end of day.
      if (chance.below(10) > 0) {
        await liveTo(world, today)
        await expectExact(world, addDays(today, -1))
        checked += 1
      } else await setClock(world, today, 5)
      for (const one of pending.filter(({ settleOn }) => settleOn <= today)) {
        if (chance.below(3) > 0) await one.life.say(one.reference, one.amount, 'paid', one.paidAt)
        await one.life.say(one.reference, one.amount, one.ends, shanghaiInstant(today, 5))
      }
      pending = pending.filter(({ settleOn }) => settleOn > today)
      await setClock(world, today)
      for (const life of lives) {
        const choice = chance.below(10)
        if (choice === 0) {
          const facts = await readClosureFacts(house, house.cell, life.customerId)
          const overdue = facts.loans.some((loan) => loan.bills.some((bill) => bill.dueOn < today))
          if (!overdue) {
            draws += 1
            await life.borrow(fen(BigInt(10_000 + chance.below(90_000))), chance.one([5, 10, 20]))
          }
        }
        if (choice >= 1 && choice <= 3) {
          const amount = fen(BigInt(1 + chance.below(chance.one([2_000, 60_000, 400_000]))))
          const settleOn = addDays(today, chance.one([0, 0, 1, 2, 5]))
          const reference = await life.repay(amount)
          const paidAt = house.clock.business()
          repayments += 1
          if (settleOn > today) late += 1
          const ends = chance.below(6) === 0 ? 'failed' : 'settled'
          if (settleOn > today) pending.push({ life, reference, amount, paidAt, settleOn, ends })
          else await life.say(reference, amount, ends)
        }
      }
    }
    console.info(
      `${days} days of ${borrowers} borrowers, ${draws} draws, ${repayments} repayments, ${late} settled late, ${checked} days checked, seed ${from}`,
    )
    expect(checked).toBeGreaterThan(0)
  }, 120_000)
})
