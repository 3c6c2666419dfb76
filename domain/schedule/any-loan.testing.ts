import fc from 'fast-check'
import { addDays, type CalendarDate, calendarDate } from '../calendar/date.ts'
import type { DayBasis, Rate } from '../interest/rate.ts'
import type { Rounding } from '../money/round.ts'
import { type DebtKind, usualWaterfall } from '../repayment/waterfall.ts'
import type { LoanDraw, LoanEvent } from './engine.ts'
import { dueDates } from './plan.ts'
import type { LoanProduct, LoanTerms } from './product.ts'

/** How many cases a property tries; JIEQING_TEST_SCALE makes it more or less. */
export function cases(usual: number): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.round(usual * Number(process.env.JIEQING_TEST_SCALE ?? '1'))) }
}

export const anyRounding = fc.constantFrom<Rounding>('half-up', 'half-even', 'up', 'down')

export const anyBasis = fc.constantFrom<DayBasis>(
  'actual/360',
  'actual/365',
  'actual/366',
  'actual/actual',
  '30/360',
)

export const anyRate: fc.Arbitrary<Rate> = fc.oneof(
  fc.record({ e8: fc.bigInt(0n, 100_000n), per: fc.constant('day' as const) }),
  fc.record({ e8: fc.bigInt(0n, 3_000_000n), per: fc.constant('month' as const) }),
  fc.record({ e8: fc.bigInt(0n, 36_000_000n), per: fc.constant('year' as const) }),
)

const anyWaterfall = fc.shuffledSubarray<DebtKind>([...usualWaterfall], { minLength: 4, maxLength: 4 })

const penalty = fc.record({
  factor: fc.record({ over: fc.bigInt(0n, 30n), under: fc.bigInt(1n, 20n) }),
  graceDays: fc.integer({ min: 0, max: 45 }),
})

export const anyProduct: fc.Arbitrary<LoanProduct> = fc
  .record({
    method: fc.constantFrom(
      'equal-principal' as const,
      'equal-instalment' as const,
      'interest-first' as const,
    ),
    rate: anyRate,
    dayBasis: anyBasis,
    rounding: anyRounding,
    carry: fc.constantFrom('rounded' as const, 'unrounded' as const),
    segmentRounding: fc.constantFrom('whole-period' as const, 'each-segment' as const),
    instalmentRounding: anyRounding,
    instalmentMultipleOfFen: fc.constantFrom(1n, 10n, 100n),
    firstDay: fc.constantFrom('counts' as const, 'skipped' as const),
    waterfall: anyWaterfall,
    penalty: fc.option(penalty, { nil: undefined }),
  })
  .map(({ penalty, ...product }) => (penalty === undefined ? product : { ...product, penalty }))

export type AnyLoan = {
  readonly terms: LoanTerms
  readonly draws: readonly LoanDraw[]
  readonly events: readonly LoanEvent[]
}

const firstStart = calendarDate('2019-11-20')

const anyTerms: fc.Arbitrary<LoanTerms> = fc
  .record({
    product: anyProduct,
    startsAfter: fc.integer({ min: 0, max: 1600 }),
    instalments: fc.integer({ min: 1, max: 12 }),
    dueDay: fc.integer({ min: 1, max: 31 }),
  })
  .map(({ product, startsAfter, instalments, dueDay }) => {
    const startsOn = addDays(firstStart, startsAfter)
    return { product, startsOn, dueDates: dueDates(startsOn, instalments, dueDay), dueDay }
  })

/** A loan of one drawdown and nothing else yet. */
export const freshLoan: fc.Arbitrary<AnyLoan> = fc
  .record({ terms: anyTerms, amountFen: fc.bigInt(1n, 5_000_000n) })
  .map(({ terms, amountFen }) => ({ terms, draws: [{ on: terms.startsOn, amountFen }], events: [] }))

/** A loan of one or more drawdowns with fees and repayments of any size, each on its own day, in any order. */
export const livedLoan: fc.Arbitrary<AnyLoan> = fc
  .record({
    terms: anyTerms,
    amountFen: fc.bigInt(1n, 5_000_000n),
    later: fc.array(fc.record({ share: fc.nat({ max: 999 }), amountFen: fc.bigInt(1n, 1_000_000n) }), {
      maxLength: 2,
    }),
    events: fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom('fee' as const, 'repayment' as const, 'repayment' as const),
        after: fc.integer({ min: 0, max: 450 }),
        amountFen: fc.oneof(fc.bigInt(1n, 100_000n), fc.bigInt(1n, 6_000_000n)),
      }),
      { maxLength: 8, selector: (event) => event.after },
    ),
  })
  .map(({ terms, amountFen, later, events }) => ({
    terms,
    draws: [
      { on: terms.startsOn, amountFen },
      ...later.map((one) => ({ on: dayWithin(terms, one.share), amountFen: one.amountFen })),
    ],
    events: events.map(({ kind, after, amountFen: fen }) => ({
      kind,
      on: addDays(terms.startsOn, after),
      amountFen: kind === 'fee' ? (fen % 5_000n) + 1n : fen,
    })),
  }))

/** A day from the first drawdown to the day before the last due date, at `share` thousandths of the way. */
function dayWithin(terms: LoanTerms, share: number): CalendarDate {
  const last = terms.dueDates.at(-1) ?? terms.startsOn
  const days = Math.round((Date.parse(last) - Date.parse(terms.startsOn)) / 86_400_000)
  return addDays(terms.startsOn, Math.floor((days * share) / 1000))
}
