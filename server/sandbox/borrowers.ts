import { randomBytes, randomUUID } from 'node:crypto'
import { fen } from '@jieqing/domain/money/fen'
import { customerOf } from '../caller/codes.ts'
import { bindCard } from '../card/bind.ts'
import { invite } from '../credit-line/open.ts'
import { createCustomer, recordPhone } from '../customer/create.ts'
import type { House } from '../platform/house.ts'
import { Personal } from '../platform/personal.ts'
import type { SandboxBorrower } from './routes.ts'

/** The three borrowers that a sandbox starts with: one invited, one of the imported book who owes, one of it who owes nothing. */
export const sandboxBorrowers: readonly SandboxBorrower[] = [
  { phone: '13800000001', story: 'invited' },
  { phone: '13800000002', story: 'in-debt' },
  { phone: '13800000003', story: 'nothing-owed' },
]

/** Makes those who are not there yet; a start that was cut off half way goes on where it stopped. */
export async function ensureSandboxBorrowers(house: House): Promise<void> {
  for (const borrower of sandboxBorrowers) {
    const phone = new Personal(borrower.phone)
    const known = await customerOf(house, house.keyRing.lookup('phone', phone))
    const customerId = known ?? (await introduce(house, borrower))
    if (customerId === undefined) continue
    if (borrower.story === 'invited') await inviteOnce(house, customerId)
    await bindCardOnce(house, customerId)
  }
}

async function introduce(house: House, borrower: SandboxBorrower): Promise<bigint | undefined> {
  const phone = new Personal(borrower.phone)
  if (borrower.story === 'invited') return (await createCustomer(house, phone, 'sandbox')).customerId
  const imported = await fromTheBook(house, borrower.story)
  if (imported === undefined) return undefined
  await recordPhone(house, imported, phone, 'sandbox')
  return imported.customerId
}

/** The first imported customer whose line fits the story: within its limit, not late, and owing a middling sum or nothing. */
async function fromTheBook(house: House, story: 'in-debt' | 'nothing-owed') {
  const row = await house.cell.maybe<{ customer_id: bigint; public_id: string }>(
    `select a.customer_id, d.public_id from account a join customer_directory d using (customer_id)
     left join loan l on l.customer_id = a.customer_id and l.ended_on is null
     where a.credit_line_id is not null and a.credit_balance_fen = 0
       and exists (select from imported_line i where i.customer_id = a.customer_id)
       and not exists (select from credit_line_block b where b.customer_id = a.customer_id)
       and not exists (select from bill x where x.customer_id = a.customer_id)
       and not exists (select from phone_lookup p where p.customer_id = a.customer_id)
       and case when $1 then l.principal_fen between 100000 and 2000000 else l.loan_id is null end
     order by a.customer_id limit 1`,
    [story === 'in-debt'],
  )
  return row === undefined ? undefined : { customerId: row.customer_id, publicId: row.public_id }
}

async function inviteOnce(house: House, customerId: bigint): Promise<void> {
  const invited = await house.cell.maybe('select from invitation where customer_id = $1', [customerId])
  if (invited !== undefined) return
  const command = {
    customerId,
    actor: 'sandbox',
    key: `sandbox-invite-${customerId}`,
    content: 'sandbox invitation',
  }
  await invite(house, command, { invitationId: randomUUID(), limit: fen(5_000_000n), rateE8: 35_000n })
}

async function bindCardOnce(house: House, customerId: bigint): Promise<void> {
  const bound = await house.cell.maybe('select from bound_card where customer_id = $1', [customerId])
  if (bound !== undefined) return
  const command = { customerId, actor: 'sandbox', key: `sandbox-card-${customerId}`, content: 'sandbox card' }
  const token = new Personal(`card_sandbox_${randomBytes(8).toString('hex')}`)
  await bindCard(house, command, { cardId: randomUUID(), bankCode: 'CMB', token })
}
