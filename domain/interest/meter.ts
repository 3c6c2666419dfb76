import type { CalendarDate } from '../calendar/date.ts'
import type { Rounding } from '../money/round.ts'
import {
  type Accumulator,
  accrue,
  accruedFen,
  type Counting,
  type DayBasis,
  nothingAccrued,
  type Rate,
  type Ratio,
} from './rate.ts'

/** How exact interest becomes fen (mission A4); real lenders differ on every one of these. */
export type InterestRule = {
  readonly rate: Rate
  readonly dayBasis: DayBasis
  readonly rounding: Rounding
  /** `rounded`: each period's interest is rounded and its remainder dropped; `unrounded`: the remainder goes on. */
  readonly carry: 'rounded' | 'unrounded'
  /** What is rounded when the principal changes within a period: the period's pieces together, or each by itself. */
  readonly segmentRounding: 'whole-period' | 'each-segment'
}

/**
 * Interest as it runs on a changing principal: the fen already fixed by rounding, and the exact sum still open. Its
 * worth never falls. With unrounded carry nothing is ever fixed, so only the sum of the whole loan is rounded.
 */
export type Meter = {
  readonly fixedFen: bigint
  readonly open: Accumulator
  /** The principal of the open segment. */
  readonly baseFen: bigint
}

export const newMeter: Meter = { fixedFen: 0n, open: nothingAccrued, baseFen: 0n }

/** Lets interest run on `baseFen` from `from` to `to`; where each segment is rounded, a changed base ends the last. */
export function run(
  meter: Meter,
  baseFen: bigint,
  from: CalendarDate,
  to: CalendarDate,
  rule: InterestRule,
  counting: Counting,
  times?: Ratio,
): Meter {
  if (from === to) return meter
  const ended = rule.segmentRounding === 'each-segment' && baseFen !== meter.baseFen
  const segment = ended ? fix(meter, rule, times) : meter
  const open = accrue(segment.open, baseFen, rule.rate, rule.dayBasis, from, to, counting)
  return { fixedFen: segment.fixedFen, open, baseFen }
}

/** The end of a segment or a period: with rounded carry what is open becomes whole fen for good. */
export function fix(meter: Meter, rule: InterestRule, times?: Ratio): Meter {
  if (rule.carry === 'unrounded') return meter
  return { fixedFen: worthFen(meter, rule, times), open: nothingAccrued, baseFen: meter.baseFen }
}

/** All interest since the loan began, in whole fen. */
export function worthFen(meter: Meter, rule: InterestRule, times?: Ratio): bigint {
  return meter.fixedFen + accruedFen(meter.open, rule.rate, rule.dayBasis, rule.rounding, times)
}
