import type { Step } from './plan.ts'

/** A step of one order's plan that has not been done. A callback that failed comes back with a later `at`. */
export interface Task {
  readonly id: string
  /** The order that it belongs to: tasks of one order never overtake each other within an instant. */
  readonly key: string
  readonly step: Step
  readonly at: string
  /** Tries of a callback so far. */
  readonly tried: number
}

/** What the bank has still to do, in the order in which it will do it. */
export class Agenda {
  readonly #tasks: Task[] = []

  /** After all tasks of the same instant. */
  add(task: Task): void {
    let low = 0
    let high = this.#tasks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const found = this.#tasks[middle]
      if (found !== undefined && found.at <= task.at) low = middle + 1
      else high = middle
    }
    this.#tasks.splice(low, 0, task)
  }

  remove(id: string): Task | undefined {
    const index = this.#tasks.findIndex((task) => task.id === id)
    return index < 0 ? undefined : this.#tasks.splice(index, 1)[0]
  }

  next(): string | undefined {
    return this.#tasks[0]?.at
  }

  /** All tasks of the earliest instant, if that is not after `until`. */
  due(until: string): readonly Task[] {
    const first = this.next()
    if (first === undefined || first > until) return []
    const end = this.#tasks.findIndex((task) => task.at !== first)
    return this.#tasks.slice(0, end < 0 ? this.#tasks.length : end)
  }
}
