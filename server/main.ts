import { join } from 'node:path'
import { addDays, calendarDateOrNone } from '@jieqing/domain/calendar/date'
import { commandTexts } from '@jieqing/texts/commands/choose'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { addBookCommands, importSampleBook } from './book/command.ts'
import { addCalcCommands } from './calc/command.ts'
import { runEndOfDay } from './eod/run.ts'
import { ConfigurationFault } from './platform/configuration.ts'
import { databaseHome, openDatabases } from './platform/database/databases.ts'
import { migrate, planMigrations } from './platform/database/migrate.ts'
import { withHouse } from './platform/with-house.ts'
import { sandboxBorrowers } from './sandbox/borrowers.ts'
import { lenderTokenFile, start } from './start.ts'

const say = commandTexts(process.env)

const program = new Command('jieqing')
  .description('The account core of a consumer revolving credit line (结清).')
  .showHelpAfterError()
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

program
  .command('start')
  .description('Start everything on this machine: database, migrations, API, page, jobs.')
  .option('--sandbox', 'with a fake channel, a sample book and a clock that can be advanced', false)
  .action(async ({ sandbox }: { sandbox: boolean }) => {
    const running = await start({ env: process.env, sandbox, prepare: importSampleBook })
    closeWithGrace({ delay: 20_000 }, async ({ err }) => {
      if (err !== undefined) running.house.log.error({ err }, 'stopping')
      process.stderr.write(`${say.stopping}\n`)
      await running.stop()
    })
    process.stdout.write(welcome(running.url, sandbox))
  })

program
  .command('migrate')
  .description('Bring the databases up to date.')
  .option('--plan', 'only show what would run', false)
  .action(async ({ plan }: { plan: boolean }) => {
    const databases = await openDatabases(process.env, { whenRunning: 'share' })
    try {
      const targets = { mainUrl: databases.mainUrl, keysUrl: databases.keysUrl }
      for (const one of await (plan ? planMigrations(targets) : migrate(targets)))
        print({ ...one, applied: !plan })
    } finally {
      await databases.stop()
    }
  })

program
  .command('eod')
  .description('End business dates up to D; days that were missed first.')
  .option('--date <D>', 'the last business date to end (YYYY-MM-DD); yesterday unless told')
  .action(async ({ date }: { date?: string }) => {
    const wanted = date === undefined ? undefined : calendarDateOrNone(date)
    if (date !== undefined && wanted === undefined) return refuse(`--date: ${date} is no date`)
    await withHouse(async (house) => {
      const until = wanted === undefined || wanted >= house.today() ? house.today() : addDays(wanted, 1)
      if (wanted !== undefined && wanted >= house.today()) return refuse(`--date: ${wanted} is not over yet`)
      await runEndOfDay(house, until, (step) => print(step))
    })
  })

addBookCommands(program, withHouse)
addCalcCommands(program)

await program.parseAsync().catch((error: unknown) => {
  const message =
    error instanceof ConfigurationFault || error instanceof Error ? error.message : String(error)
  process.stderr.write(`${message}\n`)
  process.exit(error instanceof ConfigurationFault ? 2 : 1)
})

/** What a person sees once everything stands: where to look, whom to be. */
function welcome(url: URL, sandbox: boolean): string {
  const lines = [
    '',
    `  ${say.page}   ${url.href}`,
    `  ${say.reference}   ${new URL('/reference', url).href}`,
    `  ${say.contract}   ${new URL('/openapi.json', url).href}`,
  ]
  if (sandbox) {
    const messages = new URL('/v1/sandbox/messages?phone=…', url)
    const stories = { invited: say.invited, 'in-debt': say.inDebt, 'nothing-owed': say.nothingOwed }
    lines.push('', `  ${say.borrowers.replace('{messages}', decodeURI(messages.href))}`)
    for (const { phone, story } of sandboxBorrowers) lines.push(`    ${phone}   ${stories[story]}`)
    lines.push('', `  ${say.lenderToken}   ${join(databaseHome(process.env), lenderTokenFile)}`)
  }
  return `${lines.join('\n')}\n\n${say.ready}\n`
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 2
}
