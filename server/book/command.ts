import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import type { House } from '../platform/house.ts'
import { UnreadableBook } from './file.ts'
import { importBook } from './import.ts'
import { layoutNames, readLayout } from './layout.ts'
import { monthOfDate, monthOrNone } from './month.ts'

/** Opens the house for one command and closes it afterwards. */
export type WithHouse = <T>(work: (house: House) => Promise<T>) => Promise<T>

/**
 * `jieqing book import FILE --layout NAME [--as-of MONTH] [--dry-run]` (mission A14): one summary object on standard output, progress on
 * standard error. Exit 0 all rows used, 1 rows or the file refused, 2 the command's words are off.
 */
export function addBookCommands(program: Command, withHouse: WithHouse): void {
  const book = program.command('book').description('an existing book of lines and loans')
  book
    .command('import')
    .description('imports lines, loans and balances from a file, with control totals and every refused row')
    .argument('<file>', 'a .csv or .csv.gz file')
    .requiredOption('--layout <name>', 'how the file is read')
    .option(
      '--as-of <month>',
      "YYYY-MM that the file's newest month stands for; default: the month before the business date",
    )
    .option('--dry-run', 'computes everything and writes nothing')
    .action(
      async (
        file: string,
        options: { readonly layout: string; readonly asOf?: string; readonly dryRun?: boolean },
        command: Command,
      ) => {
        const off = (message: string) =>
          command.error(`error: ${message}`, { exitCode: 2, code: 'jieqing.words' })
        const layout = await readLayout(options.layout)
        if (layout === undefined)
          return off(`no layout ${options.layout}; there is ${(await layoutNames()).join(', ')}`)
        const asOf = options.asOf === undefined ? undefined : monthOrNone(options.asOf)
        if (options.asOf !== undefined && asOf === undefined) return off(`not a month: ${options.asOf}`)
        if (!(await isThere(file))) return off(`no file ${file}`)
        await withHouse(async (house) => {
          if (asOf !== undefined && asOf > monthOfDate(house.today()))
            return off(`${asOf} has not begun; today is ${house.today()}`)
          const shown = showProgress()
          try {
            const summary = await importBook(house, {
              file,
              layout,
              ...(asOf === undefined ? {} : { asOf }),
              dryRun: options.dryRun === true,
              progress: shown.at,
            })
            shown.end(
              `${summary.rows.used} of ${summary.rows.read} rows, ${summary.rowsPerSecond} rows a second`,
            )
            if (asOf !== undefined && asOf !== summary.asOf)
              process.stderr.write(`book import: this file was begun as of ${summary.asOf}, which stands\n`)
            for (const { row, reasons } of summary.refusals) {
              const why = reasons.map(({ code, detail }) => `${code} (${detail})`).join('; ')
              process.stderr.write(`row ${row} refused: ${why}\n`)
            }
            process.stdout.write(`${JSON.stringify(summary)}\n`)
            if (summary.rows.refused > 0) process.exitCode = 1
          } catch (error) {
            shown.end('stopped')
            if (!(error instanceof UnreadableBook)) throw error
            process.stderr.write(`error: ${file} was not imported: ${error.message}\n`)
            process.exitCode = 1
          }
        })
      },
    )
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** The import of a sandbox's first start: the sample book, shown as it comes in; there already, nothing is said. */
export async function importSampleBook(house: House): Promise<void> {
  const layout = await readLayout('uci-credit-card')
  if (layout === undefined) throw new Error('the layout of the sample book is missing')
  const shown = showProgress()
  let begun = false
  const summary = await importBook(house, {
    file: fileURLToPath(new URL('../../fixtures/uci-credit-card/lines.csv.gz', import.meta.url)),
    layout,
    progress: (done, total) => {
      begun = true
      shown.at(done, total)
    },
  })
  if (begun) shown.end(`${summary.rows.used} lines imported, ${summary.rowsPerSecond} rows a second`)
}

type Progress = { readonly at: (done: number, total: number) => void; readonly end: (last: string) => void }

/** A bar on a terminal; elsewhere a line for each twentieth of the rows. */
function showProgress(): Progress {
  return process.stderr.isTTY === true ? bar() : lines()
}

function bar(): Progress {
  const shown = new SingleBar({
    format: 'book import [{bar}] {percentage}% {value}/{total} rows, {rate} rows a second',
    stream: process.stderr,
    hideCursor: true,
  })
  const started = performance.now()
  let begun = false
  return {
    at: (done, total) => {
      const rate = { rate: rateOf(done, started) }
      if (begun) shown.update(done, rate)
      else shown.start(total, done, rate)
      begun = true
    },
    end: (last) => {
      if (begun) shown.stop()
      process.stderr.write(`book import: ${last}\n`)
    },
  }
}

function lines(): Progress {
  const started = performance.now()
  let said = 0
  return {
    at: (done, total) => {
      if (done < total && done < said + total / 20) return
      said = done
      process.stderr.write(`book import: ${done} of ${total} rows, ${rateOf(done, started)} rows a second\n`)
    },
    end: (last) => {
      process.stderr.write(`book import: ${last}\n`)
    },
  }
}

function rateOf(done: number, started: number): number {
  return Math.round((done * 1000) / Math.max(1, performance.now() - started))
}
