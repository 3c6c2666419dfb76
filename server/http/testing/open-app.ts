import { randomBytes, randomUUID } from 'node:crypto'
import { hashOf } from '../../caller/sessions.ts'
import type { CallbackCheck } from '../../channel/routes.ts'
import type { House } from '../../platform/house.ts'
import { Jobs } from '../../platform/jobs.ts'
import { insertRows } from '../../platform/rows.ts'
import { type App, type AppParts, buildApp } from '../app.ts'

export type TestApp = { readonly app: App; close(): Promise<void> }

const refused: CallbackCheck = () => ({ kind: 'refused', reason: 'headers-missing' })

/** The whole API of a sandbox over a test's house, without a socket: call it with `app.inject`. Jobs run only when a test asks. */
export async function openApp(house: House, more: Partial<AppParts> = {}): Promise<TestApp> {
  const jobs = new Jobs(house, 3_600_000)
  const app = await buildApp({
    house,
    callbacks: refused,
    sandbox: { jobs, fakes: [], borrowers: [{ phone: '13800000001', story: 'invited' }] },
    ...more,
  })
  await app.ready()
  return {
    app,
    close: async () => {
      await app.close()
      await jobs.stop()
    },
  }
}

/** A token of the lender's staff or of one of its systems. */
export async function lenderToken(house: House, kind: 'staff' | 'service'): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = house.clock.system()
  const callerId = randomUUID()
  await house.cell.transaction(async (trx) => {
    await insertRows(trx, 'caller', [
      {
        caller_id: callerId,
        kind,
        role: 'operations',
        display_name: `${kind} ${callerId}`,
        created_at: now,
      },
    ])
    await insertRows(trx, 'caller_token', [
      {
        token_hash: hashOf(token),
        caller_id: callerId,
        issued_at: now,
        expires_at: new Date(now.getTime() + 3_600_000),
      },
    ])
  })
  return token
}
