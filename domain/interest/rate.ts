import { type CalendarDate, dateOfDayNumber, dayNumber, isLeapYear, yearOf } from '../calendar/date.ts'
import { divideRounded, type Rounding } from '../money/round.ts'

/** A rate as an integer in 1e-8 and the time it is for: 0.035 % a day is `{ e8: 35000n, per: 'day' }` (design 2.4). */
export type Rate = { readonly e8: bigint; readonly per: 'day' | 'month' | 'year' }

/** How a year's or a month's rate becomes days (mission A4). A daily rate needs none: every day counts one. */
export type DayBasis = 'actual/360' | 'actual/365' | 'actual/366' | 'actual/actual' | '30/360'

/**
 * Interest not yet made into fen: an exact sum of `principal x rate x days` in units of 1 / (1e8 x divisor) fen.
 * Actual/actual has two divisors, so it keeps the days of common and of leap years apart (design 2.4).
 */
export type Accumulator = { readonly common: bigint; readonly leap: bigint }

export const nothingAccrued: Accumulator = { common: 0n, leap: 0n }

const e8 = 100_000_000n

/** The divisors of the two parts of an accumulator: what one unit of it is a fraction of. */
export function divisors(rate: Rate, basis: DayBasis): { readonly common: bigint; readonly leap: bigint } {
  if (rate.per === 'day') return { common: e8, leap: e8 }
  switch (basis) {
    case 'actual/360':
    case '30/360':
      return { common: e8 * 360n, leap: e8 * 360n }
    case 'actual/365':
      return { common: e8 * 365n, leap: e8 * 365n }
    case 'actual/366':
      return { common: e8 * 366n, leap: e8 * 366n }
    case 'actual/actual':
      return { common: e8 * 365n, leap: e8 * 366n }
  }
}

/** A month's rate counted by the day is twelve of it a year. */
function ratePart(rate: Rate): bigint {
  return rate.per === 'month' ? rate.e8 * 12n : rate.e8
}

/** Adds `principal x rate x days` for the days from `from` (counts) to `to` (does not). */
export function accrue(
  accumulated: Accumulator,
  principalFen: bigint,
  rate: Rate,
  basis: DayBasis,
  from: CalendarDate,
  to: CalendarDate,
): Accumulator {
  const { common, leap } = countDays(rate, basis, from, to)
  return {
    common: accumulated.common + principalFen * ratePart(rate) * BigInt(common),
    leap: accumulated.leap + principalFen * ratePart(rate) * BigInt(leap),
  }
}

function countDays(
  rate: Rate,
  basis: DayBasis,
  from: CalendarDate,
  to: CalendarDate,
): { common: number; leap: number } {
  const [first, last] = [dayNumber(from), dayNumber(to)]
  if (rate.per === 'day' || basis !== 'actual/actual') return { common: last - first, leap: 0 }
  let [common, leap] = [0, 0]
  for (let at = first; at < last; ) {
    const year = yearOf(dateOfDayNumber(at))
    const end = Math.min(last, dayNumber(`${year + 1}-01-01` as CalendarDate))
    if (isLeapYear(year)) leap += end - at
    else common += end - at
    at = end
  }
  return { common, leap }
}

/** What the accumulator is worth in whole fen, rounded once as the product says. */
export function accruedFen(
  accumulated: Accumulator,
  rate: Rate,
  basis: DayBasis,
  rounding: Rounding,
): bigint {
  const d = divisors(rate, basis)
  if (d.common === d.leap) return divideRounded(accumulated.common + accumulated.leap, d.common, rounding)
  return divideRounded(accumulated.common * d.leap + accumulated.leap * d.common, d.common * d.leap, rounding)
}
