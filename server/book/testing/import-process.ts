import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { connectCell, connectKeys } from '../../platform/database/pool.ts'
import type { House } from '../../platform/house.ts'
import type { Installation } from '../../platform/install.ts'
import { silentLogger } from '../../platform/log.ts'
import { openHouse } from '../../platform/open-house.ts'
import { ScriptedChannel } from '../../platform/testing/house.ts'
import { addBookCommands } from '../command.ts'
import { importBook } from '../import.ts'
import { uciLayout } from './book.ts'

/**
 * An import in a process of its own over an installed test database, so that it can be killed: `import-process.ts MAIN KEYS batches FILE
 * ROWS` imports in batches of so many rows and says each; `import-process.ts MAIN KEYS command …` runs the words behind it as `jieqing …`.
 */
const [mainUrl = '', keysUrl = '', way = '', ...words] = process.argv.slice(2)

async function withHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const cell = connectCell(mainUrl)
  const keys = connectKeys(keysUrl)
  const installation = await cell.one<Installation>(
    'select sandbox, policy_profile as "policyProfile" from installation',
  )
  const house = await openHouse({
    cell,
    keys,
    masterKey: randomBytes(32),
    installation,
    channel: () => new ScriptedChannel(),
    log: silentLogger(),
  })
  try {
    return await work(house)
  } finally {
    await Promise.all([cell.close(), keys.close()])
  }
}

if (way === 'batches') {
  const [file = '', batchRows = ''] = words
  const layout = await uciLayout()
  await withHouse((house) =>
    importBook(house, {
      file,
      layout,
      batchRows: Number(batchRows),
      progress: (done) => process.stdout.write(`${done}\n`),
    }),
  )
} else {
  const program = new Command('jieqing').exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  addBookCommands(program, withHouse)
  await program.parseAsync(words, { from: 'user' })
}
