import { randomBytes, randomUUID } from 'node:crypto'
import { shanghaiDate, yearOf } from '@jieqing/domain/calendar/date'
import { momentOf } from '../platform/command.ts'
import type { Queries, Transaction } from '../platform/database/pool.ts'
import { appendEvents } from '../platform/effects.ts'
import type { House } from '../platform/house.ts'
import type { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'

export type NewCustomer = { readonly customerId: bigint; readonly publicId: string }

/** Opens an account for a person with a phone. The key is made in the second cluster before the row that it protects (design 2.12). */
export async function createCustomer(
  house: House,
  phone: Personal<string>,
  actor: string,
  alongside: (trx: Transaction, customer: NewCustomer) => Promise<void> = () => Promise.resolve(),
): Promise<NewCustomer> {
  const hmac = house.keyRing.lookup('phone', phone)
  const taken = await house.cell.maybe('select from phone_lookup where phone_hmac = $1', [hmac])
  if (taken !== undefined) throw new Problem('phone-in-use')
  const [customer] = await addToDirectory(house.cell, house.cellName, 1)
  if (customer === undefined) throw new Error('the directory gave no id')
  await recordPhone(house, customer, phone, actor, async (trx) => {
    await insertRows(trx, 'account', [
      { customer_id: customer.customerId, opened_at: house.clock.business(), credit_balance_fen: 0n },
    ])
    await alongside(trx, customer)
  })
  return customer
}

/** New ids from the directory: the bigint for inside, the random one for outside. Inside a transaction they come and go with it. */
export async function addToDirectory(
  db: Queries,
  cellName: string,
  count: number,
): Promise<readonly NewCustomer[]> {
  const publicIds = Array.from({ length: count }, () => randomBytes(16).toString('hex'))
  const rows = await db.rows<{ customer_id: bigint; public_id: string }>(
    `insert into customer_directory (public_id, cell) select unnest($1::text[]), $2 returning customer_id, public_id`,
    [publicIds, cellName],
  )
  return rows.map((row) => ({ customerId: row.customer_id, publicId: row.public_id }))
}

/** Binds a phone to a customer, who signs in with it from now on. */
export async function recordPhone(
  house: House,
  customer: NewCustomer,
  phone: Personal<string>,
  actor: string,
  before: (trx: Transaction) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const recordId = randomUUID()
  const at = house.clock.business()
  const sealed = await house.keyRing.seal(phone, 'contact', yearOf(shanghaiDate(at)), {
    customerId: customer.customerId,
    table: 'personal_field',
    column: 'phone',
    recordId,
  })
  await house.cell.transaction(async (trx) => {
    await before(trx)
    const moment = await momentOf(house, trx, actor)
    await insertRows(trx, 'personal_field', [
      {
        customer_id: customer.customerId,
        field: 'phone',
        record_id: recordId,
        key_id: sealed.keyId,
        ciphertext: sealed.ciphertext,
        recorded_at: at,
      },
    ])
    const added = await trx.rows(
      `insert into phone_lookup (phone_hmac, customer_id, since) values ($1, $2, $3)
       on conflict (phone_hmac) do nothing returning 1 as added`,
      [house.keyRing.lookup('phone', phone), customer.customerId, at],
    )
    if (added.length === 0) throw new Problem('phone-in-use')
    await appendEvents(trx, moment, [
      { customerId: customer.customerId, kind: 'customer-recorded', body: {} },
    ])
  })
}

/** The customer behind an outside id; anything unknown is `not-found`, always (design 2.10). */
export async function customerByPublicId(house: House, publicId: string): Promise<bigint> {
  const row = await house.cell.maybe<{ customer_id: bigint }>(
    'select customer_id from customer_directory where public_id = $1',
    [publicId],
  )
  if (row === undefined) throw new Problem('not-found')
  return row.customer_id
}
