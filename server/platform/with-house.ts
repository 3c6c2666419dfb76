import { createPrivateKey, createPublicKey } from 'node:crypto'
import { bankDirect } from '../connectors/channel/bank-direct.ts'
import type { ChannelPort } from '../connectors/channel/port.ts'
import { type Configuration, ConfigurationFault, masterKeyOf, readConfiguration } from './configuration.ts'
import { type Databases, databaseHome, openDatabases } from './database/databases.ts'
import { migrate } from './database/migrate.ts'
import { connectCell, connectKeys, type Database } from './database/pool.ts'
import type { House } from './house.ts'
import { type Installation, install } from './install.ts'
import { createLogger, type Logger } from './log.ts'
import { openHouse } from './open-house.ts'

/** A house, and everything under it that has to be shut behind it. */
export type OpenedHouse = {
  readonly house: House
  readonly databases: Databases
  readonly configuration: Configuration
  readonly home: string
  close(): Promise<void>
}

/**
 * Opens the databases, brings them up to date and puts the house together: for `start`, and for commands beside a running server.
 * `wish` says what a fresh installation becomes; an existing one stays what it is.
 */
export async function openWholeHouse(options: {
  readonly env: NodeJS.ProcessEnv
  readonly sandbox: boolean | undefined
  readonly whenRunning: 'refuse' | 'share'
  readonly channel?: (configuration: Configuration) => ChannelPort
  readonly nudge?: () => void
  readonly log?: Logger
}): Promise<OpenedHouse> {
  const configuration = readConfiguration(options.env)
  if (options.sandbox === false) requireConfigured(configuration)
  const log = options.log ?? createLogger('warn')
  const home = databaseHome(options.env)
  const databases = await openDatabases(options.env, { logger: log, whenRunning: options.whenRunning })
  const undo: (() => Promise<void>)[] = [() => databases.stop()]
  const close = async () => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    await migrate({ mainUrl: databases.mainUrl, keysUrl: databases.keysUrl })
    const cell = connectCell(databases.mainUrl, 'cell_0001', { logger: log })
    undo.push(() => cell.close())
    const keys = connectKeys(databases.keysUrl, { logger: log })
    undo.push(() => keys.close())
    const installation = await installed(cell, options, configuration)
    refuseOtherKind(installation, options.sandbox)
    const masterKey = masterKeyOf(configuration, home, installation.sandbox)
    const house = await openHouse({
      cell,
      keys,
      masterKey,
      installation,
      channel: () => (options.channel ?? configuredChannel)(configuration),
      log,
      ...(options.nudge === undefined ? {} : { nudge: options.nudge }),
    })
    return { house, databases, configuration, home, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Runs one command over the house beside a server that may be running, and shuts everything behind it. */
export async function withHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const opened = await openWholeHouse({
    env: process.env,
    sandbox: undefined,
    whenRunning: 'share',
    channel: () => noChannel,
  })
  try {
    return await work(opened.house)
  } finally {
    await opened.close()
  }
}

/** What outside a sandbox has no default: asked for before anything is made, since what a database is it stays. */
function requireConfigured(configuration: Configuration): void {
  const missing = [
    configuration.masterKey === undefined && 'JIEQING_MASTER_KEY: needed outside a sandbox',
    configuration.channel === undefined && 'CHANNEL_URL: needed outside a sandbox',
  ].filter((fault) => fault !== false)
  if (missing.length > 0) throw new ConfigurationFault(missing.join('\n'))
}

/** The installation as `start` makes it; a command beside a server makes none, so that none becomes a sandbox by accident. */
async function installed(
  cell: Database,
  options: { readonly env: NodeJS.ProcessEnv; readonly sandbox: boolean | undefined },
  configuration: Configuration,
): Promise<Installation> {
  if (options.sandbox === undefined) {
    const there = await cell.maybe('select from installation')
    if (there === undefined)
      throw new ConfigurationFault('nothing is installed here yet: run jieqing start first')
  }
  const now = sandboxStart(options.env)
  return install(cell, { sandbox: options.sandbox ?? false, policyProfile: configuration.policyProfile, now })
}

/** The time at which a fresh sandbox begins; a test or a demonstration may name one. */
function sandboxStart(env: NodeJS.ProcessEnv): Date {
  const start = env.JIEQING_SANDBOX_START
  if (start === undefined) return new Date()
  const at = new Date(start)
  if (Number.isNaN(at.getTime()))
    throw new ConfigurationFault('JIEQING_SANDBOX_START: a time such as 2026-06-10T10:00:00+08:00')
  return at
}

function refuseOtherKind(installation: Installation, wanted: boolean | undefined): void {
  if (wanted === undefined || wanted === installation.sandbox) return
  throw new ConfigurationFault(
    installation.sandbox
      ? 'this database is a sandbox for ever: start it with --sandbox, or use another database'
      : 'this database is no sandbox and never becomes one: start it without --sandbox',
  )
}

function configuredChannel(configuration: Configuration): ChannelPort {
  const { channel, publicUrl, host, port } = configuration
  if (channel === undefined) throw new ConfigurationFault('CHANNEL_URL: needed outside a sandbox')
  return bankDirect({
    baseUrl: channel.url,
    notifyUrl: new URL('/v1/channel-callbacks/bank-direct', publicUrl ?? `http://${host}:${port}`),
    lenderKey: createPrivateKey({
      key: Buffer.from(channel.lenderKey, 'base64'),
      format: 'der',
      type: 'pkcs8',
    }),
    channelKeys: channel.channelKeys.map((key) =>
      createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }),
    ),
    systemTime: () => new Date(),
  })
}

/** For commands that talk to nobody outside: whatever should leave stays queued for the server. */
const silent = { kind: 'unknown', reason: 'no-answer' } as const
const noChannel: ChannelPort = {
  submitCollection: async () => silent,
  submitPayout: async () => silent,
  query: async () => silent,
  signMandate: async () => silent,
  terminateMandate: async () => silent,
  queryMandate: async () => silent,
}
