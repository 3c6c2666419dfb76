import { annualRate, type CashFlow, flow, type NoRate } from '@jieqing/domain/apr/apr'
import type { PeriodTime, UnitPeriod } from '@jieqing/domain/apr/unit-period'
import type { Fields, Problem } from './fields.ts'

const units = {
  day: { kind: 'days', days: 1 },
  week: { kind: 'days', days: 7 },
  'two-weeks': { kind: 'days', days: 14 },
  'half-month': { kind: 'half-month' },
  month: { kind: 'months', months: 1 },
  quarter: { kind: 'months', months: 3 },
  year: { kind: 'year' },
} as const satisfies Record<string, UnitPeriod>

const unitNames = Object.keys(units) as readonly (keyof typeof units)[]

/** Answers one line of `jieqing calc apr`: the annual rate in per cent, with two places. */
export function answerApr(line: Fields, problems: readonly Problem[]): object | undefined {
  const advanced = line.objects('advances').map((one) => readFlow(one, false))
  const paid = line.objects('payments').map((one) => readFlow(one, true))
  if ([...advanced, ...paid].reduce((sum, { count }) => sum + count, 0) > mostFlows) {
    line.problem('out-of-range', 'payments', `must be ${mostFlows} at most, counts included`)
    return undefined
  }
  const advances = advanced.flatMap(repeated)
  const payments = paid.flatMap(repeated)
  const unit = units[line.choice('unit', unitNames)]
  const method = line.choice('method', ['actuarial-us', 'effective-eu', 'irr-cn'])
  line.refuseUnknown()
  const all = [...advances, ...payments]
  const dated = all.filter(({ when }) => 'on' in when)
  if (dated.length > 0 && dated.length < all.length) {
    line.problem('conflicting-fields', undefined, 'must have on everywhere or at everywhere')
  }
  const first = dated.flatMap(({ when }) => ('on' in when ? [when.on] : [])).toSorted()[0]
  if (first !== undefined && !advances.some(({ when }) => 'on' in when && when.on === first)) {
    line.problem('dates-out-of-order', 'payments', 'must not be before the first advance')
  }
  if (problems.length > 0) return undefined
  const rate = annualRate(advances, payments, unit, method)
  if ('percent' in rate) return { apr: rate.percent }
  line.problem('no-rate', undefined, refusals[rate.refused])
  return undefined
}

const refusals: Readonly<Record<NoRate, string>> = {
  'nothing-advanced': 'has no rate: nothing is advanced',
  'nothing-paid': 'has no rate: nothing is paid',
  'paid-less-than-advanced': 'has no rate: less is paid than was advanced',
  'rate-too-high': 'has no rate: nothing was lent for any time',
}

/** More than a payment a day for fifty years; keeps one line from taking all memory. */
const mostFlows = 20_000

type Read = {
  readonly when: Parameters<typeof flow>[0]
  readonly amountFen: bigint
  readonly count: number
}

function readFlow(one: Fields, mayRepeat: boolean): Read {
  if (one.has('on') === one.has('at')) {
    one.problem(
      one.has('on') ? 'conflicting-fields' : 'missing-field',
      undefined,
      'must have either on or at',
    )
  }
  const when = one.has('at') ? { at: readTime(one) } : { on: readDate(one) }
  const read = {
    when,
    amountFen: one.money('amount'),
    count: mayRepeat ? one.integer('count', 1, mostFlows, 1) : 1,
  }
  one.refuseUnknown()
  return read
}

/** `count` payments of the same amount, one a unit period, the first at the time given. */
function repeated({ when, amountFen, count }: Read): readonly CashFlow[] {
  return Array.from({ length: Math.max(count, 1) }, (_, later) => flow(when, amountFen, later))
}

function readDate(one: Fields) {
  return one.has('on') ? one.date('on') : one.asDate('2000-01-01', 'on')
}

const written = /^([0-9]{1,6})(?:\+([0-9]{1,6})\/([1-9][0-9]{0,5}))?$/
const fraction = /^([0-9]{1,6})\/([1-9][0-9]{0,5})$/

/** `3`, `"1+19/30"` or `{"whole":1,"odd":"19/30"}`. */
function readTime(one: Fields): PeriodTime {
  const value = one.value('at')
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 1_000_000) {
    const whole = Math.floor(value)
    return { whole, odd: { over: value - whole, under: 1 } }
  }
  if (typeof value === 'string') {
    const match = written.exec(value)
    if (match !== null) {
      return { whole: Number(match[1]), odd: { over: Number(match[2] ?? 0), under: Number(match[3] ?? 1) } }
    }
  }
  if (typeof value === 'object') {
    const time = one.object('at')
    const whole = time.integer('whole', 0, 1_000_000)
    const odd = time.has('odd') ? time.text('odd') : '0/1'
    const match = fraction.exec(odd)
    if (match === null && odd !== '') time.problem('wrong-type', 'odd', 'must be a fraction such as "19/30"')
    time.refuseUnknown()
    return { whole, odd: { over: Number(match?.[1] ?? 0), under: Number(match?.[2] ?? 1) } }
  }
  one.problem('wrong-type', 'at', 'must be a number of unit periods, "1+19/30" or {"whole":1,"odd":"19/30"}')
  return { whole: 0, odd: { over: 0, under: 1 } }
}
