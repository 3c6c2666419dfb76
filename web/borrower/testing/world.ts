import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fen } from '@jieqing/domain/money/fen'
import { bindCard } from '@jieqing/server/card/bind'
import { bankDirect } from '@jieqing/server/connectors/channel/bank-direct'
import { readCallback } from '@jieqing/server/connectors/channel/callback'
import type { ChannelPort } from '@jieqing/server/connectors/channel/port'
import { invite, openLine } from '@jieqing/server/credit-line/open'
import { createCustomer } from '@jieqing/server/customer/create'
import { requestDrawdown } from '@jieqing/server/drawdown/request'
import { buildApp } from '@jieqing/server/http/app'
import { pages } from '@jieqing/server/http/pages'
import { signMandate } from '@jieqing/server/mandate/sign'
import type { House } from '@jieqing/server/platform/house'
import { Jobs } from '@jieqing/server/platform/jobs'
import { Personal } from '@jieqing/server/platform/personal'
import { anId, testHouse } from '@jieqing/server/platform/testing/house'
import { requestRepayment } from '@jieqing/server/repayment/request'
import { advance } from '@jieqing/server/sandbox/advance'
import { sandboxChannelKeys, startChannelProcess } from '@jieqing/server/sandbox/channel-process'
import { buildBorrowerPage } from '../build.ts'

/** A whole sandbox for the browser: server on a loopback port, its page, the fake channel as a process of its own. */
export type World = {
  readonly url: string
  /** A new borrower who may sign in with this phone. */
  invited(): Promise<Person>
  /** The same with a line of ¥50,000 and a bound card. */
  withLine(): Promise<Person>
  /** Lets business time pass for everyone. */
  pass(minutes: number): Promise<void>
  close(): Promise<void>
}

export class Person {
  readonly phone: string
  readonly #house: House
  readonly #customerId: bigint
  readonly #cardId: string

  constructor(house: House, phone: string, customerId: bigint, cardId: string) {
    this.#house = house
    this.phone = phone
    this.#customerId = customerId
    this.#cardId = cardId
  }

  async borrow(amountFen: bigint): Promise<void> {
    const wish = { drawdownId: anId(), amount: fen(amountFen), instalments: 5, cardId: this.#cardId }
    await requestDrawdown(this.#house, this.#command('borrow'), wish)
  }

  async repay(amountFen: bigint): Promise<void> {
    const wish = { repaymentId: anId(), amount: fen(amountFen), cardId: this.#cardId }
    await requestRepayment(this.#house, this.#command('repay'), wish)
  }

  async sign(): Promise<void> {
    await signMandate(this.#house, this.#command('sign'), { mandateId: anId(), cardId: this.#cardId })
  }

  /** Ends every session of this borrower, as time would. */
  async expire(): Promise<void> {
    await this.#house.cell.rows('delete from borrower_session where customer_id = $1', [this.#customerId])
  }

  #command(content: string) {
    return { customerId: this.#customerId, actor: 'borrower', key: anId(), content }
  }
}

let phones = 0

export async function openWorld(): Promise<World> {
  const [{ folder }, test] = await Promise.all([buildBorrowerPage(), testHouse()])
  let port: ChannelPort | undefined
  let jobs: Jobs | undefined
  const house: House = {
    ...test.house,
    get channel() {
      if (port === undefined) throw new Error('the channel is not open yet')
      return port
    },
    nudge: () => jobs?.wake(),
  }
  jobs = new Jobs(house, 100)
  const running = jobs
  const app = await buildApp({
    house,
    callbacks: (callback) =>
      readCallback(callback, { keys: [sandboxChannelKeys.channel], systemTime: house.clock.system() }),
    sandbox: {
      jobs,
      // The channel starts once the server's own address is known.
      fakes: [{ setTime: (now) => channel.setTime(now), nextDue: () => channel.nextDue() }],
      borrowers: [{ phone: '13800000001', story: 'invited' }],
    },
    pages: pages(folder),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address() as AddressInfo // it listens on a port
  const url = `http://127.0.0.1:${address.port}`
  const home = await mkdtemp(join(tmpdir(), 'jieqing-page-'))
  const notifyUrl = new URL('/v1/channel-callbacks/bank-direct', url)
  const channel = await startChannelProcess(home, notifyUrl)
  await channel.setTime(house.clock.business())
  port = bankDirect({
    baseUrl: channel.url,
    notifyUrl,
    lenderKey: sandboxChannelKeys.lender,
    channelKeys: [sandboxChannelKeys.channel],
    systemTime: () => new Date(),
  })

  const person = async (line: boolean) => {
    phones += 1
    const phone = `1380000${String(1000 + phones)}`
    const { customerId } = await createCustomer(house, new Personal(phone), 'test')
    const command = (content: string) => ({ customerId, actor: 'borrower', key: anId(), content })
    const [invitationId, cardId] = [anId(), anId()]
    const offer = { invitationId, limit: fen(5_000_000n), rateE8: 35_000n }
    await invite(house, { ...command('invite'), actor: 'lender' }, offer)
    if (line) {
      await openLine(house, command('open'), { creditLineId: anId(), invitationId })
      const token = new Personal(`card_sandbox_${randomBytes(4).toString('hex')}`)
      await bindCard(house, command('card'), { cardId, bankCode: 'CMB', token })
    }
    return new Person(house, phone, customerId, cardId)
  }

  return {
    url,
    invited: () => person(false),
    withLine: () => person(true),
    pass: async (minutes) => {
      await advance(house, running, [channel], new Date(house.clock.business().getTime() + minutes * 60_000))
    },
    close: async () => {
      await app.close()
      await running.stop()
      await channel.stop()
      await test.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
