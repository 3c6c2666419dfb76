import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface FakeChannel {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: URL
  readonly process: ChildProcess
  /** Ends it as an operator would; `kill` as a power cut would. Either way its folder holds all it knew. */
  readonly stop: () => Promise<void>
  readonly kill: () => Promise<void>
}

export interface FakeChannelSettings {
  /** The folder of its journal. */
  readonly data: string
  /** Any free one unless told. */
  readonly port?: number
  /** Where callbacks go whose order named no address. */
  readonly notifyUrl?: URL
  /** Whether amounts ending in 81 to 97 misbehave; they do unless told. Counts for a new journal only. */
  readonly amountTriggers?: boolean
}

/** Starts the fake channel as a process of its own and waits until it answers. */
export async function startFakeChannel(settings: FakeChannelSettings): Promise<FakeChannel> {
  const args = ['--port', String(settings.port ?? 0), '--data', settings.data]
  if (settings.notifyUrl !== undefined) args.push('--notify-url', settings.notifyUrl.href)
  if (settings.amountTriggers === false) args.push('--amount-triggers', 'off')
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
  if (port === undefined) throw new Error('the fake channel ended before it was ready')
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    process: child,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

async function readyPort(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^ready ([0-9]+)$/.exec(line)?.[1]
    if (port !== undefined) return port
  }
  return undefined
}
