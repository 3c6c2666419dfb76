import type { Command } from 'commander'
import type { House } from '../platform/house.ts'
import { runAudit } from './run.ts'

/**
 * `jieqing audit`: recomputes every invariant from the tables and prints a line for each, with the first rows that break it. Exit 0 all
 * hold, 1 one is broken.
 */
export function addAuditCommand(
  program: Command,
  withHouse: <T>(work: (house: House) => Promise<T>) => Promise<T>,
): void {
  program
    .command('audit')
    .description('recomputes every invariant from the tables; prints each with ok or the rows that break it')
    .action(async () => {
      const started = performance.now()
      const findings = await withHouse((house) =>
        house.cell.snapshot((db) =>
          runAudit(db, ({ name, ok, rows }) => {
            process.stdout.write(`${JSON.stringify({ invariant: name, ok, rows })}\n`)
          }),
        ),
      )
      const broken = findings.filter((finding) => !finding.ok).length
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stderr.write(`audit: ${findings.length} invariants, ${broken} broken, ${seconds} s\n`)
      if (broken > 0) process.exitCode = 1
    })
}
