import { randomUUID } from 'node:crypto'
import { journalLines, type Posting } from '@jieqing/domain/ledger/posting'
import type { Moment } from './command.ts'
import type { Transaction } from './database/pool.ts'
import { insertRows } from './rows.ts'

/** A fact for the timeline, without personal data (design 2.6). Amounts in the body are fen as decimal text. */
export type NewEvent = {
  readonly customerId: bigint
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Appends events, each customer's numbered on from the last. The caller holds the accounts' locks. */
export async function appendEvents(
  trx: Transaction,
  moment: Moment,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return
  await trx.rows(
    `insert into event (customer_id, event_id, seq, at, business_date, kind, actor, command_id, body)
     select e.customer_id, e.event_id, e.seq + coalesce((select max(seq) from event o where o.customer_id = e.customer_id), 0),
            $2, $3, e.kind, $4, $5, e.body
     from json_populate_recordset(null::event, $1::json) e`,
    [JSON.stringify(numbered(events)), moment.at, moment.businessDate, moment.actor, moment.commandId],
  )
}

function numbered(events: readonly NewEvent[]): readonly unknown[] {
  const counts = new Map<bigint, number>()
  return events.map(({ customerId, kind, body }) => {
    const seq = (counts.get(customerId) ?? 0) + 1
    counts.set(customerId, seq)
    return { customer_id: customerId.toString(), event_id: randomUUID(), seq, kind, body }
  })
}

/** Writes postings as balanced journal entries on the open day: one entry a posting, two lines an entry. */
export async function postJournal(
  trx: Transaction,
  moment: Moment,
  postings: readonly { readonly customerId: bigint; readonly posting: Posting }[],
): Promise<void> {
  await insertRows(
    trx,
    'journal',
    postings.flatMap(({ customerId, posting }) => {
      const entryId = randomUUID()
      return journalLines(posting).map((line, index) => ({
        customer_id: customerId,
        entry_id: entryId,
        line: index + 1,
        business_date: moment.businessDate,
        value_date: posting.valueDate,
        posting_kind: posting.kind,
        account_code: line.account,
        debit_fen: line.debit,
        credit_fen: line.credit,
        loan_id: posting.loanId ?? null,
        command_id: moment.commandId,
        posted_at: moment.at,
      }))
    }),
  )
}

export type OutboxTask =
  | 'submit-drawdown'
  | 'submit-repayment'
  | 'submit-refund'
  | 'sign-mandate'
  | 'terminate-mandate'
  | 'ask-payment'
  | 'ask-mandate'

export type QueuedTask = {
  readonly customerId: bigint
  readonly task: OutboxTask
  readonly subjectId: string
  /** Business time; at once where absent. */
  readonly dueAt?: Date
}

/** When a channel that has said nothing is asked (mission A10). */
export function askAt(moment: Pick<Moment, 'at'>, clearingMinutes: number): Date {
  return new Date(moment.at.getTime() + clearingMinutes * 60_000)
}

/** Queues what must leave the house after commit; nothing leaves before (design 1). */
export async function queue(trx: Transaction, moment: Moment, tasks: readonly QueuedTask[]): Promise<void> {
  await insertRows(
    trx,
    'outbox',
    tasks.map(({ customerId, task, subjectId, dueAt }) => ({
      customer_id: customerId,
      outbox_id: randomUUID(),
      task,
      subject_id: subjectId,
      due_at: dueAt ?? moment.at,
      attempts: 0,
    })),
  )
}
