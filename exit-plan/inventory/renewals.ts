import {
  addDays,
  type CalendarDate,
  dateOfDayNumber,
  dayNumber,
  dayOfMonth,
  dueDateAfter,
} from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import type { BillRow } from '../bills/bill.ts'

/** A charge that comes back: where it came from, when it will come next, where it is ended (M1, M3). */
export interface Renewal {
  readonly payee: string
  readonly item: string
  /** The latest charge. */
  readonly amount: Fen
  readonly period: Period
  readonly times: number
  readonly last: CalendarDate
  readonly next: CalendarDate
  /** `named`: the row itself says 连续包月 or 自动续费; `regular`: at least three periods within 10 %. */
  readonly reason: 'named' | 'regular'
  /** Nothing came when it was due although the file goes on: probably ended already. */
  readonly ended: boolean
  readonly endAt: EndAt
  readonly evidence: readonly {
    readonly file: string
    readonly row: number
    readonly on: CalendarDate
    readonly amount: Fen
  }[]
}

export type Period = 'week' | 'month' | 'quarter' | 'year'
/** Where the standing permission is revoked; the sentence for people is in `texts/`. */
export type EndAt = 'alipay' | 'wechat' | 'jd' | 'meituan' | 'bank'

interface Charge {
  readonly day: number
  readonly amount: number
  readonly file: string
  readonly row: number
  /** The row itself speaks of a renewal. */
  readonly named: boolean
}
interface Payee {
  readonly name: string
  item: string
  endAt: EndAt
  named: Period | undefined
  readonly charges: Charge[]
}

/** Payees and charges kept at once: a bill of a million rows must not fill the memory. */
const mostPayees = 12_000
const mostCharges = 400

/** Watches money going out and finds charges that come back (M1). */
export class Renewals {
  private readonly payees = new Map<string, Payee>()
  private readonly latest = new Map<string, number>()
  private lastDay: { readonly on: string; readonly day: number } = { on: '', day: 0 }
  /** Payees met once and let go because there were too many: the report says so. */
  letGo = 0

  add(row: BillRow, file: string, format: string): void {
    const day = this.dayOf(row.on)
    if (day > (this.latest.get(file) ?? 0)) this.latest.set(file, day)
    if (
      row.flow !== 'out' ||
      row.amount === 0n ||
      row.refunded >= row.amount ||
      /关闭|全额退款/.test(row.status)
    )
      return
    const name = row.payee === '' ? row.item : row.payee
    if (name === '') return
    const key = shortKey(name)
    let payee = this.payees.get(key)
    if (payee === undefined) {
      if (this.payees.size >= mostPayees) this.forgetOnce()
      payee = { name, item: row.item, endAt: endAtOf(format), named: undefined, charges: [] }
      this.payees.set(key, payee)
    }
    const named = renewalWords.test(row.item) || renewalWords.test(row.type)
    if (named) {
      payee.named = periodNamed(`${row.type} ${row.item}`)
      payee.item = row.item
    }
    if (payee.charges.length < mostCharges)
      payee.charges.push({ day, amount: Number(row.amount), file, row: row.row, named })
  }

  private dayOf(on: CalendarDate): number {
    if (on !== this.lastDay.on) this.lastDay = { on, day: dayNumber(on) }
    return this.lastDay.day
  }

  /** Takes over what another watch saw, and empties it: a file's charges count once the file is accepted. */
  join(other: Renewals): void {
    for (const [file, day] of other.latest) this.latest.set(file, Math.max(day, this.latest.get(file) ?? 0))
    for (const [key, seen] of other.payees) {
      const payee = this.payees.get(key)
      if (payee === undefined) {
        if (this.payees.size >= mostPayees) this.forgetOnce()
        this.payees.set(key, seen)
        continue
      }
      if (seen.named !== undefined) {
        payee.named = seen.named
        payee.item = seen.item
        payee.endAt = seen.endAt
      }
      for (const charge of seen.charges) if (payee.charges.length < mostCharges) payee.charges.push(charge)
    }
    this.letGo += other.letGo
    other.payees.clear()
    other.letGo = 0
  }

  found(): readonly Renewal[] {
    return [...this.payees.values()]
      .flatMap((payee) => this.renewalsOf(payee))
      .sort((a, b) => a.next.localeCompare(b.next))
  }

  private renewalsOf(payee: Payee): readonly Renewal[] {
    const charges = onePerDay(payee.charges)
    const regular = clusters(charges).flatMap((cluster) => {
      const run = regularRun(cluster)
      return run === undefined ? [] : [this.renewal(payee, run.charges, run.period, 'regular')]
    })
    if (regular.length > 0) return regular
    if (payee.named === undefined) return []
    return [this.renewal(payee, charges.filter(({ named }) => named).slice(-12), payee.named, 'named')]
  }

  private renewal(
    payee: Payee,
    charges: readonly Charge[],
    period: Period,
    reason: Renewal['reason'],
  ): Renewal {
    const last = charges.at(-1) ?? { day: 0, amount: 0, file: '', row: 0, named: false }
    const lastOn = dateOfDayNumber(last.day)
    const next = nextAfter(lastOn, period)
    const end = this.latest.get(last.file) ?? last.day
    return {
      payee: payee.name,
      item: payee.item,
      amount: fen(BigInt(last.amount)),
      period,
      times: charges.length,
      last: lastOn,
      next,
      reason: payee.named === undefined ? reason : 'named',
      ended: end > dayNumber(next) + tolerance[period],
      endAt: payee.endAt,
      evidence: charges.map(({ day, amount, file, row }) => ({
        file,
        row,
        on: dateOfDayNumber(day),
        amount: fen(BigInt(amount)),
      })),
    }
  }

  private forgetOnce(): void {
    for (const [key, { charges, named }] of this.payees) {
      if (charges.length > 1 || named !== undefined) continue
      this.payees.delete(key)
      this.letGo += 1
    }
    // Every payee came back: make room anyway, the oldest first.
    for (const key of this.payees.keys()) {
      if (this.payees.size < mostPayees) break
      this.payees.delete(key)
      this.letGo += 1
    }
  }
}

const renewalWords = /连续包[月季年]|自动续费|自动扣费|自动续订|自动缴费|连续订阅/
const tolerance: Readonly<Record<Period, number>> = { week: 1, month: 4, quarter: 6, year: 8 }

/** Shop numbers and order numbers behind a payee's name do not make another payee. */
function shortKey(name: string): string {
  return name.length < 6 ? name : name.replace(/[0-9A-Z*_-]{6,}/g, '').slice(0, 40)
}

function endAtOf(format: string): EndAt {
  if (format === 'alipay' || format === 'wechat' || format === 'jd' || format === 'meituan') return format
  return 'bank'
}

function periodNamed(text: string): Period {
  if (/包年|年卡|年费/.test(text)) return 'year'
  if (/包季|季卡/.test(text)) return 'quarter'
  if (/包周|周卡/.test(text)) return 'week'
  return 'month'
}

/** The same charge on the same day in wallet and bank is one. */
function onePerDay(charges: readonly Charge[]): readonly Charge[] {
  const seen = new Set<string>()
  return charges
    .toSorted((a, b) => a.day - b.day || a.row - b.row)
    .filter(({ day, amount }) => {
      const key = `${day} ${amount}`
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
}

/** Charges whose largest is at most a tenth above their smallest, in integers. */
function clusters(charges: readonly Charge[]): readonly (readonly Charge[])[] {
  const groups: Charge[][] = []
  for (const charge of charges.toSorted((a, b) => a.amount - b.amount)) {
    const group = groups.at(-1)
    const least = group?.[0]
    if (group !== undefined && least !== undefined && charge.amount * 10 <= least.amount * 11)
      group.push(charge)
    else groups.push([charge])
  }
  return groups.filter(({ length }) => length >= 3)
}

/** The latest run of at least three charges one period apart. */
function regularRun(
  cluster: readonly Charge[],
): { readonly charges: readonly Charge[]; readonly period: Period } | undefined {
  const charges = cluster.toSorted((a, b) => a.day - b.day)
  let best: { charges: Charge[]; period: Period } | undefined
  for (const period of ['week', 'month', 'quarter', 'year'] as const) {
    let run: Charge[] = []
    for (const charge of charges) {
      const before = run.at(-1)
      if (before !== undefined && !onePeriod(charge.day - before.day, period)) run = []
      run.push(charge)
      if (run.length >= 3 && (best === undefined || run.length >= best.charges.length))
        best = { charges: [...run], period }
    }
  }
  return best
}

function onePeriod(days: number, period: Period): boolean {
  switch (period) {
    case 'week':
      return days >= 6 && days <= 8
    case 'month':
      return days >= 27 && days <= 34
    case 'quarter':
      return days >= 86 && days <= 96
    case 'year':
      return days >= 358 && days <= 373
  }
}

function nextAfter(last: CalendarDate, period: Period): CalendarDate {
  switch (period) {
    case 'week':
      return addDays(last, 7)
    case 'month':
      return dueDateAfter(last, 1, dayOfMonth(last))
    case 'quarter':
      return dueDateAfter(last, 3, dayOfMonth(last))
    case 'year':
      return dueDateAfter(last, 12, dayOfMonth(last))
  }
}
