import { createHash, randomBytes } from 'node:crypto'
import type { House } from '../platform/house.ts'
import { Problem } from '../platform/problem.ts'

/** Who calls (design 2.10). A borrower is one customer; staff and the lender's systems have a role. */
export type Caller =
  | {
      readonly kind: 'borrower'
      readonly customerId: bigint
      readonly phoneHmac: Buffer
      readonly tokenHash: Buffer
      readonly steppedUpUntil: Date | undefined
      readonly actor: string
    }
  | { readonly kind: 'staff' | 'service'; readonly role: string; readonly actor: string }

const sessionHours = 12

/** Opens a borrower's session; the token is shown once, its hash is kept. */
export async function openSession(house: House, customerId: bigint, phoneHmac: Buffer): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = house.clock.system()
  await house.cell.rows(
    `insert into borrower_session (token_hash, customer_id, phone_hmac, signed_in_at, expires_at)
     values ($1, $2, $3, $4, $5)`,
    [hashOf(token), customerId, phoneHmac, now, new Date(now.getTime() + sessionHours * 3_600_000)],
  )
  return token
}

/** Whose token this is; expired and unknown are the same: nobody's. */
export async function callerOf(house: House, token: string): Promise<Caller | undefined> {
  const hash = hashOf(token)
  const now = house.clock.system()
  const session = await house.cell.maybe<{
    customer_id: bigint
    phone_hmac: Buffer
    stepped_up_until: Date | null
  }>(
    'select customer_id, phone_hmac, stepped_up_until from borrower_session where token_hash = $1 and expires_at > $2',
    [hash, now],
  )
  if (session !== undefined) {
    return {
      kind: 'borrower',
      customerId: session.customer_id,
      phoneHmac: session.phone_hmac,
      tokenHash: hash,
      steppedUpUntil: session.stepped_up_until ?? undefined,
      actor: 'borrower',
    }
  }
  const row = await house.cell.maybe<{ kind: 'staff' | 'service'; role: string; caller_id: string }>(
    `select kind, role, caller_id from caller_token join caller using (caller_id) where token_hash = $1 and expires_at > $2`,
    [hash, now],
  )
  return row === undefined
    ? undefined
    : { kind: row.kind, role: row.role, actor: `${row.kind}:${row.caller_id}` }
}

export async function endSession(house: House, tokenHash: Buffer): Promise<void> {
  await house.cell.rows('delete from borrower_session where token_hash = $1', [tokenHash])
}

/** A fresh code makes a session fit for closing, payoff and export, for as long as the policy says. */
export async function stepUp(house: House, caller: Caller & { readonly kind: 'borrower' }): Promise<Date> {
  const until = new Date(house.clock.system().getTime() + house.policy.stepUpMinutes * 60_000)
  await house.cell.rows('update borrower_session set stepped_up_until = $2 where token_hash = $1', [
    caller.tokenHash,
    until,
  ])
  return until
}

export function requireStepUp(house: House, caller: Caller & { readonly kind: 'borrower' }): void {
  if (caller.steppedUpUntil === undefined || caller.steppedUpUntil <= house.clock.system())
    throw new Problem('step-up-needed')
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
