/**
 * A count of property runs, races or crashes, multiplied by `JIEQING_TEST_SCALE` (default 1) and never below one:
 * large for a soak, a tenth for a second database.
 */
export function scaled(count: number): number {
  const scale = Number(process.env.JIEQING_TEST_SCALE || '1')
  if (!(scale > 0)) throw new RangeError(`JIEQING_TEST_SCALE is not a positive number: ${scale}`)
  return Math.max(1, Math.ceil(count * scale))
}
