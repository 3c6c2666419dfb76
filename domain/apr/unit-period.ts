import {
  addDays,
  type CalendarDate,
  dayOfMonth,
  daysBetween,
  daysInMonth,
  dueDateAfter,
  monthOf,
  yearOf,
} from '../calendar/date.ts'

/** The interval in which a loan's payments come, the unit of an annual rate (12 CFR 1026 Appendix J (b)(4)). */
export type UnitPeriod =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'half-month' }
  | { readonly kind: 'months'; readonly months: number }
  | { readonly kind: 'year' }

/** Time since the first advance: whole unit periods and an odd part of one, as a fraction. */
export type PeriodTime = {
  readonly whole: number
  readonly odd: { readonly over: number; readonly under: number }
}

export const atOnce: PeriodTime = { whole: 0, odd: { over: 0, under: 1 } }

/** Unit periods a year: 365 days, 52 weeks, 24 half months, 12 months (Appendix J (b)(5)). */
export function periodsPerYear(unit: UnitPeriod): number {
  switch (unit.kind) {
    case 'days':
      return unit.days % 7 === 0 ? 52 / (unit.days / 7) : 365 / unit.days
    case 'half-month':
      return 24
    case 'months':
      return 12 / unit.months
    case 'year':
      return 1
  }
}

/**
 * The unit periods between two dates by Appendix J (b)(5): full months measured back from the later date, the rest in
 * days over 30 (15 for a half month, 30 for each month of a longer period); weeks and days by the days between; years
 * measured back, the rest in twelfths if whole months and else in days over 365.
 */
export function unitPeriodsBetween(from: CalendarDate, to: CalendarDate, unit: UnitPeriod): PeriodTime {
  switch (unit.kind) {
    case 'days':
      return wholeAndOdd(daysBetween(from, to), unit.days)
    case 'half-month':
      return wholeAndOdd(thirtyDayMonths(from, to), 15)
    case 'months':
      return wholeAndOdd(thirtyDayMonths(from, to), 30 * unit.months)
    case 'year': {
      const { months, days } = monthsBack(from, to)
      if (days === 0) return wholeAndOdd(months, 12)
      const years = Math.floor(months / 12)
      const start = dueDateAfter(to, -12 * years, dayOfMonth(to))
      return { whole: years, odd: { over: daysBetween(from, start), under: 365 } }
    }
  }
}

function wholeAndOdd(length: number, unit: number): PeriodTime {
  return { whole: Math.floor(length / unit), odd: { over: length % unit, under: unit } }
}

function thirtyDayMonths(from: CalendarDate, to: CalendarDate): number {
  const { months, days } = monthsBack(from, to)
  return months * 30 + days
}

/**
 * Full months measured back from `to`, and the days left before them. A month ends on the same day of the month or, where
 * that does not exist, on the last; the last day of a month is met by the last day of another.
 */
export function monthsBack(
  from: CalendarDate,
  to: CalendarDate,
): { readonly months: number; readonly days: number; readonly since: CalendarDate } {
  const own = monthsBackTo(dayOfMonth(to))
  const isMonthEnd = dayOfMonth(to) === daysInMonth(yearOf(to), monthOf(to))
  const byMonthEnd = isMonthEnd ? monthsBackTo(31) : own
  return byMonthEnd.days === 0 ? byMonthEnd : own

  function monthsBackTo(day: number): { months: number; days: number; since: CalendarDate } {
    const apart = (yearOf(to) - yearOf(from)) * 12 + monthOf(to) - monthOf(from)
    const months = dueDateAfter(to, -apart, day) < from ? apart - 1 : apart
    const since = dueDateAfter(to, -months, day)
    return { months, days: daysBetween(from, since), since }
  }
}

/**
 * Years between two dates as the European directives want them (2008/48/EC Annex I, 2011/90/EU): whole unit periods counted
 * back from the later date, each an equal part of a year, and the days left over the length (365 or 366 days) of the year
 * that ends with them.
 */
export function yearsBetween(from: CalendarDate, to: CalendarDate, unit: UnitPeriod): number {
  const { years, since } = wholePeriodsBack(from, to, unit)
  const length = daysBetween(dueDateAfter(since, -12, dayOfMonth(since)), since)
  return years + daysBetween(from, since) / length
}

function wholePeriodsBack(
  from: CalendarDate,
  to: CalendarDate,
  unit: UnitPeriod,
): { readonly years: number; readonly since: CalendarDate } {
  switch (unit.kind) {
    case 'days': {
      if (unit.days % 7 !== 0) return { years: 0, since: to }
      const weeks = Math.floor(daysBetween(from, to) / 7)
      return { years: weeks / 52, since: addDays(to, -7 * weeks) }
    }
    case 'half-month':
    case 'months':
    case 'year': {
      const { months, since } = monthsBack(from, to)
      return { years: months / 12, since }
    }
  }
}
