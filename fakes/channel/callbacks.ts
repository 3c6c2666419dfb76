import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Task } from './agenda.ts'
import type { Bank } from './bank.ts'
import { signMessage } from './wire.ts'

/** How long the lender may take over a callback, in milliseconds of system time. */
const patience = 5_000
/** How many orders' callbacks of one instant are under way together. */
const width = 8

/**
 * Does what the bank's agenda says, instant by instant, and no further than it is told. One run at a time: a run that is
 * asked for while another works comes after it.
 */
export class Runner {
  readonly #bank: Bank
  readonly #key: KeyObject
  #last: Promise<unknown> = Promise.resolve()

  constructor(bank: Bank, key: KeyObject) {
    this.#bank = bank
    this.#key = key
  }

  /** Moves the clock to `target`; everything due until then is done or has failed its try when this answers. */
  advance(target: string): Promise<'quiet' | 'backwards'> {
    return this.#after(async () => {
      if (this.#bank.now !== null && target < this.#bank.now) return 'backwards'
      if (this.#bank.now === null) this.#bank.moveClock(target)
      await this.#runUntil(target)
      this.#bank.moveClock(target)
      return 'quiet'
    })
  }

  /** Does what is due already. */
  catchUp(): Promise<void> {
    return this.#after(() => this.#runUntil(this.#bank.now ?? ''))
  }

  #after<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(work)
    this.#last = run.catch(() => undefined)
    return run
  }

  async #runUntil(target: string): Promise<void> {
    for (;;) {
      const due = this.#bank.agenda.due(target)
      const at = due[0]?.at
      if (at === undefined) return
      if (this.#bank.now === null || at > this.#bank.now) this.#bank.moveClock(at)
      const orders = byOrder(due)
      const workers = Array.from({ length: Math.min(width, orders.length) }, async () => {
        for (let tasks = orders.shift(); tasks !== undefined; tasks = orders.shift()) {
          for (const task of tasks) await this.#perform(task)
        }
      })
      await Promise.all(workers)
    }
  }

  async #perform(task: Task): Promise<void> {
    if (task.step.does === 'enter') return this.#bank.enter(task)
    const { address, body } = this.#bank.notification(task)
    if (address === undefined) {
      this.#bank.note({ ...this.#outgoing(task, '', body), status: 'no-address' })
      return this.#bank.dropped(task)
    }
    const url = new URL(address)
    const status = await this.#post(url, body, task.step.forgedFirst === true && task.tried === 0)
    this.#bank.note({ ...this.#outgoing(task, url.pathname, body), status })
    // Tried at its own time, or at the present where it was missed: the next try counts from there.
    const at = this.#bank.now !== null && this.#bank.now > task.at ? this.#bank.now : task.at
    this.#bank.tried(task, typeof status === 'number' && status >= 200 && status < 300, at)
  }

  #outgoing(task: Task, path: string, request: unknown) {
    const businessTime = this.#bank.now
    return { direction: 'out', businessTime, method: 'POST', path, request, attempt: task.tried + 1 } as const
  }

  async #post(url: URL, content: unknown, forged: boolean): Promise<number | 'no-answer'> {
    const body = Buffer.from(JSON.stringify(content))
    const key = forged ? generateKeyPairSync('ed25519').privateKey : this.#key
    const path = `${url.pathname}${url.search}`
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...signMessage({ method: 'POST', path, body }, key), 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(patience),
      })
      await response.body?.cancel()
      return response.status
    } catch {
      return 'no-answer'
    }
  }
}

function byOrder(tasks: readonly Task[]): (readonly Task[])[] {
  const orders = new Map<string, Task[]>()
  for (const task of tasks) {
    const others = orders.get(task.key)
    if (others === undefined) orders.set(task.key, [task])
    else others.push(task)
  }
  return [...orders.values()]
}
