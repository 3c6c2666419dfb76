import { createHash, randomInt, randomUUID, timingSafeEqual } from 'node:crypto'
import type { House } from '../platform/house.ts'
import type { Personal } from '../platform/personal.ts'
import { Problem } from '../platform/problem.ts'

export type CodePurpose = 'sign-in' | 'step-up'

const validMinutes = 10
const attemptsAllowed = 5
const codesPerHour = 10

/**
 * Sends a one-time code to a phone (ASVS 6.5: one use, ten minutes, hash kept, rate limited). The answer is the same whether or not the
 * phone is anybody's, so nobody learns from it who is a customer.
 */
export async function sendCode(house: House, phone: Personal<string>, purpose: CodePurpose): Promise<void> {
  if (!house.messages.configured) throw new Problem('sms-not-configured')
  const hmac = house.keyRing.lookup('phone', phone)
  const now = house.clock.system()
  const { recent } = await house.cell.one<{ recent: bigint }>(
    'select count(*) as recent from one_time_code where phone_hmac = $1 and issued_at > $2',
    [hmac, new Date(now.getTime() - 3_600_000)],
  )
  if (recent >= BigInt(codesPerHour)) throw new Problem('too-many-requests')
  const owner = await customerOf(house, hmac)
  if (owner === undefined) return
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const codeId = randomUUID()
  await house.cell.rows(
    `insert into one_time_code (code_id, phone_hmac, purpose, code_hash, issued_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [codeId, hmac, purpose, hashOf(codeId, code), now, new Date(now.getTime() + validMinutes * 60_000)],
  )
  await house.messages.send(phone, {
    template: `${purpose}-code`,
    parameters: { code, minutes: String(validMinutes) },
  })
}

/** Uses up the newest code of this phone and purpose; wrong, used, late and too many tries are one answer. */
export async function useCode(
  house: House,
  phoneHmac: Buffer,
  purpose: CodePurpose,
  code: string,
): Promise<void> {
  const now = house.clock.system()
  const valid = await house.cell.transaction(async (trx) => {
    const row = await trx.maybe<{ code_id: string; code_hash: Buffer; attempts: number }>(
      `select code_id, code_hash, attempts from one_time_code
       where phone_hmac = $1 and purpose = $2 and used_at is null and expires_at > $3
       order by issued_at desc limit 1 for update`,
      [phoneHmac, purpose, now],
    )
    if (row === undefined || row.attempts >= attemptsAllowed) return false
    const right = timingSafeEqual(row.code_hash, hashOf(row.code_id, code))
    await trx.rows('update one_time_code set attempts = attempts + 1, used_at = $2 where code_id = $1', [
      row.code_id,
      right ? now : null,
    ])
    return right
  })
  if (!valid) throw new Problem('code-wrong')
}

export async function customerOf(house: House, phoneHmac: Buffer): Promise<bigint | undefined> {
  const row = await house.cell.maybe<{ customer_id: bigint }>(
    'select customer_id from phone_lookup where phone_hmac = $1',
    [phoneHmac],
  )
  return row?.customer_id
}

function hashOf(codeId: string, code: string): Buffer {
  return createHash('sha256').update(`${codeId}/${code}`).digest()
}
