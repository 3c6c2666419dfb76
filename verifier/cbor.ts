import { limits } from './limits.ts'
import { Refused } from './reasons.ts'

/** What a statement may consist of. Integers are always bigint. */
export type Cbor = bigint | boolean | string | Uint8Array | readonly Cbor[] | CborMap | Tagged
export type CborMap = ReadonlyMap<bigint, Cbor>

export class Tagged {
  readonly tag: bigint
  readonly value: Cbor

  constructor(tag: bigint, value: Cbor) {
    this.tag = tag
    this.value = value
  }
}

/**
 * Reads one item of deterministic CBOR (RFC 8949 4.2.1) with integer keys and nothing behind it. Everything that could be written in
 * another way, and everything that statements don't use, is refused: one meaning, one form.
 */
export function decodeCbor(bytes: Uint8Array): Cbor {
  if (bytes.length > limits.signed) throw new Refused('cbor-too-large')
  const reader = new Reader(bytes)
  const item = reader.item(0)
  if (!reader.done) throw new Refused('cbor-trailing-bytes')
  return item
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at === this.#bytes.length
  }

  item(depth: number): Cbor {
    if (depth > limits.depth) throw new Refused('cbor-too-deep')
    const initial = this.#byte()
    const major = initial >> 5
    if (major === 7) return simple(initial)
    const argument = this.#argument(initial & 31)
    switch (major) {
      case 0:
        return argument
      case 1:
        return -1n - argument
      case 2:
        return this.#take(argument)
      case 3:
        return utf8(this.#take(argument))
      case 4:
        return this.#array(argument, depth)
      case 5:
        return this.#map(argument, depth)
      default:
        // A tag stands around the whole and nowhere else.
        if (depth > 0) throw new Refused('cbor-tag')
        return new Tagged(argument, this.item(depth + 1))
    }
  }

  #array(length: bigint, depth: number): readonly Cbor[] {
    const count = this.#count(length)
    const items: Cbor[] = []
    for (let n = 0; n < count; n++) items.push(this.item(depth + 1))
    return items
  }

  #map(length: bigint, depth: number): CborMap {
    const count = this.#count(length)
    const map = new Map<bigint, Cbor>()
    let before: Uint8Array | undefined
    for (let n = 0; n < count; n++) {
      const start = this.#at
      const key = this.item(depth + 1)
      const written = this.#bytes.subarray(start, this.#at)
      if (typeof key !== 'bigint') throw new Refused('cbor-key-type')
      if (map.has(key)) throw new Refused('cbor-duplicate-key')
      if (before !== undefined && compare(before, written) >= 0) throw new Refused('cbor-key-order')
      before = written
      map.set(key, this.item(depth + 1))
    }
    return map
  }

  /** Nothing is set aside for items that the bytes left over cannot hold. */
  #count(length: bigint): number {
    if (length > BigInt(this.#bytes.length - this.#at)) throw new Refused('cbor-truncated')
    return Number(length)
  }

  #take(length: bigint): Uint8Array {
    const count = this.#count(length)
    this.#at += count
    return this.#bytes.slice(this.#at - count, this.#at)
  }

  #argument(info: number): bigint {
    if (info < 24) return BigInt(info)
    if (info === 31) throw new Refused('cbor-indefinite-length')
    if (info > 27) throw new Refused('cbor-simple')
    const size = 2 ** (info - 24)
    let value = 0n
    for (let n = 0; n < size; n++) value = value * 256n + BigInt(this.#byte())
    const least = info === 24 ? 24n : 1n << BigInt(size * 4)
    if (value < least) throw new Refused('cbor-not-shortest')
    return value
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new Refused('cbor-truncated')
    this.#at += 1
    return byte
  }
}

function simple(initial: number): boolean {
  if (initial === 0xff) throw new Refused('cbor-indefinite-length')
  if (initial !== 0xf4 && initial !== 0xf5) throw new Refused('cbor-simple')
  return initial === 0xf5
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refused('cbor-text')
  }
}

/** Bytewise, as RFC 8949 4.2.1 orders keys. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  for (let n = 0; n < a.length && n < b.length; n++) {
    const difference = (a[n] ?? 0) - (b[n] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
