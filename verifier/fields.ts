import { utf8Bytes } from './bytes.ts'
import type { Cbor, CborMap } from './cbor.ts'
import { codesByNumber, numberedCodes } from './codes.ts'
import { Refused } from './reasons.ts'

/** The fields of a map, each taken once; what nobody took is a field that nobody understands, and is refused. */
export class Fields {
  readonly #rest: Map<bigint, Cbor>

  constructor(map: CborMap) {
    this.#rest = new Map(map)
  }

  take<T>(key: number, read: (value: Cbor) => T): T {
    const value = this.#rest.get(BigInt(key))
    if (value === undefined) throw new Refused('statement-shape')
    this.#rest.delete(BigInt(key))
    return read(value)
  }

  takeOptional<T>(key: number, read: (value: Cbor) => T): T | undefined {
    return this.#rest.has(BigInt(key)) ? this.take(key, read) : undefined
  }

  end(): void {
    if (this.#rest.size > 0) throw new Refused('statement-shape')
  }
}

const latest = 253402300799n
const lastDay = 2932896n

export function tuple(value: Cbor, length: number): readonly Cbor[] {
  const items = list(value)
  if (items.length !== length) throw new Refused('statement-shape')
  return items
}

export function list(value: Cbor | undefined): readonly Cbor[] {
  if (!Array.isArray(value)) throw new Refused('statement-shape')
  return value
}

export function bytesOf(length: number): (value: Cbor | undefined) => Uint8Array {
  return (value) => {
    if (!(value instanceof Uint8Array)) throw new Refused('statement-shape')
    if (value.length !== length) throw new Refused('statement-value')
    return value
  }
}

export function integer(value: Cbor | undefined): bigint {
  if (typeof value !== 'bigint') throw new Refused('statement-shape')
  return value
}

export function between(least: bigint, most: bigint): (value: Cbor | undefined) => bigint {
  return (value) => {
    const number = integer(value)
    if (number < least || number > most) throw new Refused('statement-value')
    return number
  }
}

/** At most 2^53 - 1, so that it is exact in JSON. */
export function count(value: Cbor | undefined): number {
  return Number(between(0n, BigInt(Number.MAX_SAFE_INTEGER))(value))
}

export const seconds = between(0n, latest)

/** RFC 3339, in minutes east of UTC. */
export function timeText(at: bigint, offset = 0): string {
  const local = new Date(Number(at) * 1000 + offset * 60_000).toISOString().slice(0, 19)
  if (offset === 0) return `${local}Z`
  const minutes = Math.abs(offset)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

export function day(value: Cbor | undefined): string {
  return dayText(between(0n, lastDay)(value))
}

/** `null` for 0: no end, or at once. */
export function dayOrNone(value: Cbor | undefined): string | null {
  const number = between(0n, lastDay)(value)
  return number === 0n ? null : dayText(number)
}

function dayText(number: bigint): string {
  return new Date(Number(number) * 86_400_000).toISOString().slice(0, 10)
}

/** Fen as yuan with two places. */
export function money(value: Cbor | undefined): string {
  const fen = between(
    0n,
    10n ** 15n,
  )(value)
    .toString()
    .padStart(3, '0')
  return `${fen.slice(0, -2)}.${fen.slice(-2)}`
}

export function code(value: Cbor | undefined): string {
  if (typeof value === 'bigint') {
    const known = codesByNumber[Number(value)]
    if (known === undefined) throw new Refused('statement-value')
    return known
  }
  if (typeof value !== 'string') throw new Refused('statement-shape')
  // A code with a number has one form only.
  if (numberedCodes.has(value) || value.length > 40 || !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(value))
    throw new Refused('statement-value')
  return value
}

export function currency(value: Cbor | undefined): string {
  if (typeof value !== 'string') throw new Refused('statement-shape')
  if (!/^[A-Z]{3}$/.test(value)) throw new Refused('statement-value')
  return value
}

/** Printable text; what would turn or hide the text around it on a page is refused. */
export function textUpTo(most: number): (value: Cbor | undefined) => string {
  return (value) => {
    if (typeof value !== 'string') throw new Refused('statement-shape')
    const length = utf8Bytes(value).length
    if (length === 0 || length > most || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value))
      throw new Refused('statement-value')
    return value
  }
}

export function choice<T extends string>(names: readonly T[]): (value: Cbor | undefined) => T {
  return (value) => {
    const name = names[Number(integer(value)) - 1]
    if (name === undefined) throw new Refused('statement-value')
    return name
  }
}

export function truth(value: Cbor | undefined): boolean {
  if (typeof value !== 'boolean') throw new Refused('statement-shape')
  return value
}
