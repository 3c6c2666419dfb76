import { type CalendarDate, daysBetween } from '../calendar/date.ts'
import {
  monthsBack,
  type PeriodTime,
  periodsPerYear,
  type UnitPeriod,
  unitPeriodsBetween,
  yearsBetween,
} from './unit-period.ts'

/**
 * How a year's cost is said (mission A2 年化, A13). `actuarial-us`: 12 CFR 1026 Appendix J, a nominal rate, the unit-period rate
 * times the periods a year, odd parts of a period at simple interest. `effective-eu`: 2008/48/EC Annex I, compounded over the
 * year. `irr-cn`: the internal rate of return of a unit period times the periods a year, odd parts compounded, as lenders in China
 * show IRR (内部收益率法) beside a simple annual rate.
 */
export type AprMethod = 'actuarial-us' | 'effective-eu' | 'irr-cn'

/** Money that changes hands: when, by date or in unit periods since the first advance, and how much. */
export type CashFlow = { readonly when: When; readonly amountFen: bigint }
export type When =
  | { readonly on: CalendarDate; readonly later: number }
  | { readonly at: PeriodTime; readonly later: number }

/** `later` counts the unit periods by which a payment of a regular series follows its first. */
export function flow(
  when: { on: CalendarDate } | { at: PeriodTime },
  amountFen: bigint,
  later = 0,
): CashFlow {
  return { when: { ...when, later }, amountFen }
}

/** Why there is no rate: nothing lent, nothing paid back, less paid back than lent, or beyond any sense. */
export type NoRate = 'nothing-advanced' | 'nothing-paid' | 'paid-less-than-advanced' | 'rate-too-high'

/**
 * The annual rate in per cent with two places ("9.69"), rounded half up at the exact place: the equation itself is asked
 * on which side of the half it lies. Floating point, because this number is shown and never charged.
 */
export function annualRate(
  advances: readonly CashFlow[],
  payments: readonly CashFlow[],
  unit: UnitPeriod,
  method: AprMethod,
): { readonly percent: string } | { readonly refused: NoRate } {
  const [lent, repaid] = [total(advances), total(payments)]
  if (lent === 0n) return { refused: 'nothing-advanced' }
  if (repaid === 0n) return { refused: 'nothing-paid' }
  if (repaid < lent) return { refused: 'paid-less-than-advanced' }
  const discounts = discounted(advances, payments, unit, method)
  const excess = (percent: number) =>
    discounts.reduce((sum, { amount, factor }) => sum + amount * factor(percent), 0)
  const found = solve(excess)
  if (found === undefined) return { refused: 'rate-too-high' }
  const hundredths = Math.floor(found * 100)
  const half = (hundredths + 0.5) / 100
  const rounded = found > half - 0.001 && excess(half) >= 0 ? hundredths + 1 : hundredths
  return { percent: `${Math.floor(rounded / 100)}.${String(rounded % 100).padStart(2, '0')}` }
}

function total(flows: readonly CashFlow[]): bigint {
  return flows.reduce((sum, one) => sum + one.amountFen, 0n)
}

/** Payments count positive, advances negative; each with its discount at an annual rate in per cent. */
type Discounted = { readonly amount: number; readonly factor: (percent: number) => number }

function discounted(
  advances: readonly CashFlow[],
  payments: readonly CashFlow[],
  unit: UnitPeriod,
  method: AprMethod,
): readonly Discounted[] {
  const start = earliest(advances)
  const single = method === 'actuarial-us' ? singlePaymentTerm(advances, payments, unit, start) : undefined
  const factorOf = (one: CashFlow) => {
    if (method === 'effective-eu') {
      const years = yearsSince(start, one.when, unit)
      return (percent: number) => (1 + percent / 100) ** -years
    }
    const term = single !== undefined && payments.includes(one) ? single : undefined
    const perYear = (single ?? { perYear: periodsPerYear(unit) }).perYear
    const { whole, odd } = term?.time ?? timeSince(start, one.when, unit)
    const part = odd.over / odd.under
    return (percent: number) => {
      const i = percent / 100 / perYear
      return method === 'irr-cn' ? (1 + i) ** -(whole + part) : 1 / ((1 + part * i) * (1 + i) ** whole)
    }
  }
  return [
    ...advances.map((one) => ({ amount: -Number(one.amountFen), factor: factorOf(one) })),
    ...payments.map((one) => ({ amount: Number(one.amountFen), factor: factorOf(one) })),
  ]
}

function earliest(advances: readonly CashFlow[]): CalendarDate | undefined {
  return advances
    .flatMap(({ when }) => ('on' in when ? [when.on] : []))
    .toSorted()
    .at(0)
}

function timeSince(start: CalendarDate | undefined, when: When, unit: UnitPeriod): PeriodTime {
  const first = 'at' in when ? when.at : unitPeriodsBetween(start ?? when.on, when.on, unit)
  return { whole: first.whole + when.later, odd: first.odd }
}

function yearsSince(start: CalendarDate | undefined, when: When, unit: UnitPeriod): number {
  const perYear = periodsPerYear(unit)
  const first =
    'at' in when
      ? (when.at.whole + when.at.odd.over / when.at.odd.under) / perYear
      : yearsBetween(start ?? when.on, when.on, unit)
  return first + when.later / perYear
}

/**
 * One advance and one payment: the unit period is the term itself, at most a year, whatever the loan's own unit (Appendix J
 * (b)(4)(iii), (b)(5)(v) to (vii)): 12 over its months a year if it is whole months, else 365 over its days.
 */
function singlePaymentTerm(
  advances: readonly CashFlow[],
  payments: readonly CashFlow[],
  unit: UnitPeriod,
  start: CalendarDate | undefined,
): { readonly time: PeriodTime; readonly perYear: number } | undefined {
  const [payment] = payments
  if (advances.length !== 1 || payments.length !== 1 || payment === undefined) return undefined
  const { months, days, years } = termOf(payment.when, unit, start)
  if (years !== undefined) return { time: years, perYear: 1 }
  const perYear = months !== undefined ? 12 / months : 365 / days
  return { time: { whole: 1, odd: { over: 0, under: 1 } }, perYear }
}

/** The term in whole months if it is, in days, and in years if it is a year or more. */
function termOf(
  when: When,
  unit: UnitPeriod,
  start: CalendarDate | undefined,
): { readonly months?: number; readonly days: number; readonly years?: PeriodTime } {
  if ('on' in when && when.later === 0) {
    const from = start ?? when.on
    const { months, days } = monthsBack(from, when.on)
    const years = months >= 12 ? { years: unitPeriodsBetween(from, when.on, { kind: 'year' }) } : {}
    return { ...(days === 0 && months > 0 ? { months } : {}), days: daysBetween(from, when.on), ...years }
  }
  const time = timeSince(start, when, unit)
  const units = time.whole + time.odd.over / time.odd.under
  if (unit.kind === 'days') {
    const days = units * unit.days
    const whole = Math.floor(days / 365)
    return days < 365 ? { days } : { days, years: { whole, odd: { over: days - whole * 365, under: 365 } } }
  }
  const months = (units * 12) / periodsPerYear(unit)
  const whole = Math.floor(months / 12 + 1e-9)
  if (whole > 0)
    return { days: 0, years: { whole, odd: { over: Math.max(0, months - whole * 12), under: 12 } } }
  return { months, days: months * 30 }
}

/** The rate at which the payments are worth what was advanced; `excess` is above zero below it. */
function solve(excess: (percent: number) => number): number | undefined {
  if (excess(0) <= 0) return 0
  let [low, high] = [0, 1]
  while (excess(high) > 0) {
    low = high
    high *= 2
    if (high > 100_000_000) return undefined
  }
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2
    if (excess(middle) > 0) low = middle
    else high = middle
  }
  return high
}
