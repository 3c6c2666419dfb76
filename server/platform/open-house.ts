import { shanghaiDate } from '@jieqing/domain/calendar/date'
import type { ChannelPort } from '../connectors/channel/port.ts'
import { type Clock, SandboxClock, wallClock } from './clock.ts'
import type { Database } from './database/pool.ts'
import type { House } from './house.ts'
import { type Installation, readPolicy, readProducts } from './install.ts'
import { KeyRing } from './key-ring.ts'
import type { Logger } from './log.ts'
import { type Messages, noMessages, SandboxMessages } from './messages.ts'

/** Puts a house together over an installed database. `channel` gets the clock, for its signatures. */
export async function openHouse(parts: {
  readonly cell: Database
  readonly keys: Database
  readonly masterKey: Uint8Array
  readonly installation: Installation
  readonly channel: (clock: Clock) => ChannelPort
  readonly log: Logger
  readonly nudge?: () => void
}): Promise<House> {
  const { cell, installation, log } = parts
  const clock: Clock = installation.sandbox ? await SandboxClock.open(cell) : wallClock
  const keyRing = new KeyRing(parts.keys, parts.masterKey)
  const { policy, ref } = await readPolicy(cell, installation.policyProfile, shanghaiDate(clock.business()))
  const messages: Messages = installation.sandbox ? new SandboxMessages(cell, keyRing, clock) : noMessages
  return {
    cell,
    cellName: 'cell_0001',
    keyRing,
    clock,
    today: () => shanghaiDate(clock.business()),
    sandbox: installation.sandbox,
    policy,
    policyRef: ref,
    products: await readProducts(cell),
    channel: parts.channel(clock),
    messages,
    log,
    nudge: parts.nudge ?? (() => undefined),
  }
}
