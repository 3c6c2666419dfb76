/** A line longer than this is refused without being kept: no question of the calculator comes near it. */
export const longestLine = 1_000_000

/** The lines of a text that comes in pieces, without their ends; `undefined` stands for one that is too long. */
export async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string | undefined> {
  let rest = ''
  let tooLong = false
  for await (const piece of input) {
    const parts = piece.split('\n')
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        yield tooLong ? undefined : rest
        rest = ''
        tooLong = false
      }
      if (rest.length + part.length > longestLine) tooLong = true
      rest = tooLong ? '' : rest + part
    }
  }
  if (tooLong || rest !== '') yield tooLong ? undefined : rest
}
