/** How a fraction becomes a whole number; each lender's contract names one (mission A4). */
export type Rounding = 'half-up' | 'half-even' | 'up' | 'down'

/**
 * `numerator / divisor` as a whole number. "Up" and "half up" go away from zero, so a debt and its mirror round alike.
 * The divisor is above zero.
 */
export function divideRounded(numerator: bigint, divisor: bigint, rounding: Rounding): bigint {
  if (divisor <= 0n) throw new RangeError(`divisor must be above zero: ${divisor}`)
  const negative = numerator < 0n
  const size = negative ? -numerator : numerator
  const whole = size / divisor
  const rest = size % divisor
  const rounded = goesUp(whole, rest, divisor, rounding) ? whole + 1n : whole
  return negative ? -rounded : rounded
}

function goesUp(whole: bigint, rest: bigint, divisor: bigint, rounding: Rounding): boolean {
  switch (rounding) {
    case 'down':
      return false
    case 'up':
      return rest > 0n
    case 'half-up':
      return rest * 2n >= divisor
    case 'half-even':
      return rest * 2n > divisor || (rest * 2n === divisor && whole % 2n === 1n)
  }
}
