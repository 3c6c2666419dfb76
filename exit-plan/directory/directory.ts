import { type CalendarDate, daysBetween } from '@jieqing/domain/calendar/date'
import data from './directory.json' with { type: 'json' }

/** A claim older than this, in days, is marked stale wherever it is shown: menus and numbers drift (M2). */
export const staleAfterDays = 180

export interface Lender {
  readonly id: string
  readonly product: { readonly name: string; readonly certain: boolean; readonly asWritten: string }
  readonly aliases: readonly string[]
  readonly kind: 'bank' | 'consumer-finance' | 'small-loan' | 'platform'
  readonly channel: string | null
  readonly lenders: readonly LegalLender[]
  readonly lendersAsWritten: string
  readonly signatures: readonly { readonly text: string; readonly certain: boolean }[]
  readonly phones: readonly Phone[]
  readonly phoneConflict: boolean
  readonly closing: {
    readonly state: 'first-party' | 'claimed' | 'conflicting' | 'not-found'
    readonly text: string
  }
  readonly sources: readonly string[]
  readonly asOf: CalendarDate
  readonly quality: 'seen' | 'partly-unverified'
}

export interface LegalLender {
  readonly name: string
  readonly role: 'lender' | 'former' | 'possible'
  readonly certain: boolean
}

export interface Phone {
  readonly number: string
  readonly claim: string
  readonly source: 'first-party' | 'secondary'
}

/** Every product of the directory (M2). The file's shape is held to `schema.json` by a test. */
export const lenders: readonly Lender[] = data.entries as unknown as readonly Lender[]

const byId = new Map(lenders.map((lender) => [lender.id, lender]))

export function lenderById(id: string): Lender | undefined {
  return byId.get(id)
}

/** How a number may be shown: as a fact with a first-party source and no conflict, else as a claim to be checked. */
export function phoneStanding(lender: Lender, phone: Phone): 'fact' | 'claim' | 'conflicting' {
  if (lender.phoneConflict) return 'conflicting'
  return phone.source === 'first-party' ? 'fact' : 'claim'
}

export function isStale(lender: Lender, today: CalendarDate): boolean {
  return daysBetween(lender.asOf, today) > staleAfterDays
}

/**
 * The legal lender the directory gives for a product: the one in office, where there is exactly one and it is certain.
 * A product with several possible lenders has none until a contract, a bank row or a credit report names it.
 */
export function lenderInOffice(lender: Lender): string | undefined {
  const current = lender.lenders.filter(({ role }) => role !== 'former')
  const [only] = current
  return current.length === 1 && only !== undefined && only.role === 'lender' && only.certain
    ? only.name
    : undefined
}
