import { type CalendarDate, calendarDateOrNone } from '@jieqing/domain/calendar/date'
import { e8FromDecimal } from '@jieqing/domain/interest/decimal'
import { fenFromYuan } from '@jieqing/domain/money/fen'

/** Why a line of the calculator is refused; the first reason found is the one that is said. */
export type CalcErrorCode =
  | 'not-json'
  | 'line-too-long'
  | 'wrong-type'
  | 'unknown-field'
  | 'missing-field'
  | 'conflicting-fields'
  | 'out-of-range'
  | 'not-money'
  | 'not-a-rate'
  | 'not-a-date'
  | 'not-a-choice'
  | 'dates-out-of-order'
  | 'no-rate'

export type Problem = { readonly code: CalcErrorCode; readonly message: string }

/**
 * The fields of one JSON object, read by name and kind. A field that is absent, of another kind or out of range becomes a
 * problem; the reader then gives a stand-in, so that whoever reads checks once, at the end, and computes nothing before.
 */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>
  readonly #read = new Set<string>()
  readonly #path: string
  readonly #problems: Problem[]

  constructor(value: unknown, path: string, problems: Problem[]) {
    const object = typeof value === 'object' && value !== null && !Array.isArray(value)
    this.#values = new Map(object ? Object.entries(value) : [])
    this.#path = path
    this.#problems = problems
    if (!object) this.problem('wrong-type', undefined, 'must be an object')
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** Names every field that nothing has read. */
  refuseUnknown(): void {
    for (const name of this.#values.keys()) {
      if (!this.#read.has(name)) this.problem('unknown-field', name, 'is not a field here')
    }
  }

  problem(code: CalcErrorCode, name: string | undefined, what: string): void {
    const field = [this.#path, name].filter((part) => part !== undefined && part !== '').join('.')
    this.#problems.push({ code, message: `${field === '' ? 'the line' : field} ${what}` })
  }

  value(name: string): unknown {
    this.#read.add(name)
    if (!this.#values.has(name)) this.problem('missing-field', name, 'is missing')
    return this.#values.get(name)
  }

  text(name: string): string {
    const value = this.value(name)
    if (typeof value === 'string') return value
    if (this.has(name)) this.problem('wrong-type', name, 'must be a string')
    return ''
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    const [first] = choices
    if (first === undefined) throw new RangeError(`${name} has no choices`)
    if (otherwise !== undefined && !this.has(name)) return otherwise
    const text = this.text(name)
    const found = choices.find((choice) => choice === text)
    if (found === undefined && typeof this.#values.get(name) === 'string') {
      this.problem('not-a-choice', name, `must be one of ${choices.join(', ')}`)
    }
    return found ?? first
  }

  integer(name: string, least: number, most: number, otherwise?: number): number {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    const value = this.value(name)
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      if (this.has(name)) this.problem('wrong-type', name, 'must be a whole number')
      return least
    }
    if (value < least || value > most) this.problem('out-of-range', name, `must be from ${least} to ${most}`)
    return value
  }

  /** Money is above zero: no field of the calculator means anything at zero. */
  money(name: string, otherwise?: bigint): bigint {
    if (otherwise !== undefined && !this.has(name)) return otherwise
    const text = this.text(name)
    if (typeof this.#values.get(name) !== 'string') return 1n
    const amount = fenFromYuan(text)
    if (amount === undefined)
      this.problem('not-money', name, 'must be yuan with two places, such as "1234.50"')
    if (amount === 0n) this.problem('out-of-range', name, 'must be above zero')
    return amount ?? 1n
  }

  /** A rate or factor in units of 1e-8. */
  decimal(name: string): bigint {
    const text = this.text(name)
    if (typeof this.#values.get(name) !== 'string') return 0n
    const value = e8FromDecimal(text)
    if (value === undefined) {
      this.problem('not-a-rate', name, 'must be a decimal of at most eight places, such as "0.00035"')
    }
    return value ?? 0n
  }

  date(name: string): CalendarDate {
    const text = this.text(name)
    if (typeof this.#values.get(name) !== 'string') return aDate
    return this.asDate(text, name)
  }

  asDate(value: unknown, name: string): CalendarDate {
    const date = typeof value === 'string' ? calendarDateOrNone(value) : undefined
    if (date === undefined || date < '1900-01-01' || date > '2999-12-31') {
      this.problem('not-a-date', name, 'must be a day from 1900 to 2999, such as "2026-06-10"')
      return aDate
    }
    return date
  }

  object(name: string): Fields {
    return new Fields(this.value(name), this.#inner(name), this.#problems)
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name)
    if (Array.isArray(value)) return value
    if (this.has(name)) this.problem('wrong-type', name, 'must be a list')
    return []
  }

  objects(name: string): readonly Fields[] {
    return this.list(name).map(
      (value, index) => new Fields(value, this.#inner(`${name}[${index}]`), this.#problems),
    )
  }

  #inner(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }
}

const aDate = '2000-01-01' as CalendarDate
