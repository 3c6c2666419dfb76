import { randomBytes } from 'node:crypto'
import { connectCell, connectKeys } from '../platform/database/pool.ts'
import { install } from '../platform/install.ts'
import { silentLogger } from '../platform/log.ts'
import { openHouse } from '../platform/open-house.ts'
import { ScriptedChannel } from '../platform/testing/house.ts'
import { runEndOfDay } from './run.ts'

// A process of its own that runs the end of day of the database it is given, so that a test can kill it: node … <main> <keys>.
const [mainUrl, keysUrl] = process.argv.slice(2)
if (mainUrl === undefined || keysUrl === undefined) throw new Error('two database addresses are needed')
const cell = connectCell(mainUrl)
const keys = connectKeys(keysUrl)
const house = await openHouse({
  cell,
  keys,
  masterKey: randomBytes(32),
  installation: await install(cell, { sandbox: true, policyProfile: 'cn-2026', now: new Date(0) }),
  channel: () => new ScriptedChannel(),
  log: silentLogger(),
})
process.stdout.write('begun\n')
await runEndOfDay(house, house.today())
process.stdout.write('ended\n')
await Promise.all([cell.close(), keys.close()])
