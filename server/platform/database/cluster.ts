import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from '../log.ts'
import { type Binaries, binariesFor } from './binaries.ts'
import { knownPassword, makePassword } from './credentials.ts'
import { closedFolder, databaseUser, type OsUser } from './os-user.ts'
import { processArguments, processIdentity } from './process-identity.ts'

export interface ClusterOptions {
  /** Holds the data folder `<home>/<name>`, its log `<home>/<name>.log` and `<home>/credentials.json`. */
  readonly home: string
  readonly name: string
  readonly logger: Logger
  /** Server settings beside our own, e.g. `fsync: 'off'` for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Cluster {
  /** Of the database `jieqing` in it, with the owner's password: never logged. */
  readonly url: string
  readonly pid: number
  /** A fast shutdown: sessions are ended, everything is written, and the server has gone when the promise resolves. */
  stop(): Promise<void>
}

/**
 * Starts the embedded PostgreSQL of `<home>/<name>`, making it when it isn't there, and makes sure that it is ours
 * alone: a server that a killed process left behind is stopped first, a half-made folder is thrown away. The caller
 * holds the home's lock (`lockHome`).
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const user = await databaseUser()
  const home = await reachableHome(options.home, user)
  const binaries = await binariesFor(user, home)
  const folder = join(home, options.name)
  await removeUnfinished(home, options.name)
  const password = (await isInitialised(folder, binaries, user))
    ? knownPassword(home, options.name)
    : await initialise(home, options, binaries, user)
  await stopLeftover(folder, options.logger)
  const server = await startServer(folder, { ...options, home }, binaries, user)
  running.add(server.pid)
  const cluster = {
    url: urlOf(server.port, password),
    pid: server.pid,
    stop: () => stopServer(server),
  }
  try {
    await ensureDatabase(server.port, password)
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return cluster
}

/** The address of a cluster that another process runs; waits until it answers, for at most `seconds`. */
export async function sharedCluster(home: string, name: string, seconds = 60): Promise<string> {
  const folder = join(await realpath(home), name)
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
    const found = await readPostmaster(folder)
    if (found === undefined || found.status !== 'ready' || !isServerOf(found.pid, folder)) continue
    const url = urlOf(found.port, knownPassword(home, name))
    if (await answers(url)) return url
  }
  throw new Error(`the database in ${folder} was not ready after ${seconds} seconds`)
}

const databaseName = 'jieqing'
const owner = 'jieqing'

function urlOf(port: number, password: string, database = databaseName): string {
  return `postgres://${owner}:${password}@127.0.0.1:${port}/${database}`
}

/** Stops a server whose owner is dead, without starting it again. The caller holds the home's lock. */
export async function stopAbandoned(home: string, name: string, logger: Logger): Promise<void> {
  await stopLeftover(join(await realpath(home), name), logger)
}

/** Servers that this process has started and not yet stopped: an exit without `stop` still asks them to end. */
const running = new Set<number>()

process.on('exit', () => {
  for (const pid of running) signal(pid, 'SIGINT')
})

async function reachableHome(path: string, user: OsUser): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o755 })
  const home = await realpath(path)
  // Under umask 077 the folder was made closed. The secrets in it are protected one by one.
  if ('uid' in user.spawn && (await stat(home)).uid === process.getuid?.()) {
    await chmod(home, (await stat(home)).mode | 0o011)
  }
  const closed = await closedFolder(home, user)
  if (closed === undefined) return home
  throw new Error(
    `the database runs as the OS user ${user.name}, who may not enter the folder ${closed} (on the way to ${home}). ` +
      `Set JIEQING_HOME to a folder that ${user.name} can reach, such as /var/lib/jieqing, or run: chmod o+x ${closed}`,
  )
}

/** What an interrupted start left half-made. One that is still being written by an orphan is left to the next start. */
async function removeUnfinished(home: string, name: string): Promise<void> {
  for (const entry of await readdir(home)) {
    if (!entry.startsWith(`${name}.new`) && entry !== `${name}.password`) continue
    await rm(join(home, entry), { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
  }
}

async function isInitialised(folder: string, binaries: Binaries, user: OsUser): Promise<boolean> {
  const stats = await stat(folder).catch(() => undefined)
  if (stats === undefined) return false
  const foreign = new Error(
    `${folder} belongs to the OS user number ${stats.uid}, the database would run as ${user.name} (${user.uid}): ` +
      `start as that user, or run: chown -R ${user.uid}:${user.gid} ${folder}`,
  )
  const entries = await readdir(folder).catch(() => {
    throw foreign
  })
  if (entries.length === 0) {
    await rmdir(folder)
    return false
  }
  const made = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (made === undefined) {
    throw new Error(`${folder} is not empty, but not a database either: move it away and start again`)
  }
  if (made.trim() !== binaries.major) {
    throw new Error(
      `${folder} was made by PostgreSQL ${made.trim()}, this program brings ${binaries.major}: dump it there, restore it here`,
    )
  }
  if (stats.uid !== user.uid) throw foreign
  return true
}

/**
 * initdb works in a folder of its own, which gets its name only when everything in it is on the disk: the folder
 * `<home>/<name>` is a whole database or isn't there.
 */
async function initialise(
  home: string,
  options: ClusterOptions,
  binaries: Binaries,
  user: OsUser,
): Promise<string> {
  const password = makePassword(home, options.name)
  const unfinished = join(home, `${options.name}.new-${randomBytes(6).toString('hex')}`)
  const passwordFile = join(home, `${options.name}.password`)
  await mkdir(unfinished, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if ('uid' in user.spawn) {
    await chown(unfinished, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  try {
    const child = spawn(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${owner}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--locale=C',
        '--encoding=UTF8',
        '--no-instructions',
        ...(options.settings?.fsync === 'off' ? ['--no-sync'] : []),
      ],
      { ...user.spawn, cwd: '/', env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
    )
    await succeeded(child, 'initdb')
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(unfinished, join(home, options.name))
  syncFolder(home)
  return password
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function succeeded(child: ChildProcess, program: string): Promise<void> {
  const said: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, by) => resolve(status ?? by ?? 'unknown'))
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said.join('').trim()}`)
}

interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly status: string
}

/** `postmaster.pid`: number, folder, start, port, socket folder, address, shared memory, status, a line each. */
async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' }
}

/** A number in postmaster.pid may by now be somebody else's process: only its arguments prove that it is this server. */
function isServerOf(pid: number, folder: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  const words = processArguments(pid)
  return (words[0]?.endsWith('postgres') ?? false) && words[words.indexOf('-D') + 1] === folder
}

async function stopLeftover(folder: string, logger: Logger): Promise<void> {
  const left = await readPostmaster(folder)
  if (left === undefined) return
  if (isServerOf(left.pid, folder)) {
    logger.warn({ pid: left.pid, folder }, 'stopping the database server that an earlier run left behind')
    await end(left.pid)
    return
  }
  // The server is gone, but its number lives on as a stranger's, for which PostgreSQL would refuse to start. The other
  // proof that nobody uses the folder, its shared memory, stays in force.
  if (processIdentity(left.pid) !== undefined) await rm(join(folder, 'postmaster.pid'), { force: true })
}

interface Server {
  readonly pid: number
  readonly port: number
  readonly child: ChildProcess
}

async function startServer(
  folder: string,
  options: ClusterOptions,
  binaries: Binaries,
  user: OsUser,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const log = await openLog(options)
    try {
      const child = spawn(binaries.postgres, ['-D', folder, ...flags(port, options)], {
        ...user.spawn,
        cwd: '/',
        env: environment(),
        // A session of its own: Ctrl-C at the terminal is for us, and we stop the server last.
        detached: true,
        stdio: ['ignore', log.file.fd, log.file.fd],
      })
      const outcome = await ready(child, folder)
      if (outcome === 'ready' && child.pid !== undefined) {
        child.unref()
        return { pid: child.pid, port, child }
      }
      const said = (await readFile(log.path)).subarray(log.start).toString().trim()
      if (attempt < 5 && said.includes('Address already in use')) continue
      // The sessions of a killed server notice its end within moments.
      if (attempt < 50 && said.includes('pre-existing shared memory block')) {
        await sleep(200)
        continue
      }
      throw new Error(`the database in ${folder} did not start (${outcome}): ${said}`)
    } finally {
      await log.file.close()
    }
  }
}

function flags(port: number, options: ClusterOptions): readonly string[] {
  const settings: Readonly<Record<string, string>> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'Asia/Shanghai',
    log_timezone: 'Asia/Shanghai',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_wal_size: '2GB',
    // What the server logs must not quote a value: no statements, no details of a violated key.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    logging_collector: 'off',
    ...options.settings,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

const largestLog = 10_000_000

async function openLog(options: ClusterOptions) {
  const path = join(options.home, `${options.name}.log`)
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > largestLog) await rename(path, `${path}.1`)
  return { path, start: size > largestLog ? 0 : size, file: await open(path, 'a', 0o600) }
}

/** The server writes its own state into postmaster.pid; recovery after a crash may take its time. */
async function ready(child: ChildProcess, folder: string): Promise<'ready' | string> {
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, by) => {
    ended = `ended with ${code ?? by}`
  })
  while (ended === undefined) {
    const found = await readPostmaster(folder)
    if (found !== undefined && found.pid === child.pid && found.status === 'ready') return 'ready'
    await sleep(10)
  }
  return ended
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no free port')),
      )
    })
  })
}

/** Nothing of our own environment reaches the server: PGDATA, PGOPTIONS, LC_ALL or TZ would change what it does. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' }
}

async function stopServer(server: Server): Promise<void> {
  if (server.child.exitCode === null && server.child.signalCode === null) await end(server.pid)
  running.delete(server.pid)
}

const patience = 60_000

/**
 * SIGINT is PostgreSQL's "fast"; a server that doesn't end in a minute is stopped hard and recovers at its next start.
 * Gone is the process itself, not only its arguments: those vanish a moment earlier.
 */
async function end(pid: number): Promise<void> {
  const identity = processIdentity(pid)
  if (identity === undefined) return
  signal(pid, 'SIGINT')
  for (let waited = 0; processIdentity(pid) === identity; waited += 10) {
    if (waited === patience) signal(pid, 'SIGQUIT')
    if (waited > 2 * patience) throw new Error(`the database server ${pid} does not stop`)
    await sleep(10)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has gone by itself.
  }
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres') })
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName])
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
