import type { Queries } from '../platform/database/pool.ts'
import type { Invariant } from './invariant.ts'
import { bookInvariants } from './invariants/book.ts'
import { closingInvariants } from './invariants/closings.ts'
import { commandInvariants } from './invariants/commands.ts'
import { interestInvariants } from './invariants/interest.ts'
import { ledgerInvariants } from './invariants/ledger.ts'
import { lineInvariants } from './invariants/lines.ts'
import { loanInvariants } from './invariants/loans.ts'

/** All that the audit asserts, in the order of its answer. */
export const invariants: readonly Invariant[] = [
  ...ledgerInvariants,
  ...loanInvariants,
  ...interestInvariants,
  ...lineInvariants,
  ...closingInvariants,
  ...commandInvariants,
  ...bookInvariants,
]

export type AuditFinding = {
  readonly name: string
  readonly ok: boolean
  /** The first rows that break it, twenty at most; bigints as decimal text. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const mostRows = 20

/**
 * Recomputes every invariant from the tables. `db` is one moment's view of them (`Database.snapshot`), so that work under way is seen
 * whole or not at all.
 */
export async function runAudit(
  db: Queries,
  report: (finding: AuditFinding) => void = () => undefined,
): Promise<readonly AuditFinding[]> {
  const findings: AuditFinding[] = []
  for (const { name, sql, params } of invariants) {
    const rows = await db.rows<Readonly<Record<string, unknown>>>(
      `select * from (${sql}) broken limit ${mostRows}`,
      params ?? [],
    )
    const finding = { name, ok: rows.length === 0, rows: rows.map(plain) }
    findings.push(finding)
    report(finding)
  }
  return findings
}

function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
  )
}
