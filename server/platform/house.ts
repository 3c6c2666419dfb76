import type { CalendarDate } from '@jieqing/domain/calendar/date'
import type { Policy } from '@jieqing/domain/policy/policy'
import type { Product } from '@jieqing/domain/policy/product'
import type { ChannelPort } from '../connectors/channel/port.ts'
import type { Clock } from './clock.ts'
import type { Database } from './database/pool.ts'
import type { KeyRing } from './key-ring.ts'
import type { Logger } from './log.ts'
import type { Messages } from './messages.ts'

/** What every route and job is given: the cell, the keys, time, the policy in force, the ways out. One house, one cell. */
export type House = {
  readonly cell: Database
  readonly cellName: string
  readonly keyRing: KeyRing
  readonly clock: Clock
  /** The business date in Shanghai now. */
  readonly today: () => CalendarDate
  readonly sandbox: boolean
  readonly policy: Policy
  /** "cn-2026@1": written beside every decision made under it (design 2.11). */
  readonly policyRef: string
  readonly products: ReadonlyMap<string, Product>
  readonly channel: ChannelPort
  readonly messages: Messages
  readonly log: Logger
  /** Wakes the jobs after a commit that left them something to do. */
  readonly nudge: () => void
}

/** The product of a line or loan, by the version it was opened under. A missing one is a broken installation, not a refusal. */
export function productOf(house: House, code: string, version: number): Product {
  const product = house.products.get(`${code}@${version}`)
  if (product === undefined) throw new Error(`no product ${code}@${version}`)
  return product
}
