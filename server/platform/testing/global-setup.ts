import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openCluster, stopAbandoned } from '../database/cluster.ts'
import { lockHome } from '../database/home-lock.ts'
import { migrate } from '../database/migrate.ts'
import { report } from '../database/progress.ts'
import { createLogger, silentLogger } from '../log.ts'
import { administer, withDatabase } from './database-url.ts'

/** What the test files need to clone databases of their own. */
export interface TestServers {
  readonly mainUrl: string
  readonly keysUrl: string
  /** Names of the migrated databases that are cloned; they end on `_template`. */
  readonly mainTemplate: string
  readonly keysTemplate: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly testServers: TestServers
  }
}

/**
 * One database server a run, whatever the number of projects that ask for it: an embedded one in a folder that is
 * removed at the end, or `DATABASE_URL` and `KEYS_DATABASE_URL`. The server's own durability is switched off, here only.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.opening ??= open()
  shared.users += 1
  const { servers, close } = await shared.opening
  project.provide('testServers', servers)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    delete shared.opening
    await close()
  }
}

interface Opened {
  readonly servers: TestServers
  close(): Promise<void>
}

/** Each project loads this module for itself; what they share hangs on the process. */
const shared: { users: number; opening?: Promise<Opened> } = sharedState()

function sharedState(): { users: number; opening?: Promise<Opened> } {
  const key = Symbol.for('jieqing.test.servers')
  const holder: typeof globalThis & { [key]?: { users: number; opening?: Promise<Opened> } } = globalThis
  holder[key] ??= { users: 0 }
  return holder[key]
}

async function open(): Promise<Opened> {
  const given = { main: process.env.DATABASE_URL, keys: process.env.KEYS_DATABASE_URL }
  if (given.main && given.keys) return prepare(given.main, given.keys, async () => {})
  if (given.main || given.keys) throw new Error('set both DATABASE_URL and KEYS_DATABASE_URL, or neither')
  return report('starting test database', async () => {
    await sweep()
    const home = await mkdtemp(join(place, prefix))
    await chmod(home, 0o711)
    const lock = lockHome(home)
    if (lock.kind === 'taken') throw new Error(`${home} was made for this run and is in use by ${lock.pid}`)
    const cluster = await openCluster({
      home,
      name: 'test',
      logger: createLogger('warn'),
      settings: {
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
        max_connections: '200',
        autovacuum_naptime: '1min',
      },
    })
    return prepare(cluster.url, cluster.url, async () => {
      await cluster.stop()
      lock.release()
      await rm(home, { recursive: true, force: true })
    })
  })
}

/** An operating system's temporary folder may be closed to other users; this one is not. */
const place = '/var/tmp'
const prefix = 'jieqing-test-run-'

/** Ends the servers of runs that were killed and removes their folders. Those of another user are left to that user. */
async function sweep(): Promise<void> {
  for (const name of (await readdir(place)).filter((entry) => entry.startsWith(prefix))) {
    const home = join(place, name)
    try {
      if (Date.now() - (await stat(home)).ctimeMs < 60_000) continue // It may be about to be locked.
      const lock = lockHome(home)
      if (lock.kind === 'taken') continue
      await stopAbandoned(home, 'test', silentLogger())
      await rm(home, { recursive: true, force: true })
    } catch {
      // Another run may sweep the same folder at this moment.
    }
  }
}

async function prepare(mainUrl: string, keysUrl: string, stop: () => Promise<void>): Promise<Opened> {
  const run = `jieqing_test_${randomBytes(4).toString('hex')}`
  const servers = {
    mainUrl,
    keysUrl,
    mainTemplate: `${run}_main_template`,
    keysTemplate: `${run}_keys_template`,
  }
  const close = async () => {
    await administer(mainUrl, `drop database if exists ${servers.mainTemplate}`)
    await administer(keysUrl, `drop database if exists ${servers.keysTemplate}`)
    await stop()
  }
  try {
    await administer(mainUrl, `create database ${servers.mainTemplate} encoding 'UTF8' template template0`)
    await administer(keysUrl, `create database ${servers.keysTemplate} encoding 'UTF8' template template0`)
    await migrate({
      mainUrl: withDatabase(mainUrl, servers.mainTemplate),
      keysUrl: withDatabase(keysUrl, servers.keysTemplate),
    })
    return { servers, close }
  } catch (error) {
    await close()
    throw error
  }
}
