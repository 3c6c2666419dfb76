import type { Database } from './database/pool.ts'

/**
 * Time is a port (design 2.9). System time: leases, signatures, rate limits, one-time codes. Business time: due dates, quotes, notices,
 * obligations; in a sandbox it stands still until it is advanced. Nothing else in the server asks what time it is.
 */
export interface Clock {
  system(): Date
  business(): Date
}

export const wallClock: Clock = { system: () => new Date(), business: () => new Date() }

/** The clock of a sandbox: kept in `sandbox_clock`, which the schema refuses to hold anywhere else. */
export class SandboxClock implements Clock {
  #now: Date

  private constructor(now: Date) {
    this.#now = now
  }

  static async open(cell: Database): Promise<SandboxClock> {
    const { business_now } = await cell.one<{ business_now: Date }>(
      'select business_now from sandbox_clock',
      [],
    )
    return new SandboxClock(business_now)
  }

  system(): Date {
    return new Date()
  }

  business(): Date {
    return new Date(this.#now)
  }

  /** Moves forward, never back; asked for an earlier time it stays. */
  async moveTo(cell: Database, to: Date): Promise<void> {
    const { business_now } = await cell.one<{ business_now: Date }>(
      'update sandbox_clock set business_now = greatest(business_now, $1) returning business_now',
      [to],
    )
    this.#now = business_now
  }
}
