import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectCell, type Database } from '../platform/database/pool.ts'
import type { House } from '../platform/house.ts'
import { between } from '../platform/testing/between.ts'
import { scaled } from '../platform/testing/database.ts'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Chance, seed } from '../platform/testing/seed.ts'
import {
  type Answer,
  answerOf,
  close,
  makeRacers,
  makeStates,
  type Racer,
  type Rival,
  rivals,
  type State,
  type StateName,
  unasked,
  type Winner,
  winner,
} from './races.testing.ts'
import { violations } from './violations.testing.ts'

let world: TestHouse
/** As many connections as commands can be under way. */
let wide: Database
let states: ReadonlyMap<StateName, State>
const from = seed()

beforeAll(async () => {
  world = await testHouse()
  wide = connectCell(world.database.url, 'cell_0001', { max: 24 })
  states = await makeStates(world)
})
afterAll(async () => {
  await wide.close()
  await world.close()
})

/** A closing and one or two other commands of the same borrower, all sent at once. */
type Race = { readonly state: StateName; readonly rivals: readonly Rival[] }

type Run = Race & { readonly racer: Racer; readonly closing: Answer; readonly others: readonly Answer[] }

/** Every pair of a closing and another command equally often, and a third of all with a third command. */
function races(count: number, chance: Chance): readonly Race[] {
  return Array.from({ length: count }, (_, index): Race => {
    const rival = rivals[index % rivals.length] ?? chance.one(rivals)
    const state = chance.one(rival.from)
    if (index % 3 !== 0) return { state, rivals: [rival] }
    const beside = rivals.filter((other) => other.from.includes(state))
    return { state, rivals: [rival, chance.one(beside)] }
  })
}

/** Runs the races, eight at a time, each on a borrower of its own, each command on a connection of its own. */
async function run(
  races: readonly Race[],
  chance: Chance,
  statement: (sql: string) => string = (sql) => sql,
): Promise<readonly Run[]> {
  const racersOf = new Map<StateName, Racer[]>()
  for (const [name, state] of states) {
    const count = races.filter((race) => race.state === name).length
    racersOf.set(name, [...(await makeRacers(world, state, count))])
  }
  const waiting = [...races]
  const runs: Run[] = []
  const one = async (race: Race) => {
    const racer = racersOf.get(race.state)?.pop()
    if (racer === undefined) throw new Error(`no borrower left for ${race.state}`)
    const commands = [close, ...race.rivals.map((rival) => rival.run)]
    const answers = new Map<number, Promise<Answer>>()
    for (const index of chance.shuffled(commands.map((_, index) => index))) {
      // A closing that has to ask first takes twice as long, so the others come later more often.
      const later = index > 0 && unasked.includes(race.state) ? 24 : 8
      const pause = chance.below(later)
      const start = async () => {
        if (pause > 0) await wait(pause)
        return (commands[index] ?? close)(slowed(world.house, chance, statement), racer)
      }
      answers.set(index, answerOf(start()))
    }
    const [closing, ...others] = await Promise.all(
      commands.map((_, index) => answers.get(index) ?? Promise.reject(new Error('a command was lost'))),
    )
    if (closing !== undefined) runs.push({ ...race, racer, closing, others })
  }
  const worker = async () => {
    for (let race = waiting.pop(); race !== undefined; race = waiting.pop()) await one(race)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return runs
}

/** A house whose statements now and then come late, as on a busy network. */
function slowed(house: House, chance: Chance, edit: (sql: string) => string): House {
  const often = chance.one([0, 0, 10, 30])
  const statement = async (sql: string) => {
    if (chance.below(100) < often) await wait(chance.below(3))
    return edit(sql)
  }
  return { ...house, cell: between(wide, { statement }) }
}

async function winnersOf(runs: readonly Run[]): Promise<ReadonlyMap<Run, Winner>> {
  const rows = await world.house.cell.rows<{ customer_id: bigint; closed: bigint | null; by: string | null }>(
    `select customer_id, e.seq as closed, i.idempotency_key as by
     from event e left join idempotency i using (customer_id, command_id)
     where kind = 'line-closed' and customer_id = any($1)`,
    [runs.map((one) => one.racer.customerId)],
  )
  const closed = new Map(rows.map((row) => [row.customer_id, row]))
  const events = await world.house.cell.rows<{ customer_id: bigint; kind: string; seq: bigint }>(
    'select customer_id, kind, max(seq) as seq from event where customer_id = any($1) group by 1, 2',
    [runs.map((one) => one.racer.customerId)],
  )
  const seqs = new Map(events.map((row) => [`${row.customer_id} ${row.kind}`, row.seq]))
  return new Map(
    runs.flatMap((one) => {
      const [rival] = one.rivals
      const [other] = one.others
      if (rival === undefined || other === undefined) return []
      const { customerId } = one.racer
      const rivalEvent = seqs.get(`${customerId} ${rival.event}`)
      const row = closed.get(customerId)
      return [
        [
          one,
          winner(rival, one.closing, other, {
            ...(rivalEvent === undefined ? {} : { rivalEvent }),
            ...(row?.closed ? { closedEvent: row.closed } : {}),
            ...(row?.by ? { closedByKey: row.by } : {}),
          }),
        ] as const,
      ]
    }),
  )
}

type Line = Record<Winner | 'races' | 'closed', number>

function table(winners: ReadonlyMap<Run, Winner>): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>(
    rivals.map((rival) => [
      rival.name,
      { races: 0, 'closing first': 0, 'other first': 0, 'not told': 0, closed: 0 },
    ]),
  )
  for (const [{ rivals: raced, closing }, won] of winners) {
    const line = lines.get(raced[0]?.name ?? '')
    if (line === undefined) continue
    line.races += 1
    line[won] += 1
    if (closing.kind === 'done') line.closed += 1
  }
  return lines
}

function errorsOf(runs: readonly Run[]): readonly Answer[] {
  return runs.flatMap((one) => [one.closing, ...one.others]).filter((answer) => answer.kind === 'error')
}

function counted(things: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const thing of things) counts[thing] = (counts[thing] ?? 0) + 1
  return counts
}

describe('C5 A3 A5 A6 A8 A10: a closing among other commands of the same borrower, at once', () => {
  test('no line ends with a balance or something in transit, none ends twice, and whoever comes second is told so', async () => {
    const chance = new Chance(from)
    const count = scaled(2_000)
    const started = performance.now()
    const runs = await run(races(count, chance), chance)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const winners = await winnersOf(runs.filter((one) => one.rivals.length === 1))
    const lines = table(winners)
    const three = runs.filter((one) => one.rivals.length === 2)
    console.info(
      `${runs.length} interleavings, ${three.length} of three commands, seed ${from}, ${seconds} s, ` +
        `${three.filter((one) => one.closing.kind === 'done').length} of the ${three.length} closed`,
    )
    console.table(Object.fromEntries(lines))

    expect(errorsOf(runs)).toEqual([])
    expect(
      await violations(
        world.house.cell,
        runs.map((one) => one.racer.customerId),
      ),
    ).toEqual([])
    expect([...lines].filter(([, line]) => line['not told'] > 0)).toEqual([])
    // A tenth of the counts is too few for luck to show both sides of every pair.
    if (count < 2_000) return
    expect([...lines].filter(([, line]) => line['closing first'] === 0 || line['other first'] === 0)).toEqual(
      [],
    )
  }, 300_000)

  test('a closed line is never drawn, repaid or debited again', async () => {
    const closed = await run(
      Array.from({ length: scaled(50) }, (): Race => ({ state: 'asked', rivals: [] })),
      new Chance(from),
    )
    expect(closed.map((one) => one.closing.kind)).toEqual(closed.map(() => 'done'))
    for (const { racer } of closed) {
      for (const name of ['draw', 'repayment', 'auto-debit']) {
        const late = rivals.find((rival) => rival.name === name)
        const answer = late && (await answerOf(late.run(world.house, racer)))
        expect(answer).toMatchObject({ kind: 'refused', codes: expect.arrayContaining(['line-missing']) })
      }
    }
    const customerIds = closed.map((one) => one.racer.customerId)
    expect(await violations(world.house.cell, customerIds)).toEqual([])
  })

  test('the same races without the lock of the account end lines that owe or have something in transit', async () => {
    const chance = new Chance(from)
    const unlocked = (sql: string) => (sql.includes('from account') ? sql.replace('for update', '') : sql)
    const runs: Run[] = []
    const found: string[] = []
    // Chance decides how soon it shows; one round has always been enough so far.
    for (let round = 0; round < 10 && !found.some((what) => forbidden.test(what)); round += 1) {
      const more = await run(races(400, chance), chance, unlocked)
      const customerIds = more.map((one) => one.racer.customerId)
      found.push(...(await violations(world.house.cell, customerIds)).map(({ what }) => what))
      runs.push(...more)
    }
    const stopped = errorsOf(runs).map((answer) => (answer.kind === 'error' ? answer.code : ''))
    console.info(
      `without the lock: ${runs.length} interleavings, seed ${from}; found and stopped by the database`,
    )
    console.table(counted(found))
    console.table(counted(stopped))
    expect(found.filter((what) => forbidden.test(what))).not.toEqual([])
  }, 300_000)
})

/** What the lock must prevent: an end with a balance or something on its way, or with something after it. */
const forbidden = /^ended with|^ended, but something happened after it/
