import { addDays, type CalendarDate, dayNumber } from './date.ts'
import { statutoryCalendar } from './statutory-calendar.ts'

/** Whether a date is a working day (工作日), and whether that is known or only the weekday's guess (design 2.9). */
export type DayKind = { readonly working: boolean; readonly known: boolean }

export function dayKind(date: CalendarDate): DayKind {
  const { knownFrom, knownThrough, daysOff, makeUpWorkdays } = statutoryCalendar
  const weekday = (dayNumber(date) + 4) % 7
  const mondayToFriday = weekday >= 1 && weekday <= 5
  if (date < knownFrom || date > knownThrough) return { working: mondayToFriday, known: false }
  return { working: makeUpWorkdays.has(date) || (mondayToFriday && !daysOff.has(date)), known: true }
}

/** A date that working days led to. Provisional: some day on the way lies past the known calendar, so it is recomputed when the data come. */
export type WorkingDate = { readonly date: CalendarDate; readonly provisional: boolean }

/**
 * The `count`-th working day after `from`: by when the lender owes something. Past the known calendar Monday to Friday count
 * (design 2.9). `count` is 1 or more.
 */
export function lenderDeadline(from: CalendarDate, count: number): WorkingDate {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`working days are counted from 1: ${count}`)
  let provisional = false
  let date = from
  for (let left = count; left > 0; ) {
    date = addDays(date, 1)
    const kind = dayKind(date)
    if (!kind.known) provisional = true
    if (kind.working) left -= 1
  }
  return { date, provisional }
}

/** The longest holiday with the days worked around it; what a wait past the known calendar may grow by. */
const longestRest = 8

/** How long a customer has to wait for `count` working days: past the known calendar 8 days more, so that it is never longer than said. */
export function customerWait(from: CalendarDate, count: number): WorkingDate {
  const deadline = lenderDeadline(from, count)
  return deadline.provisional ? { ...deadline, date: addDays(deadline.date, longestRest) } : deadline
}
