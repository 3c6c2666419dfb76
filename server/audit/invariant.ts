import type { Value } from '../platform/database/pool.ts'

/**
 * Something that is always true of the tables, said as a query for the rows that break it. It recomputes from base tables (journal,
 * allocations, original amounts, ends) and compares with what the writer left; no query reads a cache without recomputing it.
 */
export type Invariant = {
  readonly name: string
  /** The sentence that holds. */
  readonly says: string
  readonly sql: string
  readonly params?: readonly Value[]
}
