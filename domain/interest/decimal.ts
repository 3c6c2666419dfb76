import type { Ratio } from './rate.ts'

/** Eight places: the grain of every rate (design 2.4). */
const places = 8
const one = 100_000_000n

const decimalForm = /^(0|[1-9][0-9]{0,5})(?:\.([0-9]+))?$/

/**
 * Reads a rate or a factor, "0.00035", as a whole number of 1e-8. Not a plain decimal, or finer than eight places, is
 * `undefined`: a rate is never rounded on its way in.
 */
export function e8FromDecimal(text: string): bigint | undefined {
  const match = decimalForm.exec(text)
  if (match === null) return undefined
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction.length > places) return undefined
  return BigInt(`${match[1]}${fraction.padEnd(places, '0')}`)
}

/** A factor, such as that of a penalty rate, as a fraction. */
export function ratioFromE8(e8: bigint): Ratio {
  return { over: e8, under: one }
}
