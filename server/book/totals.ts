import { yuan } from '@jieqing/domain/money/fen'
import type { Layout } from './layout.ts'
import { monthsIdle, monthsLate } from './opening.ts'
import type { BookLine } from './row.ts'

/** What the rows used add up to; the audit recomputes each from the tables (mission A14). Money is yuan with two places. */
export type ControlTotals = {
  /** Bills of the oldest month. */
  readonly opening: string
  /** New use of a month: its bill less the bill before plus what was paid, where that is above zero. */
  readonly draws: AmountAndCount
  /** The same below zero. */
  readonly refunds: AmountAndCount
  /** Payments of all months but the oldest. */
  readonly repayments: AmountAndCount
  /** Bills of the newest month: opening + draws - refunds - repayments. */
  readonly closing: string
  readonly sumOfLimits: string
  readonly billsOverLimit: { readonly count: number; readonly lines: number }
  /** Bills below zero, in all months. */
  readonly creditBalances: number
  /** Payments above the bill before, where that was above zero. */
  readonly paymentsAbovePreviousBill: number
  /** Lines without bill and payment in all months, and in the newest three. */
  readonly allZeroSixMonths: number
  readonly allZeroLastThree: number
  /** Lines by the status of the newest month. */
  readonly septemberStatus: {
    readonly atLeast2: number
    readonly atLeast3: number
    readonly atLeast4: number
  }
  readonly everAtLeast3: number
  /** Steps from month to month in which the status, counted from zero, rises by more than one. */
  readonly statusRises: number
}

export type AmountAndCount = { readonly amount: string; readonly count: number }

/** The book as it stands after the import. */
export type BookAges = {
  readonly lines: number
  readonly loans: AmountAndCount
  readonly overLimitLines: number
  readonly creditBalances: AmountAndCount
  /** Lines by days past due, none left out: `lines` by status, `loans` those of them that owe, with all their principal. */
  readonly overdue: readonly {
    readonly daysPastDue: number
    readonly lines: number
    readonly loans: number
    readonly principal: string
  }[]
  /** Lines by whole months since the newest one with a bill or payment; null: none in all months of the file. */
  readonly dormancy: readonly { readonly monthsIdle: number | null; readonly lines: number }[]
}

/** Adds up a book, a line at a time. Exact: fen in bigint. */
export class BookTotals {
  readonly #layout: Layout
  #opening = 0n
  #closing = 0n
  #limits = 0n
  readonly #draws = new Sum()
  readonly #refunds = new Sum()
  readonly #repayments = new Sum()
  readonly #overLimit = { bills: 0, lines: 0, now: 0 }
  readonly #counts = { credit: 0, above: 0, zeroAll: 0, zeroThree: 0, ever3: 0, rises: 0, lines: 0 }
  readonly #status = { atLeast2: 0, atLeast3: 0, atLeast4: 0 }
  readonly #loans = new Sum()
  readonly #credits = new Sum()
  readonly #late = new Map<number, { lines: number; readonly loans: Sum }>()
  readonly #idle = new Map<number | null, number>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  add(line: BookLine): void {
    this.#counts.lines += 1
    this.#limits += line.limit
    this.#opening += line.months.at(-1)?.bill ?? 0n
    this.#closing += line.months[0]?.bill ?? 0n
    this.#addMonths(line)
    this.#addStatus(line)
    this.#addAges(line)
  }

  control(): ControlTotals {
    return {
      opening: yuan(this.#opening),
      draws: this.#draws.json(),
      refunds: this.#refunds.json(),
      repayments: this.#repayments.json(),
      closing: yuan(this.#closing),
      sumOfLimits: yuan(this.#limits),
      billsOverLimit: { count: this.#overLimit.bills, lines: this.#overLimit.lines },
      creditBalances: this.#counts.credit,
      paymentsAbovePreviousBill: this.#counts.above,
      allZeroSixMonths: this.#counts.zeroAll,
      allZeroLastThree: this.#counts.zeroThree,
      septemberStatus: { ...this.#status },
      everAtLeast3: this.#counts.ever3,
      statusRises: this.#counts.rises,
    }
  }

  ages(): BookAges {
    const { daysPastDueEach, statusTo, months } = this.#layout
    return {
      lines: this.#counts.lines,
      loans: this.#loans.json(),
      overLimitLines: this.#overLimit.now,
      creditBalances: this.#credits.json(),
      overdue: upTo(statusTo).map((late) => {
        const found = this.#late.get(late)
        return {
          daysPastDue: late * daysPastDueEach,
          lines: found?.lines ?? 0,
          loans: found?.loans.json().count ?? 0,
          principal: found?.loans.json().amount ?? yuan(0n),
        }
      }),
      dormancy: [...upTo(months.length - 1), null].map((idle) => ({
        monthsIdle: idle,
        lines: this.#idle.get(idle) ?? 0,
      })),
    }
  }

  #addMonths({ limit, months }: BookLine): void {
    let over = 0
    months.forEach(({ bill, paid }, index) => {
      if (bill > limit) over += 1
      if (bill < 0n) this.#counts.credit += 1
      const before = months[index + 1]
      if (before === undefined) return
      const used = bill - before.bill + paid
      if (used > 0n) this.#draws.add(used)
      if (used < 0n) this.#refunds.add(-used)
      if (paid > 0n) this.#repayments.add(paid)
      if (before.bill > 0n && paid > before.bill) this.#counts.above += 1
    })
    this.#overLimit.bills += over
    if (over > 0) this.#overLimit.lines += 1
    if ((months[0]?.bill ?? 0n) > limit) this.#overLimit.now += 1
  }

  #addStatus({ months }: BookLine): void {
    const newest = months[0]?.status ?? 0
    if (newest >= 2) this.#status.atLeast2 += 1
    if (newest >= 3) this.#status.atLeast3 += 1
    if (newest >= 4) this.#status.atLeast4 += 1
    if (months.some((month) => month.status >= 3)) this.#counts.ever3 += 1
    months.forEach(({ status }, index) => {
      const before = months[index + 1]?.status
      if (before !== undefined && Math.max(status, 0) - Math.max(before, 0) > 1) this.#counts.rises += 1
    })
  }

  #addAges(line: BookLine): void {
    const bill = line.months[0]?.bill ?? 0n
    if (bill > 0n) this.#loans.add(bill)
    if (bill < 0n) this.#credits.add(-bill)
    const late = this.#late.get(monthsLate(line)) ?? { lines: 0, loans: new Sum() }
    late.lines += 1
    if (bill > 0n) late.loans.add(bill)
    this.#late.set(monthsLate(line), late)
    const idle = monthsIdle(line) ?? null
    this.#idle.set(idle, (this.#idle.get(idle) ?? 0) + 1)
    if (idle === null) this.#counts.zeroAll += 1
    if (idle === null || idle >= 3) this.#counts.zeroThree += 1
  }
}

class Sum {
  #amount = 0n
  #count = 0

  add(amount: bigint): void {
    this.#amount += amount
    this.#count += 1
  }

  json(): AmountAndCount {
    return { amount: yuan(this.#amount), count: this.#count }
  }
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last + 1 }, (_, number) => number)
}
