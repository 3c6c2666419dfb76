import { addDays, type CalendarDate, dueDateAfter } from '@jieqing/domain/calendar/date'
import { instalmentPrincipalOf } from '@jieqing/domain/loan/loan'
import { type Fen, fen, fenLeft, minFen, noFen } from '@jieqing/domain/money/fen'
import type { Layout } from './layout.ts'
import { lastDayOf, type Month, monthBefore } from './month.ts'
import type { BookLine } from './row.ts'

/** How an imported line begins its life here (mission A14). */
export type Opening = {
  readonly loan: OpeningLoan | undefined
  /** Owed to the customer. */
  readonly creditBalance: Fen
  /** Owes more than its limit: no draws until it is within (credit_line_block 'over-limit'). */
  readonly overLimit: boolean
  /** For dormancy; none where six months show neither bill nor payment. */
  readonly lastUsedOn: CalendarDate | undefined
}

export type OpeningLoan = {
  readonly principal: Fen
  /** What is already late, as one bill. */
  readonly lateBill: { readonly principal: Fen; readonly dueOn: CalendarDate } | undefined
  readonly instalmentPrincipal: Fen
  /** None where all of it is late. */
  readonly nextDue: CalendarDate | undefined
}

/**
 * One opening loan a line where the newest bill is above zero, its principal that bill; below zero it is a credit balance. Status k of
 * 1 or more: 30k days past due (as the layout says), with k twelfths of the balance, each rounded up to a fen, at most all of it. The rest is spread in
 * equal parts from the next due day. `on` is the business date of the import, `asOf` the month that the file's newest month stands for.
 */
export function openingOf(line: BookLine, layout: Layout, asOf: Month, on: CalendarDate): Opening {
  const bill = line.months[0]?.bill ?? 0n
  const idle = monthsIdle(line)
  return {
    loan: bill > 0n ? openingLoan(line, fen(bill), layout, on) : undefined,
    creditBalance: fen(bill < 0n ? -bill : 0n),
    overLimit: bill > line.limit,
    lastUsedOn: idle === undefined ? undefined : earlier(lastDayOf(monthBefore(asOf, idle)), on),
  }
}

function openingLoan(line: BookLine, balance: Fen, layout: Layout, on: CalendarDate): OpeningLoan {
  const late = monthsLate(line)
  const parts = BigInt(layout.instalments)
  const part = (balance + parts - 1n) / parts
  const overdue = late > 0 ? minFen(balance, fen(BigInt(late) * part)) : noFen
  const rest = fenLeft(balance, overdue)
  return {
    principal: balance,
    lateBill:
      late > 0 ? { principal: overdue, dueOn: addDays(on, -layout.daysPastDueEach * late) } : undefined,
    instalmentPrincipal: instalmentPrincipalOf(rest, layout.instalments),
    nextDue: rest > 0n ? nextDueDay(on, layout.dueDay) : undefined,
  }
}

/** The newest status where it is above zero, else 0. */
export function monthsLate(line: BookLine): number {
  return Math.max(0, line.months[0]?.status ?? 0)
}

/** How many months before the newest one the line was last used (a bill or a payment that is not zero); none: never in these months. */
export function monthsIdle(line: BookLine): number | undefined {
  const newest = line.months.findIndex((month) => month.bill !== 0n || month.paid !== 0n)
  return newest === -1 ? undefined : newest
}

/** The first due day after `on`: what falls due on a day is billed on the evening before. */
function nextDueDay(on: CalendarDate, dueDay: number): CalendarDate {
  const thisMonth = dueDateAfter(on, 0, dueDay)
  return thisMonth > on ? thisMonth : dueDateAfter(on, 1, dueDay)
}

function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b
}
