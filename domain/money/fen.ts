declare const brand: unique symbol

/** A value that only the function beside its type can make. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Whole fen (分), never negative: which way money moves is the posting's business, not the sign's. */
export type Fen = Brand<bigint, 'Fen'>

/** Refuses negative values; a difference that may be negative stays a plain `bigint`. */
export function fen(value: bigint): Fen {
  if (value < 0n) throw new RangeError(`fen cannot be negative: ${value}`)
  return value as Fen
}

export const noFen: Fen = fen(0n)

export function addFen(...parts: readonly bigint[]): Fen {
  return fen(parts.reduce((sum, part) => sum + part, 0n))
}

export function minFen(a: Fen, b: Fen): Fen {
  return a < b ? a : b
}

/** `a - b`, or nothing where b is larger: what is left of a debt after a payment that may exceed it. */
export function fenLeft(a: Fen, b: Fen): Fen {
  return a > b ? fen(a - b) : noFen
}

/** The form of money in JSON, CSV and on pages: yuan with exactly two places ("1234.50"). */
export function yuan(value: bigint): string {
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const yuanText = /^(0|[1-9][0-9]{0,12})\.[0-9]{2}$/

/** Reads "1234.50"; anything else (sign, three places, spaces, exponents, more than 13 digits of yuan) is `undefined`. */
export function fenFromYuan(text: string): Fen | undefined {
  return yuanText.test(text) ? fen(BigInt(text.replace('.', ''))) : undefined
}
