import { writeSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/** Prints `Tests: 12 passed, 0 failed, 1 skipped` as the very last line of the run, for people and programs alike. */
export class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests += 1
        const { state } = test.result()
        if (state !== 'pending') counts[state] += 1
      }
      // A file that can't be loaded holds no test to count, and must not look like a success.
      if (module.state() === 'failed' && (tests === 0 || module.errors().length > 0)) counts.failed += 1
    }
    counts.failed += errors.length
    line = `Tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`
    if (!listening) process.once('exit', () => writeSync(1, line))
    listening = true
  }
}

let line = ''
let listening = false
