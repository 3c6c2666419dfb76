import { runEndOfDay } from '../eod/run.ts'
import { runOutbox } from '../outbox/jobs.ts'
import type { House } from './house.ts'

/**
 * The jobs beside the routes: what is due leaves the house, and a day that is over is ended. Woken by every commit and by a slow tick;
 * one round at a time. A round that throws is logged and tried again at the next tick.
 */
export class Jobs {
  readonly #house: House
  readonly #tick: NodeJS.Timeout
  #round: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(house: House, tickMilliseconds = 1000) {
    this.#house = house
    this.#tick = setInterval(() => this.wake(), tickMilliseconds)
  }

  wake(): void {
    if (this.#stopped) return
    if (this.#round !== undefined) {
      this.#again = true
      return
    }
    this.#round = this.#run().finally(() => {
      this.#round = undefined
      if (this.#again) {
        this.#again = false
        this.wake()
      }
    })
  }

  /** Resolves when nothing that is due now is left undone. */
  async quiet(): Promise<void> {
    this.wake()
    while (this.#round !== undefined) await this.#round
  }

  /** Finishes the round under way and begins no other. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#tick)
    await this.#round
  }

  async #run(): Promise<void> {
    try {
      await runOutbox(this.#house)
      await runEndOfDay(this.#house, this.#house.today())
      await runOutbox(this.#house)
    } catch (error) {
      this.#house.log.error({ err: error }, 'jobs')
    }
  }
}
