import { randomInt } from 'node:crypto'

/** The seed of a random test: `JIEQING_TEST_SEED` to meet the same choices again, otherwise a new one. The test prints it. */
export function seed(): number {
  const given = process.env.JIEQING_TEST_SEED
  return given ? Number(given) : randomInt(2 ** 31)
}

/** Choices that depend on the seed alone (mulberry32, public domain). */
export class Chance {
  #state: number

  constructor(from: number) {
    this.#state = from
  }

  /** From 0 to `below`, which is left out. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  one<Thing>(things: readonly Thing[]): Thing {
    const thing = things[this.below(things.length)]
    if (thing === undefined) throw new RangeError('nothing to choose from')
    return thing
  }

  /** The same things in another order. */
  shuffled<Thing>(things: readonly Thing[]): readonly Thing[] {
    return things
      .map((thing) => ({ thing, at: this.below(1_000_000) }))
      .sort((a, b) => a.at - b.at)
      .map(({ thing }) => thing)
  }
}
