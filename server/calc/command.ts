import { once } from 'node:events'
import type { Command } from 'commander'
import { type CalcKind, runCalc } from './run.ts'

/**
 * Adds `calc schedule` and `calc apr`: one JSON object a line on standard input, one a line on standard output. Exit code 0
 * all answered, 1 some refused, 2 the words of the command are off.
 */
export function addCalcCommands(program: Command): void {
  const calc = program
    .command('calc')
    .description('loan arithmetic: one JSON object a line in, one a line out')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  calc
    .command('schedule')
    .description('schedule, what each repayment pays, and the payoff of a loan')
    .action(() => calculate('schedule'))
  calc
    .command('apr')
    .description('annual percentage rate of advances and payments')
    .action(() => calculate('apr'))
}

async function calculate(kind: CalcKind): Promise<void> {
  process.stdin.setEncoding('utf8')
  process.exitCode = await runCalc(kind, process.stdin, writeOut)
}

async function writeOut(line: string): Promise<void> {
  if (!process.stdout.write(line)) await once(process.stdout, 'drain')
}
