import { type CalendarDate, shanghaiDate } from '@jieqing/domain/calendar/date'
import { chart } from '@jieqing/domain/ledger/chart'
import { policyFromJson, policyJson } from '@jieqing/domain/policy/json'
import { type Policy, type PolicyProfile, shippedPolicies } from '@jieqing/domain/policy/policy'
import {
  creditByTheDay,
  importedRevolving,
  type Product,
  type ProductBody,
  productFromJson,
  productJson,
} from '@jieqing/domain/policy/product'
import type { Database } from './database/pool.ts'
import { insertRows } from './rows.ts'

export type Installation = { readonly sandbox: boolean; readonly policyProfile: PolicyProfile }

/**
 * What a fresh database needs before its first command, in one transaction: whether it is a sandbox (for ever), both shipped policies,
 * the products, the chart of accounts, the first business day. Asked again it changes nothing and answers what stands.
 */
export async function install(
  cell: Database,
  wish: { readonly sandbox: boolean; readonly policyProfile: PolicyProfile; readonly now: Date },
): Promise<Installation> {
  return cell.transaction(async (trx) => {
    // Two first starts at once: the second waits here and then finds the first's row.
    await trx.rows(
      `insert into installation (sandbox, policy_profile, initialised_at) values ($1, $2, $3) on conflict do nothing`,
      [wish.sandbox, wish.policyProfile, wish.now],
    )
    const row = await trx.one<{ sandbox: boolean; policy_profile: PolicyProfile }>(
      'select sandbox, policy_profile from installation',
    )
    const started = await trx.maybe('select from business_day limit 1')
    if (started === undefined) {
      const since = '2026-01-01' as CalendarDate
      const checked = {
        made_by: 'shipped',
        made_at: wish.now,
        checked_by: 'installation',
        checked_at: wish.now,
      }
      await insertRows(
        trx,
        'policy_version',
        Object.entries(shippedPolicies).map(([profile, policy]) => ({
          profile,
          version: 1,
          effective_from: since,
          body: policyJson(policy),
          ...checked,
        })),
      )
      await insertRows(
        trx,
        'product_version',
        [creditByTheDay, importedRevolving].map((product) => ({
          product_code: product.code,
          version: product.version,
          effective_from: since,
          body: productJson(product),
          ...checked,
        })),
      )
      await insertRows(
        trx,
        'gl_account',
        Object.entries(chart).map(([code, account]) => ({
          account_code: code,
          name_code: account.name,
          side: account.side,
        })),
      )
      await trx.rows('select open_journal_month($1)', [shanghaiDate(wish.now)])
      await insertRows(trx, 'business_day', [{ business_date: shanghaiDate(wish.now), opened_at: wish.now }])
      if (row.sandbox) await insertRows(trx, 'sandbox_clock', [{ sandbox: true, business_now: wish.now }])
    }
    return { sandbox: row.sandbox, policyProfile: row.policy_profile }
  })
}

/** The policy in force on `on` under a profile, and how decisions name it. */
export async function readPolicy(
  cell: Database,
  profile: string,
  on: CalendarDate,
): Promise<{ policy: Policy; ref: string }> {
  const row = await cell.one<{ version: number; body: unknown }>(
    `select version, body from policy_version where profile = $1 and effective_from <= $2 order by effective_from desc limit 1`,
    [profile, on],
  )
  return { policy: policyFromJson(row.body), ref: `${profile}@${row.version}` }
}

/** Every product version, by "code@version": lines and loans keep the terms they were opened under. */
export async function readProducts(cell: Database): Promise<ReadonlyMap<string, Product>> {
  const rows = await cell.rows<{ product_code: string; version: number; body: ProductBody }>(
    'select product_code, version, body from product_version',
  )
  return new Map(
    rows.map((row) => [
      `${row.product_code}@${row.version}`,
      productFromJson(row.product_code, row.version, row.body),
    ]),
  )
}
