import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger, type Logger } from '../log.ts'
import { type Cluster, openCluster, sharedCluster } from './cluster.ts'
import { lockHome } from './home-lock.ts'
import { report } from './progress.ts'

export interface Databases {
  /** Everything but the keys of personal data. */
  readonly mainUrl: string
  /** The keys of personal data, in a cluster of their own: a backup of the one never holds the other (design 2.12). */
  readonly keysUrl: string
  /** Stops what this process has started; databases of others are left alone. */
  stop(): Promise<void>
}

export interface OpenOptions {
  readonly logger?: Logger
  /**
   * What to do when another process runs the embedded databases of this home: `refuse` (for what wants them alone,
   * such as `jieqing start`) or `share` (for a command beside it, such as `jieqing audit`).
   */
  readonly whenRunning?: 'refuse' | 'share'
}

/**
 * The two databases: `DATABASE_URL` and `KEYS_DATABASE_URL` where they are set, otherwise embedded clusters below
 * `JIEQING_HOME` (default: `.jieqing` in the checkout).
 */
export async function openDatabases(env: NodeJS.ProcessEnv, options: OpenOptions = {}): Promise<Databases> {
  const given = { main: env.DATABASE_URL || undefined, keys: env.KEYS_DATABASE_URL || undefined }
  if (given.main !== undefined && given.keys !== undefined) {
    return { mainUrl: given.main, keysUrl: given.keys, stop: async () => {} }
  }
  const home = databaseHome(env)
  try {
    mkdirSync(home, { recursive: true })
    accessSync(home, constants.W_OK)
  } catch (cause) {
    throw new Error(`${home} cannot be written: set JIEQING_HOME to a folder that this user may write`, {
      cause,
    })
  }
  const lock = lockHome(home)
  if (lock.kind === 'taken') {
    if (options.whenRunning !== 'share') {
      throw new Error(
        `the databases in ${home} are in use by process ${lock.pid} since ${lock.since}: stop it first, or set JIEQING_HOME to another folder`,
      )
    }
    return {
      mainUrl: given.main ?? (await sharedCluster(home, 'main')),
      keysUrl: given.keys ?? (await sharedCluster(home, 'keys')),
      stop: async () => {},
    }
  }
  const logger = options.logger ?? createLogger('warn')
  const clusters: Cluster[] = []
  const stop = async () => {
    await Promise.all(clusters.map((cluster) => cluster.stop()))
    lock.release()
  }
  const urlOf = async (name: 'main' | 'keys') => {
    const cluster = await openCluster({ home, name, logger, settings: settings[name] })
    clusters.push(cluster)
    return cluster.url
  }
  const opened = await report('starting database', () =>
    Promise.allSettled([given.main ?? urlOf('main'), given.keys ?? urlOf('keys')]),
  )
  const [main, keys] = opened
  if (main.status === 'fulfilled' && keys.status === 'fulfilled') {
    return { mainUrl: main.value, keysUrl: keys.value, stop }
  }
  await stop()
  throw main.status === 'rejected' ? main.reason : keys.status === 'rejected' ? keys.reason : undefined
}

/** `JIEQING_HOME`, or `.jieqing` in the checkout. */
export function databaseHome(env: NodeJS.ProcessEnv): string {
  return env.JIEQING_HOME || join(fileURLToPath(new URL('../../..', import.meta.url)), '.jieqing')
}

const settings = {
  main: { shared_buffers: '256MB', max_connections: '100' },
  keys: { shared_buffers: '32MB', max_connections: '40' },
} as const
