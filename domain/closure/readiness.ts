import type { CalendarDate } from '../calendar/date.ts'
import { type Owed, totalOwed } from '../loan/loan.ts'
import type { Fen } from '../money/fen.ts'
import type { Policy } from '../policy/policy.ts'
import { type Blocker, type ClosureFacts, closureBlockers, debtOn, waivedResidual } from './blockers.ts'

/** The answer of 关闭预检 (mission C2): every blocker, the earliest closing time, and what a closing now would do. Changes nothing. */
export type Readiness = {
  readonly asOf: Date
  readonly ready: boolean
  /** Earliest time at which it can close; absent while somebody must act first and no time can be known. */
  readonly earliest: Date | undefined
  readonly blockers: readonly Blocker[]
  readonly simulation: Simulation
}

/** What a closing at `asOf` would do, in this account's own numbers. */
export type Simulation = {
  /** What is owed and would have to be paid first. */
  readonly owed: Owed
  readonly charged: Fen
  /** Owed back to the customer, to be paid out before the end. */
  readonly refunded: Fen
  /** A rest below the policy's bound, given up by the lender. */
  readonly waived: Fen
  readonly mandatesEnded: number
  readonly agreementsEnded: number
}

export function readiness(facts: ClosureFacts, asOf: Date, on: CalendarDate, policy: Policy): Readiness {
  const blockers = closureBlockers(facts, on, policy)
  const waived = totalOwed(waivedResidual(facts.loans, on, policy))
  const owed = debtOn(facts.loans, on)
  return {
    asOf,
    ready: blockers.length === 0,
    earliest: earliestTime(blockers, asOf),
    blockers,
    simulation: {
      owed,
      charged: waived > 0n ? (0n as Fen) : totalOwed(owed),
      refunded: facts.creditBalance,
      waived,
      mandatesEnded: facts.activeMandates.length,
      agreementsEnded: facts.agreements.length,
    },
  }
}

/**
 * Now where nothing blocks; the last clearing where only the channel must act; unknown where a person must, or where the channel is
 * already silent past its time.
 */
function earliestTime(blockers: readonly Blocker[], asOf: Date): Date | undefined {
  let earliest = asOf
  for (const { clearsAt } of blockers) {
    if (clearsAt === undefined || clearsAt <= asOf) return undefined
    if (clearsAt > earliest) earliest = clearsAt
  }
  return earliest
}
