import type { Brand } from '../money/fen.ts'

/** A calendar date in Asia/Shanghai, `YYYY-MM-DD`: business dates, value dates and due dates are of this kind. */
export type CalendarDate = Brand<string, 'CalendarDate'>

/** Refuses anything that is not a real day (`2026-02-29`) or not four-digit-year ISO form. */
export function calendarDate(text: string): CalendarDate {
  const date = calendarDateOrNone(text)
  if (date === undefined) throw new RangeError(`not a date: ${text}`)
  return date
}

export function calendarDateOrNone(text: string): CalendarDate | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined
  const at = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text) return undefined
  return text as CalendarDate
}

const day = 86_400_000

/** Days since 1970-01-01; the one form in which dates are subtracted. */
export function dayNumber(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / day
}

export function dateOfDayNumber(number: number): CalendarDate {
  return new Date(number * day).toISOString().slice(0, 10) as CalendarDate
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateOfDayNumber(dayNumber(date) + days)
}

/** Days from `from` to `to`: the first counts, the last does not (mission A4). Negative where `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumber(to) - dayNumber(from)
}

export function yearOf(date: CalendarDate): number {
  return Number(date.slice(0, 4))
}

export function monthOf(date: CalendarDate): number {
  return Number(date.slice(5, 7))
}

export function dayOfMonth(date: CalendarDate): number {
  return Number(date.slice(8, 10))
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

export function isLeapYear(year: number): boolean {
  return daysInMonth(year, 2) === 29
}

/** The `dueDay`-th (1 to 31) of the month `months` after that of `date`; a shorter month ends on its last day. */
export function dueDateAfter(date: CalendarDate, months: number, dueDay: number): CalendarDate {
  const index = yearOf(date) * 12 + (monthOf(date) - 1) + months
  const year = Math.floor(index / 12)
  const month = (index % 12) + 1
  const dayInMonth = Math.min(dueDay, daysInMonth(year, month))
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayInMonth).padStart(2, '0')}` as CalendarDate
}

/** The date in Shanghai at an instant (UTC+8 all year since 1991). */
export function shanghaiDate(instant: Date): CalendarDate {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10) as CalendarDate
}

/** The instant at which `date` begins in Shanghai, plus `minutes`. */
export function shanghaiInstant(date: CalendarDate, minutes = 0): Date {
  return new Date(Date.parse(`${date}T00:00:00+08:00`) + minutes * 60_000)
}

/** RFC 3339 with Shanghai's offset, to the second: the form of times in JSON. */
export function shanghaiTime(instant: Date): string {
  return `${new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
