import {
  type CalendarDate,
  calendarDate,
  daysInMonth,
  dueDateAfter,
  monthOf,
  yearOf,
} from '@jieqing/domain/calendar/date'
import type { Brand } from '@jieqing/domain/money/fen'

/** A calendar month, `YYYY-MM`. */
export type Month = Brand<string, 'Month'>

export function monthOrNone(text: string): Month | undefined {
  return /^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : undefined
}

export function monthOfDate(date: CalendarDate): Month {
  return date.slice(0, 7) as Month
}

/** The month `months` before `month`. */
export function monthBefore(month: Month, months: number): Month {
  return monthOfDate(dueDateAfter(calendarDate(`${month}-01`), -months, 1))
}

export function lastDayOf(month: Month): CalendarDate {
  const first = calendarDate(`${month}-01`)
  return calendarDate(`${month}-${daysInMonth(yearOf(first), monthOf(first))}`)
}
