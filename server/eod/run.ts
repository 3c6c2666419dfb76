import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import type { House } from '../platform/house.ts'
import { readCursor } from './cursor.ts'
import { type EodStep, eodSteps, runStep } from './steps.ts'

export type StepReport = {
  readonly date: CalendarDate
  readonly step: EodStep
  readonly done: number
  readonly seconds: number
}

/**
 * Ends every business date before `until`, one at a time, from where it stands: days missed are caught up, a day killed half way is
 * resumed, a day done is left alone (mission A12). One end of day at a time in a cell: a second caller finds nothing to do.
 */
export async function runEndOfDay(
  house: House,
  until: CalendarDate,
  report: (step: StepReport) => void = () => undefined,
): Promise<readonly StepReport[]> {
  const reports: StepReport[] = []
  for (let date = await firstUnfinished(house); date < until; date = addDays(date, 1)) {
    for (const step of eodSteps) {
      const before = await readCursor(house.cell, date, step)
      if (before.finished) continue
      const started = performance.now()
      await runStep(house, date, step, () => undefined)
      const after = await readCursor(house.cell, date, step)
      const seconds = Math.round(performance.now() - started) / 1000
      await house.cell.rows(
        'update eod_step set seconds = seconds + $3 where business_date = $1 and step = $2',
        [date, step, seconds],
      )
      const line = { date, step, done: Number(after.done), seconds }
      reports.push(line)
      report(line)
    }
  }
  return reports
}

/** The oldest business date whose end of day is not complete: the one before the open day if it was cut off, else the open day. */
export async function firstUnfinished(house: House): Promise<CalendarDate> {
  const { open, first } = await house.cell.one<{ open: CalendarDate; first: CalendarDate }>(
    'select max(business_date) as open, min(business_date) as first from business_day',
  )
  const before = addDays(open, -1)
  if (before < first) return open
  const last = await readCursor(house.cell, before, eodSteps[eodSteps.length - 1] ?? 'ageing')
  return last.finished ? open : before
}
