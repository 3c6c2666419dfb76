import { type CalendarDate, dateOfDayNumber, dayNumber, isLeapYear, yearOf } from '../calendar/date.ts'

/**
 * The days from day number `first` (counts) to `last` (does not), those in common and those in leap years apart: what
 * actual/actual needs (mission A4). Negative where `last` is earlier, so that a difference of two times is exact.
 */
export function daysByYearKind(
  first: number,
  last: number,
): { readonly common: number; readonly leap: number } {
  if (last < first) {
    const forward = daysByYearKind(last, first)
    return { common: -forward.common, leap: -forward.leap }
  }
  let [common, leap] = [0, 0]
  for (let at = first; at < last; ) {
    const year = yearOf(dateOfDayNumber(at))
    const end = Math.min(last, dayNumber(`${String(year + 1).padStart(4, '0')}-01-01` as CalendarDate))
    if (isLeapYear(year)) leap += end - at
    else common += end - at
    at = end
  }
  return { common, leap }
}
