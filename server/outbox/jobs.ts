import { randomUUID } from 'node:crypto'
import { fen } from '@jieqing/domain/money/fen'
import { cardTokenOf } from '../card/bind.ts'
import { recordChannelResults } from '../channel/results.ts'
import type { CardToken, ChannelResult, MandateAnswer, PaymentAnswer } from '../connectors/channel/port.ts'
import type { OutboxTask } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'

type Task = {
  readonly customer_id: bigint
  readonly outbox_id: string
  readonly task: OutboxTask
  readonly subject_id: string
  readonly due_at: Date
  readonly attempts: number
}

/** How a task ended: done and gone, to be tried again soon (system time), or due again later (business time). */
type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'again'; readonly at: Date }

const batch = 50
const leaseSeconds = 60
const askAgainMinutes = 30

/**
 * Performs what is due in the outbox, a batch at a time, until nothing is. A task is leased before it is tried and stays leased when
 * the process dies, so that it is tried again later under the same reference; the other side makes one thing of it (design 1, 2.3).
 * Answers how many were performed.
 */
export async function runOutbox(house: House): Promise<number> {
  let performed = 0
  for (;;) {
    const tasks = await claim(house)
    if (tasks.length === 0) return performed
    const outcomes = await Promise.all(
      tasks.map(async (task) => ({ task, outcome: await attempt(house, task) })),
    )
    performed += outcomes.filter(({ outcome }) => outcome.kind === 'done').length
  }
}

function claim(house: House): Promise<readonly Task[]> {
  const now = house.clock.system()
  return house.cell.rows<Task>(
    `update outbox set leased_until = $2, attempts = attempts + 1
     where (customer_id, outbox_id) in (
       select customer_id, outbox_id from outbox
       where due_at <= $1 and (leased_until is null or leased_until <= $3)
       order by due_at, customer_id limit ${batch} for update skip locked)
     returning customer_id, outbox_id, task, subject_id, due_at, attempts`,
    [house.clock.business(), new Date(now.getTime() + leaseSeconds * 1000), now],
  )
}

async function attempt(house: House, task: Task): Promise<Outcome> {
  const outcome = await performTask(house, task).catch((error: unknown): Outcome => {
    house.log.error({ err: error, task: task.task, subject: task.subject_id }, 'outbox task failed')
    return { kind: 'retry' }
  })
  const key = [task.customer_id, task.outbox_id]
  if (outcome.kind === 'done')
    await house.cell.rows('delete from outbox where customer_id = $1 and outbox_id = $2', key)
  if (outcome.kind === 'again') {
    await house.cell.rows(
      'update outbox set due_at = $3, leased_until = null where customer_id = $1 and outbox_id = $2',
      [...key, outcome.at],
    )
  }
  if (outcome.kind === 'retry') {
    const pause = Math.min(300_000, 500 * 2 ** Math.min(task.attempts, 12))
    const until = new Date(house.clock.system().getTime() + pause)
    await house.cell.rows('update outbox set leased_until = $3 where customer_id = $1 and outbox_id = $2', [
      ...key,
      until,
    ])
  }
  return outcome
}

function performTask(house: House, task: Task): Promise<Outcome> {
  switch (task.task) {
    case 'submit-drawdown':
    case 'submit-refund':
    case 'submit-repayment':
      return submitPayment(house, task, task.task)
    case 'sign-mandate':
    case 'terminate-mandate':
      return moveMandate(house, task, task.task)
    case 'ask-payment':
      return askPayment(house, task)
    case 'ask-mandate':
      return askMandate(house, task)
  }
}

const tables = {
  'submit-drawdown': 'drawdown',
  'submit-refund': 'refund',
  'submit-repayment': 'repayment',
} as const

async function submitPayment(house: House, task: Task, kind: keyof typeof tables): Promise<Outcome> {
  const table = tables[kind]
  const mandate = table === 'repayment' ? 'mandate_id' : 'null::uuid'
  const row = await house.cell.one<{
    amount_fen: bigint
    card_id: string
    mandate_id: string | null
    done: boolean
  }>(
    `select amount_fen, card_id, ${mandate} as mandate_id, o.outcome is not null as done
     from ${table} left join ${table}_outcome o using (customer_id, ${table}_id) where customer_id = $1 and ${table}_id = $2`,
    [task.customer_id, task.subject_id],
  )
  if (row.done) return { kind: 'done' }
  const cardToken = await cardTokenOf(house, house.cell, task.customer_id, row.card_id)
  if (cardToken === undefined) return rejected(house, task, fen(row.amount_fen), 'card-refused')
  const order = { reference: task.subject_id, amountFen: fen(row.amount_fen), cardToken }
  const answer = await submit(house, kind, order, row.mandate_id)
  if (answer.kind === 'rejected' && answer.code !== 'reference-reused')
    return rejected(house, task, order.amountFen, answer.code)
  return take(house, answer.kind === 'accepted' ? answer.payment : undefined)
}

function submit(
  house: House,
  kind: keyof typeof tables,
  order: {
    readonly reference: string
    readonly amountFen: ReturnType<typeof fen>
    readonly cardToken: CardToken
  },
  mandateId: string | null,
) {
  switch (kind) {
    case 'submit-drawdown':
      return house.channel.submitPayout({ ...order, kind: 'drawdown' })
    case 'submit-refund':
      return house.channel.submitPayout({ ...order, kind: 'refund' })
    case 'submit-repayment':
      return mandateId === null
        ? house.channel.submitCollection({ ...order, kind: 'repayment' })
        : house.channel.submitCollection({ ...order, kind: 'auto-debit', mandateReference: mandateId })
  }
}

/** The channel's final "no" to an order is the end of it, as a failure with the channel's code. */
async function rejected(
  house: House,
  task: Task,
  amountFen: ReturnType<typeof fen>,
  code: string,
): Promise<Outcome> {
  return take(house, {
    subject: 'payment',
    reference: task.subject_id,
    amountFen,
    state: { kind: 'failed', code },
    channelReference: '',
    at: house.clock.business(),
  })
}

async function moveMandate(
  house: House,
  task: Task,
  kind: 'sign-mandate' | 'terminate-mandate',
): Promise<Outcome> {
  if (kind === 'terminate-mandate')
    return mandateTaken(house, await house.channel.terminateMandate(task.subject_id))
  const { card_id } = await house.cell.one<{ card_id: string }>(
    'select card_id from mandate where customer_id = $1 and mandate_id = $2',
    [task.customer_id, task.subject_id],
  )
  const cardToken = await cardTokenOf(house, house.cell, task.customer_id, card_id)
  if (cardToken === undefined) return { kind: 'done' }
  return mandateTaken(house, await house.channel.signMandate({ reference: task.subject_id, cardToken }))
}

async function mandateTaken(house: House, answer: MandateAnswer): Promise<Outcome> {
  return take(house, answer.kind === 'accepted' ? answer.mandate : undefined)
}

/** What was said is recorded before the task is gone; what was not understood is tried again. */
async function take(house: House, result: ChannelResult | undefined): Promise<Outcome> {
  if (result === undefined) return { kind: 'retry' }
  await recordChannelResults(house, [result])
  return { kind: 'done' }
}

/** A10: the result has not come by its time, so the channel is asked; and asked again until there is one. */
async function askPayment(house: House, task: Task): Promise<Outcome> {
  const { open } = await house.cell.one<{ open: boolean }>(
    `select not exists (select from repayment_outcome where customer_id = $1 and repayment_id = $2)
        and not exists (select from drawdown_outcome where customer_id = $1 and drawdown_id = $2)
        and not exists (select from refund_outcome where customer_id = $1 and refund_id = $2) as open`,
    [task.customer_id, task.subject_id],
  )
  if (!open) return { kind: 'done' }
  const answer: PaymentAnswer = await house.channel.query(task.subject_id)
  await recordInquiry(house, task, answer.kind === 'accepted' ? answer.payment.state.kind : answer.kind)
  if (answer.kind === 'accepted') await recordChannelResults(house, [answer.payment])
  return { kind: 'again', at: later(house) }
}

async function askMandate(house: House, task: Task): Promise<Outcome> {
  const { open } = await house.cell.one<{ open: boolean }>(
    `select exists (select from obligation o where o.customer_id = $1 and o.subject_id = $2 and o.code = 'autodebit.revoke'
       and not exists (select from obligation_performance p where p.customer_id = $1 and p.obligation_id = o.obligation_id)) as open`,
    [task.customer_id, task.subject_id],
  )
  if (!open) return { kind: 'done' }
  const answer = await house.channel.queryMandate(task.subject_id)
  await recordInquiry(house, task, answer.kind === 'accepted' ? answer.mandate.state.kind : answer.kind)
  if (answer.kind === 'accepted') await recordChannelResults(house, [answer.mandate])
  return { kind: 'again', at: later(house) }
}

function later(house: House): Date {
  return new Date(house.clock.business().getTime() + askAgainMinutes * 60_000)
}

async function recordInquiry(house: House, task: Task, answer: string): Promise<void> {
  await house.cell.transaction((trx) =>
    insertRows(trx, 'channel_inquiry', [
      {
        customer_id: task.customer_id,
        inquiry_id: randomUUID(),
        subject_id: task.subject_id,
        asked_at: house.clock.business(),
        answer,
      },
    ]),
  )
}
