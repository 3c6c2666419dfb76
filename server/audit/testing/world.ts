import { addDays, calendarDate, dayNumber } from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import { importBook } from '../../book/import.ts'
import { type BookFiles, realRows, uciLayout } from '../../book/testing/book.ts'
import { recordChannelResults } from '../../channel/results.ts'
import { confirmClosing, requestClosing, withdrawClosing } from '../../closure/order.ts'
import { runEndOfDay } from '../../eod/run.ts'
import { chargeFee } from '../../fee/charge.ts'
import { readOpenLoans } from '../../loan/store.ts'
import { runOutbox } from '../../outbox/jobs.ts'
import { Problem } from '../../platform/problem.ts'
import { anId, type TestHouse } from '../../platform/testing/house.ts'
import { Life, setClock } from '../../platform/testing/lives.ts'
import { requestRefund } from '../../refund/request.ts'
import { readQuote, requestQuote } from '../../repayment/quote.ts'

/**
 * A world of real lives, each step through the commands that the API uses: an imported book; one line closed with a waived residual, a mandate and its proof; one overdue with
 * a fee and a late settlement; one with a credit balance and refunds; one with money on its way; one that closes and another that thought better of it.
 */
export async function realWorld(test: TestHouse, files: BookFiles): Promise<void> {
  const { house } = test
  const file = await files.write('book.csv', [...(await realRows(200)), 'x'])
  await importBook(house, { file, layout: await uciLayout() })

  const closed = await Life.begin(test)
  await closed.sign()
  await closed.borrow(fen(1_000_000n))
  const late = await Life.begin(test)
  await late.borrow(fen(2_000_000n), 10)
  await late.borrow(fen(300_033n))
  const refunded = await Life.begin(test)
  await refunded.borrow(fen(50_000n))
  await passDays(test, 40)

  await charge(test, late)
  await late.repaid(fen(30_001n))
  await payOff(test, closed, -450n)
  await prove(test, closed, await close(test, closed))
  await refunded.repaid(fen(60_000n))
  await refund(test, refunded, 'settled')
  const early = await late.repay(fen(100_000n))
  await late.say(early, fen(100_000n), 'paid')
  await passDays(test, 3)
  await late.say(early, fen(100_000n), 'settled')
  await refunded.borrow(fen(10_000n))
  await refunded.repaid(fen(12_345n))
  await refund(test, refunded, undefined)

  const waiting = await Life.begin(test, { rateE8: 20_001n })
  await waiting.borrow(fen(777_777n))
  await waiting.say(await waiting.repay(fen(1000n)), fen(1000n), 'failed')
  await waiting.say(await waiting.draw(fen(20_000n)), fen(20_000n), 'failed')
  await waiting.draw(fen(20_000n))
  await waiting.say(await waiting.repay(fen(5000n)), fen(5000n), 'paid')
  await waiting.sign()
  const unsure = await Life.begin(test)
  await withdrawClosing(house, unsure.command('stay'), await ask(test, unsure))
  await ask(test, unsure)
  await runOutbox(house)
  await passDays(test, 2)
}

/** Days of random commands by a few borrowers, refused where they are; the same seed is the same world. */
export async function randomWorld(test: TestHouse, seed: number, days: number): Promise<void> {
  const random = numbers(seed)
  const lives: Life[] = []
  const onTheirWay: { readonly life: Life; readonly reference: string; readonly amount: Fen }[] = []
  for (let number = 0; number < 5; number += 1)
    lives.push(await Life.begin(test, { rateE8: 20_000n + BigInt(random(30_000)) }))
  type Act = (life: Life) => Promise<unknown>
  const borrow: Act = (life) =>
    life.borrow(fen(BigInt(10_000 + random(500_000))), [5, 10, 20][random(3)] ?? 5)
  const repay: Act = (life) => life.repaid(fen(BigInt(1 + random(200_000))))
  const send: Act = async (life) => {
    const amount = fen(BigInt(1 + random(300_000)))
    const reference = await life.repay(amount)
    if (random(2) === 0) await life.say(reference, amount, 'paid')
    onTheirWay.push({ life, reference, amount })
  }
  const hear: Act = async () => {
    const [one] = onTheirWay.splice(random(Math.max(1, onTheirWay.length)), 1)
    if (one !== undefined)
      await one.life.say(one.reference, one.amount, random(5) === 0 ? 'failed' : 'settled')
  }
  const leave: Act = async (life) => {
    await prove(test, life, await close(test, life))
    lives[lives.indexOf(life)] = await Life.begin(test)
  }
  const sign: Act = (life) => life.sign()
  const pay: Act = (life) => payOff(test, life, -BigInt(random(600)))
  const refundSome: Act = (life) => refund(test, life, random(3) === 0 ? 'failed' : 'settled')
  const chargeSome: Act = (life) => charge(test, life)
  const acts = [
    borrow,
    borrow,
    borrow,
    borrow,
    repay,
    send,
    send,
    hear,
    hear,
    hear,
    leave,
    leave,
    sign,
    pay,
    pay,
    refundSome,
    chargeSome,
  ]
  for (let day = 0; day < days; day += 1) {
    for (let count = 2 + random(6); count > 0; count -= 1) {
      const [life, act] = [lives[random(lives.length)], acts[random(acts.length)]]
      if (life !== undefined) await act?.(life).catch(unlessRefused)
    }
    await passDays(test, 1 + random(6))
  }
}

/** Moves the clock by whole days and ends the days between. */
export async function passDays(test: TestHouse, days: number): Promise<void> {
  await setClock(test, addDays(test.house.today(), days))
  await runEndOfDay(test.house, test.house.today())
}

async function charge(test: TestHouse, life: Life): Promise<void> {
  const loans = await readOpenLoans(test.house, test.house.cell, [life.customerId])
  const [loan] = loans.get(life.customerId) ?? []
  if (loan === undefined) return
  const command = { ...life.command('fee'), actor: 'staff' }
  await chargeFee(test.house, command, {
    feeId: anId(),
    loanId: loan.loanId,
    kind: 'extension',
    amount: fen(1234n),
  })
}

async function refund(test: TestHouse, life: Life, state: 'settled' | 'failed' | undefined): Promise<void> {
  const { house } = test
  const refundId = anId()
  await requestRefund(house, life.command('refund'), { refundId, cardId: life.cardId })
  const { amount_fen } = await house.cell.one<{ amount_fen: bigint }>(
    'select amount_fen from refund where customer_id = $1 and refund_id = $2',
    [life.customerId, refundId],
  )
  if (state !== undefined) await life.say(refundId, fen(amount_fen), state)
}

/** Pays what is owed today, or some fen less. */
async function payOff(test: TestHouse, life: Life, less: bigint): Promise<void> {
  const { house } = test
  const quoteId = anId()
  await requestQuote(house, life.command('quote'), quoteId)
  const quote = await readQuote(house.cell, life.customerId, quoteId, house.clock.business())
  const amount = (quote?.amount ?? 0n) + less
  if (amount > 0n) await life.repaid(fen(amount))
}

async function ask(test: TestHouse, life: Life): Promise<string> {
  const orderId = anId()
  await requestClosing(test.house, life.command('close'), { orderId, channel: 'wechat' })
  return orderId
}

async function close(test: TestHouse, life: Life): Promise<string> {
  const orderId = await ask(test, life)
  await confirmClosing(test.house, life.command('confirm'), orderId)
  return orderId
}

/** The channel says that the mandates of a closing are terminated. */
async function prove(test: TestHouse, life: Life, orderId: string): Promise<void> {
  const mandates = await test.house.cell.rows<{ subject_id: string }>(
    'select subject_id from obligation where customer_id = $1 and order_id = $2',
    [life.customerId, orderId],
  )
  await recordChannelResults(
    test.house,
    mandates.map(({ subject_id }) => ({
      subject: 'mandate',
      reference: subject_id,
      state: { kind: 'terminated' },
      channelReference: `m-${subject_id}`,
      at: test.house.clock.business(),
    })),
  )
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}

/** Whole numbers from 0 to below a bound, the same for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed + dayNumber(calendarDate('2026-06-10'))
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}
