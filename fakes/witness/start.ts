import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface FakeWitness {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /** Its verifier key. */
  readonly key: string
  readonly stop: () => Promise<void>
  readonly kill: () => Promise<void>
}

export interface FakeWitnessSettings {
  readonly name: string
  /** Verifier keys of the logs it watches. */
  readonly logs: readonly string[]
  /** The folder of its key and memory. */
  readonly data: string
  readonly port?: number
  /** Its clock stands at this second since 1970. */
  readonly at?: number
}

/** Starts a witness as a process of its own and waits until it answers. */
export async function startFakeWitness(settings: FakeWitnessSettings): Promise<FakeWitness> {
  const args = ['--name', settings.name, '--data', settings.data, '--port', String(settings.port ?? 0)]
  for (const log of settings.logs) args.push('--log', log)
  if (settings.at !== undefined) args.push('--at', String(settings.at))
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  const port = await Promise.race([readyPort(child), ended.then(() => undefined)])
  if (port === undefined) throw new Error('the fake witness ended before it was ready')
  const url = `http://127.0.0.1:${port}`
  const key = (await (await fetch(`${url}/key`)).text()).trim()
  return { url, key, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

async function readyPort(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^ready ([0-9]+)$/.exec(line)?.[1]
    if (port !== undefined) return port
  }
  return undefined
}
