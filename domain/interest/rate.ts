import {
  type CalendarDate,
  dayNumber,
  dayOfMonth,
  daysBetween,
  dueDateAfter,
  monthOf,
  yearOf,
} from '../calendar/date.ts'
import { divideRounded, type Rounding } from '../money/round.ts'
import { daysByYearKind } from './days.ts'

/** A rate as an integer in 1e-8 and the time it is for: 0.035 % a day is `{ e8: 35000n, per: 'day' }` (design 2.4). */
export type Rate = { readonly e8: bigint; readonly per: 'day' | 'month' | 'year' }

/**
 * How a year's or a month's rate becomes days (mission A4). A daily rate needs none: every day counts one. Only under
 * 30/360 every whole month is 30 days of a year of 360, for a daily rate too, and a part of a month is its share of
 * that month's own days. A monthly rate counts whole months as such under every basis, and a part of one by the day.
 */
export type DayBasis = 'actual/360' | 'actual/365' | 'actual/366' | 'actual/actual' | '30/360'

/**
 * Which end of a period bears interest: the day of the drawdown and not that of the repayment (`counts`), or the other
 * way round (`skipped`). The number of days is the same; under actual/actual the year they belong to may differ.
 */
export type FirstDay = 'counts' | 'skipped'

/** Where whole months are counted from, and the day of the month (1 to 31) on which they end. */
export type MonthAnchor = { readonly from: CalendarDate; readonly day: number }

export type Counting = { readonly months?: MonthAnchor; readonly firstDay?: FirstDay }

/** A plain fraction above or at zero, such as the factor of a penalty rate: 1.5 is `{ over: 3n, under: 2n }`. */
export type Ratio = { readonly over: bigint; readonly under: bigint }

/**
 * Interest not yet made into fen: an exact sum of `principal x rate x time` in units of 1 / divisor fen. Actual/actual
 * has two divisors, so it keeps the days of common and of leap years apart (design 2.4).
 */
export type Accumulator = { readonly common: bigint; readonly leap: bigint }

export const nothingAccrued: Accumulator = { common: 0n, leap: 0n }

const e8 = 100_000_000n

/** The least number that 28, 29, 30 and 31 divide: one day of any month is a whole number of these parts of it. */
const partsOfMonth = 377_580n

/** The divisors of the two parts of an accumulator: what one unit of it is a fraction of. */
export function divisors(rate: Rate, basis: DayBasis): { readonly common: bigint; readonly leap: bigint } {
  const { common, leap } = timeUnits(rate, basis)
  return { common: e8 * common, leap: e8 * leap }
}

/** How many units of time make the rate's own day, month or year. */
function timeUnits(rate: Rate, basis: DayBasis): { readonly common: bigint; readonly leap: bigint } {
  if (basis === '30/360') {
    const units = rate.per === 'year' ? partsOfMonth * 12n : partsOfMonth
    return { common: units, leap: units }
  }
  if (rate.per === 'day') return { common: 1n, leap: 1n }
  const days = daysOfYear(basis)
  return { common: BigInt(days.common), leap: BigInt(days.leap) }
}

function daysOfYear(basis: Exclude<DayBasis, '30/360'>): { readonly common: number; readonly leap: number } {
  switch (basis) {
    case 'actual/360':
      return { common: 360, leap: 360 }
    case 'actual/365':
      return { common: 365, leap: 365 }
    case 'actual/366':
      return { common: 366, leap: 366 }
    case 'actual/actual':
      return { common: 365, leap: 366 }
  }
}

/**
 * Adds `principal x rate x time` for the time from `from` to `to`. Where whole months are counted, `counting.months`
 * says from where: the start of the interest period, so that the pieces of a period add up to the period however it
 * is cut; without it, from `from`.
 */
export function accrue(
  accumulated: Accumulator,
  principalFen: bigint,
  rate: Rate,
  basis: DayBasis,
  from: CalendarDate,
  to: CalendarDate,
  counting: Counting = {},
): Accumulator {
  const months = counting.months ?? monthAnchor(from)
  const firstDay = counting.firstDay ?? 'counts'
  const start = timeSince(months, rate, basis, firstDay, from)
  const end = timeSince(months, rate, basis, firstDay, to)
  const yearly = principalFen * rate.e8
  return {
    common: accumulated.common + yearly * (end.common - start.common),
    leap: accumulated.leap + yearly * (end.leap - start.leap),
  }
}

/** Whole months from `from` end on its own day, or on the loan's due day where `from` is such a due date. */
export function monthAnchor(from: CalendarDate, dueDay?: number): MonthAnchor {
  const onDueDay = dueDay !== undefined && dueDateAfter(from, 0, dueDay) === from
  return { from, day: onDueDay ? dueDay : dayOfMonth(from) }
}

/** The units of time from the anchor to `date`, negative before it. */
function timeSince(
  anchor: MonthAnchor,
  rate: Rate,
  basis: DayBasis,
  firstDay: FirstDay,
  date: CalendarDate,
): Accumulator {
  if (basis === '30/360') {
    const { months, since, until } = wholeMonths(anchor, date)
    const part = (partsOfMonth / BigInt(daysBetween(since, until))) * BigInt(daysBetween(since, date))
    const units = partsOfMonth * BigInt(months) + part
    return { common: rate.per === 'day' ? units * 30n : units, leap: 0n }
  }
  if (rate.per !== 'month') {
    const days = countDays(rate, basis, firstDay, anchor.from, date)
    return { common: BigInt(days.common), leap: BigInt(days.leap) }
  }
  const { months, since } = wholeMonths(anchor, date)
  const days = countDays(rate, basis, firstDay, since, date)
  const wholeMonth = daysOfYear(basis).common
  return { common: BigInt(months * wholeMonth + days.common * 12), leap: BigInt(days.leap * 12) }
}

/** The whole months from the anchor to `date`, the day the last of them ended, and the day the next would. */
function wholeMonths(
  anchor: MonthAnchor,
  date: CalendarDate,
): { readonly months: number; readonly since: CalendarDate; readonly until: CalendarDate } {
  const apart = (yearOf(date) - yearOf(anchor.from)) * 12 + monthOf(date) - monthOf(anchor.from)
  const months = dueDateAfter(anchor.from, apart, anchor.day) > date ? apart - 1 : apart
  return {
    months,
    since: dueDateAfter(anchor.from, months, anchor.day),
    until: dueDateAfter(anchor.from, months + 1, anchor.day),
  }
}

function countDays(
  rate: Rate,
  basis: DayBasis,
  firstDay: FirstDay,
  from: CalendarDate,
  to: CalendarDate,
): { readonly common: number; readonly leap: number } {
  if (rate.per === 'day' || basis !== 'actual/actual') return { common: daysBetween(from, to), leap: 0 }
  const shift = firstDay === 'skipped' ? 1 : 0
  return daysByYearKind(dayNumber(from) + shift, dayNumber(to) + shift)
}

/** What the accumulator is worth in whole fen, rounded once as the product says; `times` scales a penalty's rate. */
export function accruedFen(
  accumulated: Accumulator,
  rate: Rate,
  basis: DayBasis,
  rounding: Rounding,
  times: Ratio = { over: 1n, under: 1n },
): bigint {
  const exact = accruedExactly(accumulated, rate, basis)
  return divideRounded(exact.over * times.over, exact.under * times.under, rounding)
}

/** The accumulator's worth in fen as a fraction, not rounded. */
export function accruedExactly(accumulated: Accumulator, rate: Rate, basis: DayBasis): Ratio {
  const d = divisors(rate, basis)
  if (d.common === d.leap) return { over: accumulated.common + accumulated.leap, under: d.common }
  return { over: accumulated.common * d.leap + accumulated.leap * d.common, under: d.common * d.leap }
}
