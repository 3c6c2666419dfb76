import { addDays, shanghaiDate, shanghaiInstant } from '@jieqing/domain/calendar/date'
import { SandboxClock } from '../platform/clock.ts'
import type { House } from '../platform/house.ts'
import type { Jobs } from '../platform/jobs.ts'
import { Problem } from '../platform/problem.ts'

/** A fake outside service whose time the sandbox sets. */
export interface SandboxFake {
  /** Tells it the business time; resolves when everything due by then has been delivered. */
  setTime(now: Date): Promise<void>
  /** The next instant at which it will do something by itself. */
  nextDue(): Promise<Date | undefined>
}

const longestDays = 400

/**
 * Moves a sandbox's time forward to `to`, stopping at each instant at which something falls due: midnight in Shanghai, a task of the
 * outbox, a fake's next act. At each stop the fakes get the time and everything is waited for (design 2.9). Answers the stops made.
 */
export async function advance(
  house: House,
  jobs: Jobs,
  fakes: readonly SandboxFake[],
  to: Date,
): Promise<readonly Date[]> {
  const { clock } = house
  if (!(clock instanceof SandboxClock)) throw new Problem('not-found')
  const from = clock.business()
  if (to <= from || to.getTime() - from.getTime() > longestDays * 86_400_000)
    throw new Problem('clock-not-forward')
  const stops: Date[] = []
  await settle(house, jobs, fakes)
  while (clock.business() < to) {
    const next = await nextInstant(house, fakes, to)
    await clock.moveTo(house.cell, next)
    await settle(house, jobs, fakes)
    stops.push(next)
  }
  return stops
}

/** Fakes and jobs wake each other: both are run until neither has anything due. */
async function settle(house: House, jobs: Jobs, fakes: readonly SandboxFake[]): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await jobs.quiet()
    const now = house.clock.business()
    for (const fake of fakes) await fake.setTime(now)
    await jobs.quiet()
    const due = await Promise.all(fakes.map((fake) => fake.nextDue()))
    if (due.every((instant) => instant === undefined || instant > now)) return
  }
}

async function nextInstant(house: House, fakes: readonly SandboxFake[], to: Date): Promise<Date> {
  const now = house.clock.business()
  const midnight = shanghaiInstant(addDays(shanghaiDate(now), 1))
  const { due } = await house.cell.one<{ due: Date | null }>(
    'select min(due_at) as due from outbox where due_at > $1',
    [now],
  )
  const others = await Promise.all(fakes.map((fake) => fake.nextDue()))
  const instants = [midnight, due ?? undefined, ...others].filter(
    (instant) => instant !== undefined && instant > now,
  )
  return new Date(
    Math.min(to.getTime(), ...instants.map((instant) => instant?.getTime() ?? Number.POSITIVE_INFINITY)),
  )
}
