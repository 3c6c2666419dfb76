/**
 * Says on standard error what is being waited for and how long it took: `starting database … 0.9 s`. On a terminal the
 * words stand there while the work runs; elsewhere the whole line comes at the end.
 */
export async function report<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const terminal = process.stderr.isTTY === true
  if (terminal) process.stderr.write(`${what} …`)
  const start = performance.now()
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1)
  try {
    const result = await work()
    process.stderr.write(terminal ? ` ${seconds()} s\n` : `${what} … ${seconds()} s\n`)
    return result
  } catch (error) {
    process.stderr.write(
      terminal ? ` failed after ${seconds()} s\n` : `${what} … failed after ${seconds()} s\n`,
    )
    throw error
  }
}
