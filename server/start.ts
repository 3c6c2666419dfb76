import { createPublicKey, randomBytes, randomUUID } from 'node:crypto'
import { hashOf } from './caller/sessions.ts'
import { bankDirect } from './connectors/channel/bank-direct.ts'
import { readCallback } from './connectors/channel/callback.ts'
import type { ChannelPort } from './connectors/channel/port.ts'
import { type App, buildApp } from './http/app.ts'
import { secretFile } from './platform/configuration.ts'
import { report } from './platform/database/progress.ts'
import type { House } from './platform/house.ts'
import { Jobs } from './platform/jobs.ts'
import { insertRows } from './platform/rows.ts'
import { type OpenedHouse, openWholeHouse } from './platform/with-house.ts'
import { ensureSandboxBorrowers, sandboxBorrowers } from './sandbox/borrowers.ts'
import { type ChannelProcess, sandboxChannelKeys, startChannelProcess } from './sandbox/channel-process.ts'

/** A running server. `stop` finishes what is under way and shuts everything behind it. */
export type Running = { readonly url: URL; readonly house: House; stop(): Promise<void> }

/**
 * Everything on one machine: databases, migrations, in a sandbox the sample book, its borrowers and the fake channel; then jobs, API and
 * page. Cut off at any moment, the next start goes on from what was committed.
 */
export async function start(options: {
  readonly env: NodeJS.ProcessEnv
  readonly sandbox: boolean
  readonly prepare: (house: House) => Promise<void>
  readonly pages?: () => Promise<(app: App) => Promise<void>>
}): Promise<Running> {
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    while (undo.length > 0) await undo.pop()?.()
  }
  try {
    let jobs: Jobs | undefined
    let channel: ChannelProcess | undefined
    const late = lateChannel()
    const opened = await openWholeHouse({
      env: options.env,
      sandbox: options.sandbox,
      whenRunning: 'refuse',
      ...(options.sandbox ? { channel: () => late.port } : {}),
      nudge: () => jobs?.wake(),
    })
    undo.push(opened.close)
    const { house, configuration, home } = opened
    const url = new URL(`http://${configuration.host}:${configuration.port}`)
    if (options.sandbox) {
      await options.prepare(house)
      channel = await report('starting the fake bank channel', () =>
        startChannelProcess(home, new URL('/v1/channel-callbacks/bank-direct', url)),
      )
      undo.push(channel.stop)
      late.open(sandboxChannel(channel, url, house))
      await channel.setTime(house.clock.business())
      await ensureSandboxBorrowers(house)
      await ensureLenderToken(house, home)
    }
    jobs = new Jobs(house)
    const running = jobs
    undo.push(() => running.stop())
    const pages = await options.pages?.()
    const app = await buildApp({
      house,
      callbacks: (callback) =>
        readCallback(callback, { keys: callbackKeys(opened), systemTime: house.clock.system() }),
      ...(channel === undefined ? {} : { sandbox: { jobs, fakes: [channel], borrowers: sandboxBorrowers } }),
      ...(pages === undefined ? {} : { pages }),
    })
    undo.push(() => app.close())
    await app.listen({ host: configuration.host, port: configuration.port })
    jobs.wake()
    return { url, house, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function callbackKeys(opened: OpenedHouse) {
  const { channel } = opened.configuration
  if (opened.house.sandbox || channel === undefined) return [sandboxChannelKeys.channel]
  return channelPublicKeys(channel.channelKeys)
}

function channelPublicKeys(keys: readonly string[]) {
  return keys.map((key) => createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }))
}

function sandboxChannel(channel: ChannelProcess, url: URL, house: House): ChannelPort {
  return bankDirect({
    baseUrl: channel.url,
    notifyUrl: new URL('/v1/channel-callbacks/bank-direct', url),
    lenderKey: sandboxChannelKeys.lender,
    channelKeys: [sandboxChannelKeys.channel],
    systemTime: () => house.clock.system(),
  })
}

/** The house is put together before its channel runs: what would leave meanwhile is "unknown" and is tried again. */
function lateChannel(): { readonly port: ChannelPort; open(port: ChannelPort): void } {
  const silent = { kind: 'unknown', reason: 'no-answer' } as const
  let behind: ChannelPort | undefined
  return {
    open: (port) => {
      behind = port
    },
    port: {
      submitCollection: async (order) => behind?.submitCollection(order) ?? silent,
      submitPayout: async (order) => behind?.submitPayout(order) ?? silent,
      query: async (reference) => behind?.query(reference) ?? silent,
      signMandate: async (order) => behind?.signMandate(order) ?? silent,
      terminateMandate: async (reference) => behind?.terminateMandate(reference) ?? silent,
      queryMandate: async (reference) => behind?.queryMandate(reference) ?? silent,
    },
  }
}

export const lenderTokenFile = 'lender-token'

/** A sandbox's token for the lender's side, in a file of its folder that only its owner reads. */
async function ensureLenderToken(house: House, home: string): Promise<void> {
  const token = secretFile(home, lenderTokenFile, () => randomBytes(32).toString('base64url'))
  const now = house.clock.system()
  await house.cell.transaction(async (trx) => {
    const hash = hashOf(token)
    const known = await trx.maybe('select from caller_token where token_hash = $1', [hash])
    if (known !== undefined) return
    const callerId = randomUUID()
    await insertRows(trx, 'caller', [
      {
        caller_id: callerId,
        kind: 'service',
        role: 'operations',
        display_name: `sandbox ${callerId}`,
        created_at: now,
      },
    ])
    const expires = new Date(now.getTime() + 3650 * 86_400_000)
    await insertRows(trx, 'caller_token', [
      { token_hash: hash, caller_id: callerId, issued_at: now, expires_at: expires },
    ])
  })
}
