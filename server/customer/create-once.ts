import type { House } from '../platform/house.ts'
import type { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'
import { insertRows } from '../platform/rows.ts'
import { createCustomer } from './create.ts'

/**
 * Records a customer once for a caller's key (design 2.1) and answers the outside id. There is no account yet whose lock could hold the
 * key, so it is kept by the lender's caller, in the transaction that opens the account. The same key with another phone is a conflict.
 */
export async function createCustomerOnce(
  house: House,
  command: { readonly actor: string; readonly key: string },
  phone: Personal<string>,
): Promise<string> {
  const fingerprint = house.keyRing.lookup('phone', phone)
  const before = await recorded(house, command, fingerprint)
  if (before !== undefined) return before
  try {
    const customer = await createCustomer(house, phone, command.actor, (trx, { customerId }) =>
      insertRows(trx, 'lender_command', [
        {
          actor: command.actor,
          idempotency_key: command.key,
          fingerprint,
          customer_id: customerId,
          at: house.clock.business(),
        },
      ]),
    )
    return customer.publicId
  } catch (error) {
    // The same call, sent twice at once: the other one was first, and its answer is ours.
    const meanwhile = await recorded(house, command, fingerprint)
    if (meanwhile === undefined) throw error
    return meanwhile
  }
}

async function recorded(
  house: House,
  { actor, key }: { readonly actor: string; readonly key: string },
  fingerprint: Buffer,
): Promise<string | undefined> {
  const row = await house.cell.maybe<{ fingerprint: Buffer; public_id: string }>(
    `select fingerprint, public_id from lender_command join customer_directory using (customer_id)
     where actor = $1 and idempotency_key = $2`,
    [actor, key],
  )
  if (row === undefined) return undefined
  if (!row.fingerprint.equals(fingerprint)) throw new Problem('idempotency-key-reused')
  return row.public_id
}
