const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** How long after each failed try of a callback the next one follows; sixteen tries in all, over 24 hours and 4 minutes. */
const waits: readonly number[] = [
  15 * second,
  15 * second,
  30 * second,
  3 * minute,
  10 * minute,
  20 * minute,
  30 * minute,
  30 * minute,
  30 * minute,
  60 * minute,
  3 * hour,
  3 * hour,
  3 * hour,
  6 * hour,
  6 * hour,
]

/** The wait after the `failed`-th failed try (1 for the first); `undefined` after the last. */
export function waitAfter(failed: number): number | undefined {
  return waits[failed - 1]
}
