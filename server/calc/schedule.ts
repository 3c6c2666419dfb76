import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { dayOfMonth } from '@jieqing/domain/calendar/date'
import { ratioFromE8 } from '@jieqing/domain/interest/decimal'
import type { DayBasis, Rate } from '@jieqing/domain/interest/rate'
import { yuan } from '@jieqing/domain/money/fen'
import type { Rounding } from '@jieqing/domain/money/round'
import {
  addDebts,
  type DebtKind,
  type Debts,
  isWaterfall,
  noDebts,
  totalOf,
  usualWaterfall,
  type Waterfall,
} from '@jieqing/domain/repayment/waterfall'
import { type LoanDraw, type LoanEvent, replay, standing } from '@jieqing/domain/schedule/engine'
import { payoff } from '@jieqing/domain/schedule/loan'
import { dueDates } from '@jieqing/domain/schedule/plan'
import type { LoanProduct, LoanTerms } from '@jieqing/domain/schedule/product'
import type { Fields, Problem } from './fields.ts'

/** What a line of `calc schedule` asks, once nothing about it is wrong. */
type Question = {
  readonly terms: LoanTerms
  readonly draws: readonly LoanDraw[]
  readonly events: readonly LoanEvent[]
  readonly payoffOn?: CalendarDate
}

/** Answers one line of `jieqing calc schedule`: the schedule as it stands after the events, and what each event paid. */
export function answerSchedule(line: Fields, problems: readonly Problem[]): object | undefined {
  const question = readQuestion(line)
  line.refuseUnknown()
  if (problems.length > 0) return undefined
  const { terms, draws, events, payoffOn } = question
  const { schedule, events: outcomes } = replay(terms, draws, events)
  const sum = schedule.reduce<Debts>(addDebts, noDebts)
  return {
    schedule: schedule.map((row) => ({
      n: row.n,
      due: row.due,
      ...charged(row),
      balance: yuan(row.balanceFen),
    })),
    events: outcomes.map(({ event, paid, overpaidFen, balanceFen }) => ({
      on: event.on,
      paid: {
        fees: yuan(paid.fees),
        penalty: yuan(paid.penalty),
        interest: yuan(paid.interest),
        principal: yuan(paid.principal),
        overpaid: yuan(overpaidFen),
      },
      balance: yuan(balanceFen),
    })),
    ...(payoffOn === undefined ? {} : { payoff: quoted(question, payoffOn) }),
    totals: charged(sum),
  }
}

function charged(debts: Debts): object {
  return {
    principal: yuan(debts.principal),
    interest: yuan(debts.interest),
    fees: yuan(debts.fees),
    penalty: yuan(debts.penalty),
    total: yuan(totalOf(debts)),
  }
}

function quoted({ terms, draws, events }: Question, on: CalendarDate): object {
  const debts = payoff(terms, standing(terms, draws, events, on), on)
  return {
    on,
    principal: yuan(debts.principal),
    interest: yuan(debts.interest),
    penalty: yuan(debts.penalty),
    fees: yuan(debts.fees),
    total: yuan(totalOf(debts)),
  }
}

function readQuestion(line: Fields): Question {
  const draws = readDraws(line)
  const startsOn = draws.map((one) => one.on).toSorted()[0] ?? line.asDate(undefined, 'draws')
  const due = readDueDates(line, startsOn)
  const product = readProduct(line.object('product'))
  const lastDue = due.dueDates.at(-1) ?? startsOn
  if (draws.some((one) => one.on >= lastDue)) {
    line.problem('dates-out-of-order', 'draws', `must all be before the last due date, ${lastDue}`)
  }
  const events = line.has('events') ? line.objects('events').map(readEvent) : []
  if (events.some((event) => event.on < startsOn)) {
    line.problem('dates-out-of-order', 'events', `must not be before the first drawdown, ${startsOn}`)
  }
  const payoffOn = line.has('payoffOn') ? line.date('payoffOn') : undefined
  if (payoffOn !== undefined && payoffOn < startsOn) {
    line.problem('dates-out-of-order', 'payoffOn', `must not be before the first drawdown, ${startsOn}`)
  }
  return {
    terms: { product, startsOn, ...due },
    draws,
    events,
    ...(payoffOn === undefined ? {} : { payoffOn }),
  }
}

function readDraws(line: Fields): readonly LoanDraw[] {
  if (!line.has('draws')) return [{ on: line.date('drawnOn'), amountFen: line.money('principal') }]
  if (line.has('principal') || line.has('drawnOn')) {
    line.problem('conflicting-fields', 'draws', 'stands instead of principal and drawnOn')
  }
  const draws = line.objects('draws').map((one) => {
    const draw = { on: one.date('on'), amountFen: one.money('amount') }
    one.refuseUnknown()
    return draw
  })
  if (draws.length === 0) line.problem('out-of-range', 'draws', 'must hold at least one drawdown')
  return draws
}

const mostInstalments = 1200

function readDueDates(
  line: Fields,
  startsOn: CalendarDate,
): { readonly dueDates: readonly CalendarDate[]; readonly dueDay: number } {
  if (!line.has('dueDates')) {
    const instalments = line.integer('instalments', 1, mostInstalments)
    const dueDay = line.integer('dueDay', 1, 31)
    const sound = instalments <= mostInstalments && instalments >= 1 && dueDay >= 1 && dueDay <= 31
    return { dueDates: sound ? dueDates(startsOn, instalments, dueDay) : [], dueDay }
  }
  if (line.has('dueDay')) line.problem('conflicting-fields', 'dueDates', 'stands instead of dueDay')
  const dates = line.list('dueDates').map((value, index) => line.asDate(value, `dueDates[${index}]`))
  if (dates.length < 1 || dates.length > mostInstalments) {
    line.problem('out-of-range', 'dueDates', `must hold 1 to ${mostInstalments} dates`)
  }
  if (line.has('instalments') && line.integer('instalments', 1, mostInstalments) !== dates.length) {
    line.problem('conflicting-fields', 'instalments', 'must be the number of dueDates')
  }
  if (dates.some((date, index) => date <= (dates[index - 1] ?? startsOn))) {
    line.problem('dates-out-of-order', 'dueDates', 'must rise and be after the first drawdown')
  }
  // The latest day of a month among them is the day they keep: 31 January, 28 February and 31 March keep the 31st.
  return { dueDates: dates, dueDay: Math.max(1, ...dates.map(dayOfMonth)) }
}

const roundings: readonly Rounding[] = ['half-up', 'half-even', 'up', 'down']
const bases: readonly DayBasis[] = ['actual/360', 'actual/365', 'actual/366', 'actual/actual', '30/360']

function readProduct(product: Fields): LoanProduct {
  const rate = readRate(product.object('rate'))
  const penalty = readPenalty(product)
  const read: LoanProduct = {
    method: product.choice('method', ['equal-principal', 'equal-instalment', 'interest-first']),
    rate,
    dayBasis: product.choice('dayBasis', bases, usualBasis(rate)),
    rounding: product.choice('rounding', roundings, 'half-up'),
    carry: product.choice('carry', ['rounded', 'unrounded'], 'rounded'),
    instalmentRounding: product.choice('instalmentRounding', roundings, 'half-up'),
    instalmentMultipleOfFen: product.money('instalmentMultipleOf', 1n),
    firstDay: product.choice('firstDay', ['counts', 'skipped'], 'counts'),
    segmentRounding: product.choice('segmentRounding', ['whole-period', 'each-segment'], 'whole-period'),
    waterfall: readWaterfall(product),
    ...(penalty === undefined ? {} : { penalty }),
  }
  product.refuseUnknown()
  return read
}

function readRate(rate: Fields): Rate {
  const read: Rate = { e8: rate.decimal('value'), per: rate.choice('per', ['day', 'month', 'year']) }
  rate.refuseUnknown()
  return read
}

/** A day's rate needs no basis and a month's counts months; a year's has no usual one and must say it. */
function usualBasis(rate: Rate): DayBasis | undefined {
  switch (rate.per) {
    case 'day':
      return 'actual/365'
    case 'month':
      return '30/360'
    case 'year':
      return undefined
  }
}

function readPenalty(product: Fields): LoanProduct['penalty'] {
  const graceDays = product.integer('graceDays', 0, 366, 0)
  if (!product.has('penaltyFactor')) return undefined
  return { factor: ratioFromE8(product.decimal('penaltyFactor')), graceDays }
}

function readWaterfall(product: Fields): Waterfall {
  if (!product.has('waterfall')) return usualWaterfall
  const named = product.list('waterfall')
  const kinds = named.filter((kind): kind is DebtKind => usualWaterfall.some((one) => one === kind))
  if (kinds.length === named.length && isWaterfall(kinds)) return kinds
  product.problem('not-a-choice', 'waterfall', `must name each of ${usualWaterfall.join(', ')} once`)
  return usualWaterfall
}

/** A fee's kind is a word of the lender's cost table; the arithmetic is the same for all. */
function readEvent(event: Fields): LoanEvent {
  const on = event.date('on')
  const isFee = event.has('fee')
  if (isFee === event.has('repay')) {
    event.problem(isFee ? 'conflicting-fields' : 'missing-field', undefined, 'must have either repay or fee')
  }
  const read: LoanEvent = isFee
    ? { kind: 'fee', on, amountFen: event.money('fee') }
    : { kind: 'repayment', on, amountFen: event.has('repay') ? event.money('repay') : 1n }
  if (isFee && event.has('kind') && event.text('kind') === '') {
    event.problem('out-of-range', 'kind', 'must not be empty')
  }
  event.refuseUnknown()
  return read
}
