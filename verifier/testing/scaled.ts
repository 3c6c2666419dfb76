/** A count of malformed inputs, multiplied by `JIEQING_TEST_SCALE` (default 1) and never below one. */
export function scaled(count: number): number {
  return Math.max(1, Math.ceil(count * Number(process.env.JIEQING_TEST_SCALE || '1')))
}
