import { addDays, type CalendarDate } from '@jieqing/domain/calendar/date'
import { stemOf } from '../inventory/names.ts'
import type { CreditReport, Enquiry, ReportAccount } from './report.ts'

/** A closing the person knows of: from a certificate, a letter, or their own note. */
export interface KnownClosing {
  readonly institution: string
  readonly on: CalendarDate
}

/** What changed between two reports, and what the later one says that it should no longer say (M5). */
export interface ReportDifference {
  readonly opened: readonly ReportAccount[]
  readonly closed: readonly ReportAccount[]
  readonly stillOpen: readonly ReportAccount[]
  /** In the earlier report and in the later one no more. */
  readonly gone: readonly ReportAccount[]
  /** Settled or closed in the earlier report, open again in the later. */
  readonly reopened: readonly ReportAccount[]
  readonly openAtZero: readonly ReportAccount[]
  /** Closed by what the person knows, with figures of a month after the closing, and still shown open. */
  readonly closedButShown: readonly { readonly account: ReportAccount; readonly closing: KnownClosing }[]
  /** 贷后管理 by an institution after everything there was closed: the line is alive, or was looked at without right. */
  readonly enquiriesAfterClosing: readonly { readonly enquiry: Enquiry; readonly closedIn: string }[]
  readonly newEnquiries: readonly Enquiry[]
  /** Days on which to ask for the next report, from the later report's day: no law fixes them. */
  readonly lookAgain: readonly CalendarDate[]
}

/** Useful intervals, in days, after which a change should have reached the report; not a legal term. */
export const lookAgainAfter = [30, 60, 180] as const

export function reportDifference(
  earlier: CreditReport,
  later: CreditReport,
  closings: readonly KnownClosing[],
): ReportDifference {
  const { pairs, opened, gone } = paired(earlier.accounts, later.accounts)
  const open = later.accounts.filter(({ standing }) => standing === 'open')
  const before = new Set(earlier.enquiries.map(enquiryKey))
  return {
    opened,
    gone,
    closed: pairs.filter(([a, b]) => a.standing === 'open' && b.standing === 'closed').map(([, b]) => b),
    stillOpen: pairs.filter(([a, b]) => a.standing === 'open' && b.standing === 'open').map(([, b]) => b),
    reopened: pairs.filter(([a, b]) => a.standing === 'closed' && b.standing === 'open').map(([, b]) => b),
    openAtZero: later.accounts.filter(({ openAtZero }) => openAtZero),
    closedButShown: closings.flatMap((closing) =>
      open
        .filter(
          (account) =>
            sameInstitution(account.institution, closing.institution) &&
            figuresAfter(account, later, closing.on),
        )
        .map((account) => ({ account, closing })),
    ),
    enquiriesAfterClosing: later.enquiries.flatMap((enquiry) => {
      const closedIn = closedBefore(enquiry, later, closings)
      return closedIn === undefined ? [] : [{ enquiry, closedIn }]
    }),
    newEnquiries: later.enquiries.filter((enquiry) => !before.has(enquiryKey(enquiry))),
    lookAgain:
      later.on === undefined ? [] : lookAgainAfter.map((days) => addDays(later.on as CalendarDate, days)),
  }
}

/** Names change (有限公司 to 股份有限公司) and card centres sign as themselves. */
export function sameInstitution(a: string, b: string): boolean {
  const one = coreOf(a)
  const other = coreOf(b)
  if (one.length < 2 || other.length < 2) return false
  return (
    one === other || (Math.min(one.length, other.length) >= 4 && (one.includes(other) || other.includes(one)))
  )
}

function coreOf(name: string): string {
  const plain = name.normalize('NFKC').replace(/[\s"']/g, '')
  return stemOf(plain.replace(/(信用卡中心|.{0,6}分行|营业部|总行)$/, '')).replace(
    /(股份|有限|责任|公司)+$/,
    '',
  )
}

/** Twins are told apart by counting: two equal accounts then and one now is one gone. */
function paired(earlier: readonly ReportAccount[], later: readonly ReportAccount[]) {
  const waiting = new Map<string, ReportAccount[]>()
  for (const account of earlier)
    waiting.set(identity(account), [...(waiting.get(identity(account)) ?? []), account])
  const pairs: (readonly [ReportAccount, ReportAccount])[] = []
  const opened: ReportAccount[] = []
  for (const account of later) {
    const same = waiting.get(identity(account))?.shift()
    if (same === undefined) opened.push(account)
    else pairs.push([same, account])
  }
  return { pairs, opened, gone: [...waiting.values()].flat() }
}

/** What does not change over an account's life; the limit may. */
function identity(account: ReportAccount): string {
  const { kind, currency, openedOn, cardTail, lent } = account
  return [kind, coreOf(account.institution), currency, openedOn ?? '', cardTail ?? '', lent ?? ''].join('|')
}

function enquiryKey({ on, by, reason }: Enquiry): string {
  return `${on} ${by} ${reason}`
}

/** The figures must stand for a month after the closing's; without a month the report's own day decides. */
function figuresAfter(account: ReportAccount, report: CreditReport, on: CalendarDate): boolean {
  const month = account.asOf ?? report.on?.slice(0, 7)
  return month !== undefined && month > on.slice(0, 7)
}

function closedBefore(
  enquiry: Enquiry,
  report: CreditReport,
  closings: readonly KnownClosing[],
): string | undefined {
  if (enquiry.own || enquiry.reason !== '贷后管理') return undefined
  const known = closings.find(
    ({ institution, on }) => sameInstitution(institution, enquiry.by) && enquiry.on > on,
  )
  if (known !== undefined) return known.on
  const there = report.accounts.filter(({ institution }) => sameInstitution(institution, enquiry.by))
  if (there.length === 0 || there.some(({ standing }) => standing === 'open')) return undefined
  const months = there.map(({ closedIn }) => closedIn)
  if (months.some((month) => month === undefined)) return undefined
  const last = months.toSorted().at(-1) ?? ''
  return enquiry.on.slice(0, last.length) > last ? last : undefined
}
