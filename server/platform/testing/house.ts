import { randomBytes, randomUUID } from 'node:crypto'
import type { Policy, PolicyProfile } from '@jieqing/domain/policy/policy'
import type {
  ChannelPort,
  CollectionOrder,
  MandateAnswer,
  MandateOrder,
  PaymentAnswer,
  PaymentResult,
  PaymentState,
  PaymentSubmission,
  PayoutOrder,
} from '../../connectors/channel/port.ts'
import type { House } from '../house.ts'
import { install } from '../install.ts'
import { silentLogger } from '../log.ts'
import { openHouse } from '../open-house.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export type TestHouse = {
  readonly house: House
  readonly database: TestDatabase
  readonly channel: ScriptedChannel
  close(): Promise<void>
}

/** A sandbox house over a freshly cloned database, its channel scripted by the test. Its clock stands at `now` until the test moves it. */
export async function testHouse(
  options: {
    readonly profile?: PolicyProfile
    readonly now?: string
    readonly policy?: Partial<Policy>
  } = {},
): Promise<TestHouse> {
  const database = await testDatabase()
  const installation = await install(database.db, {
    sandbox: true,
    policyProfile: options.profile ?? 'cn-2026',
    now: new Date(options.now ?? '2026-06-10T10:00:00+08:00'),
  })
  const channel = new ScriptedChannel()
  const opened = await openHouse({
    cell: database.db,
    keys: database.keys,
    masterKey: randomBytes(32),
    installation,
    channel: () => channel,
    log: silentLogger(),
  })
  const house = { ...opened, policy: { ...opened.policy, ...options.policy } }
  return { house, database, channel, close: () => database.close() }
}

/** An outside channel that takes every order and says nothing by itself: the test says what became of each. */
export class ScriptedChannel implements ChannelPort {
  readonly orders = new Map<string, CollectionOrder | PayoutOrder>()
  readonly mandates = new Map<string, 'active' | 'terminating'>()
  readonly #said = new Map<string, PaymentResult>()

  async submitCollection(order: CollectionOrder): Promise<PaymentSubmission> {
    return this.#take(order)
  }

  async submitPayout(order: PayoutOrder): Promise<PaymentSubmission> {
    return this.#take(order)
  }

  async query(reference: string): Promise<PaymentAnswer> {
    const said = this.#said.get(reference)
    return said === undefined ? { kind: 'not-found' } : { kind: 'accepted', payment: said }
  }

  async signMandate(order: MandateOrder): Promise<MandateAnswer> {
    this.mandates.set(order.reference, 'active')
    return this.queryMandate(order.reference)
  }

  async terminateMandate(reference: string): Promise<MandateAnswer> {
    this.mandates.set(reference, 'terminating')
    return this.queryMandate(reference)
  }

  async queryMandate(reference: string): Promise<MandateAnswer> {
    const state = this.mandates.get(reference)
    if (state === undefined) return { kind: 'not-found' }
    return {
      kind: 'accepted',
      mandate: {
        subject: 'mandate',
        reference,
        state: { kind: state },
        channelReference: `m-${reference}`,
        at: new Date(0),
      },
    }
  }

  /** A result as the channel would send it, remembered for queries. */
  result(
    reference: string,
    amountFen: PaymentResult['amountFen'],
    state: PaymentState,
    at: Date,
  ): PaymentResult {
    const result: PaymentResult = {
      subject: 'payment',
      reference,
      amountFen,
      state,
      channelReference: `c-${reference}`,
      at,
    }
    this.#said.set(reference, result)
    return result
  }

  #take(order: CollectionOrder | PayoutOrder): PaymentSubmission {
    this.orders.set(order.reference, order)
    return {
      kind: 'accepted',
      payment: this.result(order.reference, order.amountFen, { kind: 'received' }, new Date(0)),
    }
  }
}

export function anId(): string {
  return randomUUID()
}
