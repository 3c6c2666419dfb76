import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import { fen } from '@jieqing/domain/money/fen'
import { afterEach, describe, expect, test } from 'vitest'
import { runOutbox } from '../outbox/jobs.ts'
import { between } from '../platform/testing/between.ts'
import { copies } from '../platform/testing/copies.ts'
import { scaled } from '../platform/testing/database.ts'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life, setClock } from '../platform/testing/lives.ts'
import { Chance, seed } from '../platform/testing/seed.ts'
import { bookOf, interestAfter, liveTo } from './book.testing.ts'
import { runEndOfDay } from './run.ts'

const day = (text: string) => text as CalendarDate

const worlds: TestHouse[] = []
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

/** A borrower a day from 10 June on, so that from 10 July on something falls due every day. */
async function borrowersByDay(days: number): Promise<TestHouse> {
  const world = await testHouse({ now: '2026-06-10T10:00:00+08:00' })
  worlds.push(world)
  for (let index = 0; index < days; index += 1) {
    const life = await Life.begin(world)
    await life.borrow(fen(1_000_000n + BigInt(index)))
    if (index % 3 === 0) await life.repaid(fen(10_000n))
    await liveTo(world, addDays(world.house.today(), 1))
    await setClock(world, world.house.today())
  }
  return world
}

class Crash extends Error {}

describe('A12 an end of day that is cut off', () => {
  test('by a crash at any statement or right after any commit goes on to the same book', async () => {
    const from = seed()
    const chance = new Chance(from)
    const days = scaled(20)
    const [whole, broken] = [await borrowersByDay(days), await borrowersByDay(days)]
    await liveTo(whole, day('2026-07-08'))
    await liveTo(broken, day('2026-07-08'))
    let crashes = 0
    for (let date = day('2026-07-09'), n = 0; n < days; date = addDays(date, 1), n += 1) {
      await liveTo(whole, date)
      await setClock(broken, date, 5)
      for (let finished = false; !finished; ) {
        let left = chance.below(60)
        const step = () => {
          left -= 1
          if (left < 0) throw new Crash()
        }
        const cell = between(broken.house.cell, {
          statement: (sql) => {
            step()
            return sql
          },
          committed: step,
        })
        try {
          await runEndOfDay({ ...broken.house, cell }, broken.house.today())
          finished = true
        } catch (error) {
          if (!(error instanceof Crash)) throw error
          crashes += 1
        }
      }
    }
    console.info(`${days} ends of day, ${crashes} crashes, seed ${from}`)
    expect(crashes).toBeGreaterThan(days)
    expect(await bookOf(broken.house.cell)).toEqual(await bookOf(whole.house.cell))
    const interest = await interestAfter(broken.house.cell, addDays(broken.house.today(), -1))
    expect(interest.aggregated).toBe(interest.history)
    expect(interest.aggregated).toBe(interest.loans)
  }, 120_000)

  test('by kill -9 between and inside its batches goes on to the same totals', async () => {
    const from = seed()
    const chance = new Chance(from)
    const [whole, killed] = [await manyDue(), await manyDue()]
    await setClock(whole, '2026-07-10', 5)
    await runEndOfDay(whole.house, whole.house.today())
    await setClock(killed, '2026-07-10', 5)

    const kills: string[] = []
    for (let tries = 0; tries < scaled(6); tries += 1) {
      const ended = await killedAfter(killed, 20 + chance.below(200) * (tries + 1))
      if (ended) break
      const { steps } = await killed.house.cell.one<{ steps: string | null }>(
        `select string_agg(step || ' ' || done_count || case when finished_at is null then ' …' else '' end, ', ') as steps
         from eod_step where business_date = '2026-07-09'`,
      )
      kills.push(steps ?? 'nothing')
    }
    await runEndOfDay(killed.house, killed.house.today())
    console.info(`${kills.length} kills, seed ${from}, found after each:\n  ${kills.join('\n  ')}`)
    expect(kills.length).toBeGreaterThan(0)
    expect(await bookOf(killed.house.cell)).toEqual(await bookOf(whole.house.cell))
    const interest = await interestAfter(killed.house.cell, day('2026-07-09'))
    expect(interest.aggregated).toBe(interest.history)
    expect(interest.aggregated).toBe(interest.loans)
  }, 180_000)
})

/** 2,500 loans that fall due on one day: three batches of billing. */
async function manyDue(): Promise<TestHouse> {
  const world = await testHouse({ now: '2026-06-10T10:00:00+08:00' })
  worlds.push(world)
  const life = await Life.begin(world)
  await life.borrow(fen(1_000_000n))
  await runOutbox(world.house)
  await copies(world, life.customerId, 2_499)
  await liveTo(world, day('2026-07-09'))
  return world
}

/** Runs the end of day in a process of its own and kills it; answers whether it had ended before. */
async function killedAfter(world: TestHouse, milliseconds: number): Promise<boolean> {
  const { url, keysUrl } = world.database
  const script = fileURLToPath(new URL('./killed.testing.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, url, keysUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const exited = once(child, 'exit')
  while (!said.includes('begun') && child.exitCode === null) await wait(5)
  await Promise.race([exited, wait(milliseconds)])
  child.kill('SIGKILL')
  await exited
  // A statement that was under way is finished or dropped by the server before anybody else looks.
  const busy = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name = 'jieqing' and state <> 'idle' and pid <> pg_backend_pid()`
  while ((await world.house.cell.one<{ n: number }>(busy)).n > 0) await wait(5)
  return said.includes('ended')
}
