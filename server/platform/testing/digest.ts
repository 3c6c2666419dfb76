import type { Database } from '../database/pool.ts'

/** Sign-ins leave traces by design: sessions, one-time codes and the tries made at them. Nothing else may change unasked. */
const signInTables: readonly string[] = ['shared.borrower_session', 'shared.one_time_code']

/** How many rows each table of the cell and of `shared` holds, and what they say: equal digests, equal content. */
export async function digest(owner: Database): Promise<ReadonlyMap<string, string>> {
  const tables = await owner.rows<{ name: string }>(
    `select n.nspname || '.' || c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('shared', 'cell_0001') and c.relkind in ('r', 'p') and not c.relispartition
     order by 1`,
  )
  const parts = tables
    .filter(({ name }) => !signInTables.includes(name))
    .map(
      ({ name }) =>
        `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as rows from ${name} t`,
    )
  const rows = await owner.rows<{ name: string; rows: string }>(parts.join(' union all '))
  return new Map(rows.map((row) => [row.name, row.rows]))
}
