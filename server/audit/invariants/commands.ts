import type { Invariant } from '../invariant.ts'

/** Design 2.1, 2.6: commands, their answers and their events. */
export const commandInvariants: readonly Invariant[] = [
  {
    name: 'events-numbered',
    says: "A customer's events are numbered from 1 without a gap.",
    sql: `select a.customer_id, count(e.seq) as events, max(e.seq) as newest from account a left join event e using (customer_id)
          group by a.customer_id having count(e.seq) = 0 or count(e.seq) <> max(e.seq) or min(e.seq) <> 1`,
  },
  {
    name: 'events-on-known-days',
    says: 'Every event has a business date that was opened.',
    sql: `select e.customer_id, e.event_id, e.business_date from event e left join business_day d using (business_date) where d.business_date is null`,
  },
  {
    name: 'answers-have-events',
    says: 'Every command that answered with something made has written its event.',
    sql: `select i.customer_id, i.idempotency_key, i.command_id from idempotency i
          where i.status = 201 and not exists (select from event e where e.customer_id = i.customer_id and e.command_id = i.command_id)`,
  },
]
