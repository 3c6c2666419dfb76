import { type ChildProcess, spawn } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SandboxFake } from './advance.ts'

/** The fake bank channel as a process of its own; it ends with us, however we end. */
export type ChannelProcess = SandboxFake & { readonly url: URL; stop(): Promise<void> }

/** Starts the fake of the bank-direct channel with its memory in `<home>/fake-channel`. Amounts that ask for trouble are off. */
export async function startChannelProcess(home: string, notifyUrl: URL): Promise<ChannelProcess> {
  const data = join(home, 'fake-channel')
  mkdirSync(data, { recursive: true })
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      join(root, 'fakes/channel/main.ts'),
      '--data',
      data,
      '--notify-url',
      notifyUrl.href,
      '--amount-triggers',
      'off',
      '--with-parent',
    ],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  )
  const ended = once(child, 'exit')
  const port = await Promise.race([readyPort(child), ended.then(() => undefined)])
  if (port === undefined) throw new Error('the fake channel ended before it was ready')
  const url = new URL(`http://127.0.0.1:${port}`)
  return {
    url,
    ...channelFake(url),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The levers by which a sandbox drives the fake channel's time. */
export function channelFake(url: URL): SandboxFake {
  return {
    async setTime(now) {
      const answer = await fetch(new URL('/sandbox/clock', url), {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now: now.toISOString() }),
      })
      if (!answer.ok)
        throw new Error(`the fake channel refused the time: ${answer.status} ${await answer.text()}`)
    },
    async nextDue() {
      const answer = await fetch(new URL('/sandbox/next-due', url))
      const body: unknown = await answer.json()
      const due = typeof body === 'object' && body !== null && 'nextDue' in body ? body.nextDue : null
      return typeof due === 'string' ? new Date(due) : undefined
    },
  }
}

/** The sandbox's published keys (RFC 8032 section 7.1, TEST 1 and TEST 2): they sign nothing of value. */
export const sandboxChannelKeys = {
  lender: createPrivateKey({
    key: Buffer.from('MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7', 'base64'),
    format: 'der',
    type: 'pkcs8',
  }),
  channel: createPublicKey({
    key: Buffer.from('MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'base64'),
    format: 'der',
    type: 'spki',
  }),
}

async function readyPort(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^ready ([0-9]+)$/.exec(line)?.[1]
    if (port !== undefined) return port
  }
  return undefined
}
