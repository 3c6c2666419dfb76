import { calendarDate } from '../../calendar/date.ts'
import { live, type Step } from '../../loan/testing/lived.ts'
import { fen } from '../../money/fen.ts'
import type { ClosureFacts, InTransit } from '../blockers.ts'

/** Two o'clock of 10 June 2026 in Shanghai. */
export const asOf = new Date('2026-06-10T06:00:00Z')
export const on = calendarDate('2026-06-10')

/** A line with nothing against its end. */
export const clear: ClosureFacts = {
  line: { creditLineId: 'line', ended: false },
  frozen: false,
  loans: [],
  creditBalance: fen(0n),
  unpostedRepayments: [],
  submittedDebits: [],
  drawdownsInFlight: [],
  refundsInFlight: [],
  activeMandates: ['mandate'],
  agreements: ['agreement'],
  openBlocks: [],
}

/** Money under way that the channel should have told of `minutes` after `asOf`. */
export function inTransit(amount: bigint, minutes: number): InTransit {
  return {
    id: `payment-${amount}`,
    amount: fen(amount),
    expectedBy: new Date(asOf.getTime() + minutes * 60_000),
  }
}

/** Loans drawn on 10 January 2026 and lived through to 10 June. */
export function loans(...steps: readonly Step[]) {
  return live(steps).loans
}
