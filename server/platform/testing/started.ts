import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { stopAbandoned } from '../database/cluster.ts'
import { silentLogger } from '../log.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A folder for one sandbox, which the database user can reach. */
export async function makeHome(): Promise<string> {
  const home = await mkdtemp('/var/tmp/jieqing-test-start-')
  await chmod(home, 0o711)
  return home
}

/** Ends what a killed server left running, and removes the folder. */
export async function removeHome(home: string): Promise<void> {
  for (const name of ['main', 'keys'] as const) await stopAbandoned(home, name, silentLogger())
  await rm(home, { recursive: true, force: true })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  server.close()
  await once(server, 'close')
  return address.port
}

export type StartedServer = {
  readonly process: ChildProcess
  readonly url: URL
  /** All that it has said so far. */
  readonly output: () => string
  /** Resolves when it says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>
  /** How it ended: a signal's name or an exit code. */
  readonly ended: Promise<string | number>
}

/** Runs `jieqing start --sandbox` as a process of its own, over a folder of its own, always with embedded databases. */
export function startServer(
  home: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): StartedServer {
  const child = spawn(process.execPath, ['--import', tsx, 'server/main.ts', 'start', '--sandbox'], {
    cwd: root,
    env: {
      ...process.env,
      JIEQING_HOME: home,
      PORT: String(port),
      DATABASE_URL: '',
      KEYS_DATABASE_URL: '',
      LANG: 'C',
      LC_ALL: 'C',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<string | number>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 'unknown'))
  })
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('ready. Ctrl-C')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    ended.then((how) => reject(new Error(`ended with ${how} before it was ready:\n${said}`)))
  })
  ready.catch(() => undefined)
  return { process: child, url: new URL(`http://127.0.0.1:${port}`), output: () => said, ready, ended }
}
