/**
 * A personal value in the clear. It cannot be printed, logged or serialised: whoever needs it calls `reveal` and answers for where it
 * goes (design 2.12, PIPL 51).
 */
export class Personal<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return '[personal]'
  }

  toJSON(): never {
    throw new TypeError('personal data has no serialised form')
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[personal]'
  }
}
