import type { CalendarDate } from '@jieqing/domain/calendar/date'
import { shanghaiInstant } from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import { bindCard } from '../../card/bind.ts'
import { recordChannelResults } from '../../channel/results.ts'
import { invite, openLine } from '../../credit-line/open.ts'
import { createCustomer } from '../../customer/create.ts'
import { requestDrawdown } from '../../drawdown/request.ts'
import { signMandate } from '../../mandate/sign.ts'
import { runOutbox } from '../../outbox/jobs.ts'
import { requestRepayment } from '../../repayment/request.ts'
import { SandboxClock } from '../clock.ts'
import { Personal } from '../personal.ts'
import { anId, type TestHouse } from './house.ts'

/** A borrower of a test: each step goes through the commands that the API uses. */
export class Life {
  readonly #test: TestHouse
  readonly customerId: bigint
  readonly creditLineId: string
  readonly cardId: string

  private constructor(test: TestHouse, customerId: bigint, creditLineId: string, cardId: string) {
    this.#test = test
    this.customerId = customerId
    this.creditLineId = creditLineId
    this.cardId = cardId
  }

  /** Invited, with a line of ¥50,000 at 0.035 % a day unless told otherwise, and a bound card. */
  static async begin(
    test: TestHouse,
    terms: { readonly limit?: Fen; readonly rateE8?: bigint } = {},
  ): Promise<Life> {
    const { house } = test
    const phone = `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
    const { customerId } = await createCustomer(house, new Personal(phone), 'test')
    const [invitationId, creditLineId, cardId] = [anId(), anId(), anId()]
    const life = new Life(test, customerId, creditLineId, cardId)
    await invite(house, life.command('invite'), {
      invitationId,
      limit: terms.limit ?? fen(5_000_000n),
      rateE8: terms.rateE8 ?? 35_000n,
    })
    await openLine(house, life.command('open'), { creditLineId, invitationId })
    await bindCard(house, life.command('card'), {
      cardId,
      bankCode: 'CMB',
      token: new Personal(`card_${cardId.slice(0, 8)}`),
    })
    return life
  }

  command(content: string) {
    return { customerId: this.customerId, actor: 'borrower', key: anId(), content }
  }

  async draw(amount: Fen, instalments = 5): Promise<string> {
    const drawdownId = anId()
    await requestDrawdown(this.#test.house, this.command('draw'), {
      drawdownId,
      amount,
      instalments,
      cardId: this.cardId,
    })
    return drawdownId
  }

  /** Drawn and paid out at once: a loan from today on. */
  async borrow(amount: Fen, instalments = 5): Promise<void> {
    const reference = await this.draw(amount, instalments)
    await runOutbox(this.#test.house)
    await this.say(reference, amount, 'settled')
  }

  async sign(): Promise<string> {
    const mandateId = anId()
    await signMandate(this.#test.house, this.command('mandate'), { mandateId, cardId: this.cardId })
    return mandateId
  }

  async repay(
    amount: Fen,
    more: { readonly quoteId?: string; readonly mandateId?: string } = {},
  ): Promise<string> {
    const repaymentId = anId()
    await requestRepayment(this.#test.house, this.command('repay'), {
      repaymentId,
      amount,
      cardId: this.cardId,
      ...more,
    })
    return repaymentId
  }

  /** Repaid, taken and settled at once. */
  async repaid(amount: Fen): Promise<string> {
    const reference = await this.repay(amount)
    await this.say(reference, amount, 'paid')
    await this.say(reference, amount, 'settled')
    return reference
  }

  /** What the channel says of one of this borrower's orders. */
  async say(
    reference: string,
    amount: Fen,
    state: 'paid' | 'settled' | 'failed',
    at = this.#test.house.clock.business(),
  ): Promise<void> {
    const said =
      state === 'failed' ? ({ kind: 'failed', code: 'insufficient-funds' } as const) : { kind: state }
    await recordChannelResults(this.#test.house, [this.#test.channel.result(reference, amount, said, at)])
  }

  /** The channel's word that a mandate is over. */
  async terminated(mandateId: string): Promise<void> {
    await recordChannelResults(this.#test.house, [
      {
        subject: 'mandate',
        reference: mandateId,
        state: { kind: 'terminated' },
        channelReference: `m-${mandateId}`,
        at: this.#test.house.clock.business(),
      },
    ])
  }
}

/** Moves a test's clock to a time of a day in Shanghai; nothing happens on the way. */
export async function setClock(test: TestHouse, date: string, minutes = 600): Promise<void> {
  const { clock, cell } = test.house
  if (clock instanceof SandboxClock) await clock.moveTo(cell, shanghaiInstant(date as CalendarDate, minutes))
}
