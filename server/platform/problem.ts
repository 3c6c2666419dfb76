import type { Blocker } from '@jieqing/domain/closure/blockers'
import { type ProblemCode, problemCodes } from './problem-codes.ts'

/** One reason among several: a code, and an amount in fen where the reason is one. */
export type Reason = {
  readonly code: string
  readonly amount?: bigint
  readonly clearsAt?: Date
  readonly field?: string
}

/**
 * "No" to a caller (RFC 9457). Carries codes and facts, never a sentence: sentences are `texts`' business. Thrown inside a transaction
 * it rolls everything back, so a refused command changes nothing.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly reasons: readonly Reason[]
  readonly blockers: readonly Blocker[]

  constructor(code: ProblemCode, more: { reasons?: readonly Reason[]; blockers?: readonly Blocker[] } = {}) {
    super(code)
    this.code = code
    this.status = problemCodes[code].status
    this.reasons = more.reasons ?? []
    this.blockers = more.blockers ?? []
  }
}
