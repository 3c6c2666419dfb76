import { type CalendarDate, dueDateAfter } from '../calendar/date.ts'
import { divideRounded, type Rounding } from '../money/round.ts'

/**
 * How a loan's principal comes back (mission A3): equal principal (等额本金), equal instalments of principal and
 * interest together (等额本息), or interest first and all principal with the last instalment (先息后本).
 */
export type RepaymentMethod = 'equal-principal' | 'equal-instalment' | 'interest-first'

/** What only equal instalments need: the instalment, and the interest of the `n`-th period (from 1) on a balance. */
export type InstalmentInterest = {
  readonly instalmentFen: bigint
  readonly interestFen: (n: number, balanceFen: bigint) => bigint
}

/**
 * The principal in each of `instalments` parts, in order, in whole fen; they always add up to `principalFen`.
 *
 * Equal principal: each part is the exact share rounded to a fen, never more than what is left; the last part is
 * what is left (5,000.00 over 18: 277.78 each, the last 277.74). Interest first: nothing until the last. Equal
 * instalments: the instalment less the period's interest; the last part is what is left.
 */
export function principalParts(
  method: RepaymentMethod,
  principalFen: bigint,
  instalments: number,
  rounding: Rounding = 'half-up',
  equal?: InstalmentInterest,
): readonly bigint[] {
  if (!Number.isInteger(instalments) || instalments < 1) {
    throw new RangeError(`a loan has at least one instalment: ${instalments}`)
  }
  if (principalFen < 0n) throw new RangeError(`principal cannot be negative: ${principalFen}`)
  const parts: bigint[] = []
  let left = principalFen
  for (let n = 1; n <= instalments; n += 1) {
    const part = n === instalments ? left : within(left, partOf(n))
    parts.push(part)
    left -= part
  }
  return parts

  function partOf(n: number): bigint {
    switch (method) {
      case 'equal-principal':
        return divideRounded(principalFen, BigInt(instalments), rounding)
      case 'interest-first':
        return 0n
      case 'equal-instalment':
        if (equal === undefined)
          throw new RangeError('equal instalments need the instalment and its interest')
        return equal.instalmentFen - equal.interestFen(n, left)
    }
  }
}

function within(left: bigint, part: bigint): bigint {
  if (part < 0n) return 0n
  return part > left ? left : part
}

/**
 * The growth of a debt over one period: it becomes `numerator / divisor` times as large, interest included. Exact, so
 * that a long loan's instalment is rounded once, at its end.
 */
export type Growth = { readonly numerator: bigint; readonly divisor: bigint }

/**
 * The one amount that, paid at the end of every period, brings the debt to zero with the last: principal divided by
 * the sum of the periods' discounts, exact, then rounded once to a multiple of `multipleOfFen` (a fen, unless the
 * product says whole yuan). Periods of different length each count with their own growth.
 */
export function equalInstalment(
  principalFen: bigint,
  periods: readonly Growth[],
  rounding: Rounding = 'half-up',
  multipleOfFen = 1n,
): bigint {
  if (periods.length === 0) throw new RangeError('a loan has at least one instalment')
  if (multipleOfFen < 1n)
    throw new RangeError(`an instalment is a multiple of at least one fen: ${multipleOfFen}`)
  // With G the growths and D their divisors: principal x ΠG / Σ over k of (ΠD up to k x ΠG after k).
  let debt = principalFen
  let payments = 0n
  let divisor = 1n
  for (const period of periods) {
    debt *= period.numerator
    divisor *= period.divisor
    payments = payments * period.numerator + divisor
  }
  return divideRounded(debt, payments * multipleOfFen, rounding) * multipleOfFen
}

/**
 * The due dates of `instalments` monthly instalments: the first is the `dueDay`-th (1 to 31) of the month after the
 * drawdown's month, so the first period lasts 1 to 61 days; a month without that day ends on its last.
 */
export function dueDates(
  drawnOn: CalendarDate,
  instalments: number,
  dueDay: number,
): readonly CalendarDate[] {
  if (!Number.isInteger(dueDay) || dueDay < 1 || dueDay > 31) {
    throw new RangeError(`a due day is 1 to 31: ${dueDay}`)
  }
  return Array.from({ length: instalments }, (_, index) => dueDateAfter(drawnOn, index + 1, dueDay))
}
