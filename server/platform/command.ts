import { randomUUID } from 'node:crypto'
import { type CalendarDate, shanghaiDate } from '@jieqing/domain/calendar/date'
import { type AccountRow, lockAccounts } from '../account/store.ts'
import type { Transaction } from './database/pool.ts'
import type { House } from './house.ts'
import { Problem } from './problem.ts'
import { insertRows } from './rows.ts'

/** When and by whom something is done; every row that a command writes carries parts of it. */
export type Moment = {
  /** Business time. */
  readonly at: Date
  /** The date in Shanghai at that time: value dates and due dates are compared with it. */
  readonly today: CalendarDate
  /** The cell's open day: the journal's date (design 2.5). */
  readonly businessDate: CalendarDate
  readonly actor: string
  readonly commandId: string
}

/** The answer of a command as it is sent and kept: a status and a body of ids and amounts, nothing personal. */
export type Reply = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

export type Command = {
  readonly customerId: bigint
  readonly actor: string
  /** The caller's Idempotency-Key. */
  readonly key: string
  /** What the key stands for: route and content. The same key with another is a conflict. */
  readonly content: unknown
}

/**
 * The one path (design 1): lock the account, answer a repeated key as before, otherwise act; the effect and its answer are one
 * transaction. A refusal is thrown and leaves nothing behind, so the same key may be tried again after the cure.
 */
export async function perform(
  house: House,
  command: Command,
  act: (trx: Transaction, moment: Moment, account: AccountRow) => Promise<Reply>,
): Promise<Reply> {
  const fingerprint = house.keyRing.fingerprint(canonical(command.content))
  const reply = await retried(() =>
    house.cell.transaction(async (trx) => {
      const account = (await lockAccounts(trx, [command.customerId])).get(command.customerId)
      if (account === undefined) throw new Problem('not-found')
      const before = await storedReply(trx, command, fingerprint)
      if (before !== undefined) return before
      const moment = await momentOf(house, trx, command.actor)
      const answer = await act(trx, moment, account)
      await insertRows(trx, 'idempotency', [
        {
          customer_id: command.customerId,
          idempotency_key: command.key,
          fingerprint,
          command_id: moment.commandId,
          status: answer.status,
          answer: answer.body,
          at: moment.at,
        },
      ])
      return answer
    }),
  )
  house.nudge()
  return reply
}

/** Time, open day and a new command id, read inside the transaction that uses them. */
export async function momentOf(house: House, trx: Transaction, actor: string): Promise<Moment> {
  const at = house.clock.business()
  const { business_date } = await trx.one<{ business_date: CalendarDate }>(
    'select max(business_date) as business_date from business_day',
    [],
  )
  return { at, today: shanghaiDate(at), businessDate: business_date, actor, commandId: randomUUID() }
}

async function storedReply(
  trx: Transaction,
  command: Command,
  fingerprint: string,
): Promise<Reply | undefined> {
  const row = await trx.maybe<{
    fingerprint: string
    status: number
    answer: Readonly<Record<string, unknown>>
  }>('select fingerprint, status, answer from idempotency where customer_id = $1 and idempotency_key = $2', [
    command.customerId,
    command.key,
  ])
  if (row === undefined) return undefined
  if (row.fingerprint !== fingerprint) throw new Problem('idempotency-key-reused')
  return { status: row.status, body: row.answer }
}

/** Same content, same text, whatever the order of the keys. */
function canonical(content: unknown): string {
  return JSON.stringify(sorted(content))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}

/** A deadlock, or a day that closed between reading and posting (JQ002), is nobody's refusal: the whole command runs again. */
const passing = new Set(['40001', '40P01', 'JQ002'])

export async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (attempt >= 5 || !passing.has(sqlState(error))) throw error
    }
  }
}

export function sqlState(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}
