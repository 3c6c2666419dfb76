import { connect, type Database } from '../database/pool.ts'
import type { TestDatabase } from './database.ts'

export type Column = {
  /** `shared`, `cell` or `keys`. */
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly type: string
  readonly nullable: boolean
  readonly value: string | null
  /** "always" or "by default" for an identity. */
  readonly identity: string
  /** What the application may update of it; of the whole table too. */
  readonly updatable: boolean
}

export type Constraint = {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclude' | 'trigger'
  readonly columns: readonly string[]
  readonly definition: string
  /** Of a foreign key: `cell.account`. */
  readonly target: string | null
}

export type Table = {
  readonly schema: string
  readonly table: string
  /** What the application's role may do with the whole table, such as `insert`, `select`. */
  readonly grants: readonly string[]
  /** `trigger_name: when it acts` for each that is no constraint's own. */
  readonly triggers: readonly string[]
  readonly indexes: readonly {
    readonly name: string
    readonly unique: boolean
    readonly columns: readonly string[]
    readonly definition: string
  }[]
}

/** What PostgreSQL itself says of the migrated databases. Partitions count as their parent. */
export type Catalogue = {
  readonly tables: readonly Table[]
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly sequences: readonly { readonly name: string; readonly owner: string | null }[]
  readonly views: readonly string[]
}

/** Reads the catalogues of both databases as their owner; `cell_0001` is called `cell`. */
export async function readCatalogue(database: TestDatabase): Promise<Catalogue> {
  const keys = connect(database.keysUrl, { max: 1 })
  try {
    const parts = [await readPart(database.owner), await readPart(keys)]
    return {
      tables: parts.flatMap((part) => part.tables),
      columns: parts.flatMap((part) => part.columns),
      constraints: parts.flatMap((part) => part.constraints),
      sequences: parts.flatMap((part) => part.sequences),
      views: parts.flatMap((part) => part.views),
    }
  } finally {
    await keys.close()
  }
}

const named = `case n.nspname when 'cell_0001' then 'cell' else n.nspname end`
const ours = `n.nspname in ('shared', 'cell_0001', 'keys')`
const tables = `pg_class c join pg_namespace n on n.oid = c.relnamespace`
const whole = `${ours} and c.relkind in ('r', 'p') and not c.relispartition`

async function readPart(db: Database): Promise<Catalogue> {
  const [found, columns, constraints, sequences, views] = await Promise.all([
    db.rows<Table>(
      `select ${named} as schema, c.relname::text as table,
         coalesce((select array_agg(lower(a.privilege_type) order by a.privilege_type)
           from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
           where r.rolname = 'jieqing_app'), '{}') as grants,
         coalesce((select array_agg(t.tgname::text order by t.tgname) from pg_trigger t
           where t.tgrelid = c.oid and not t.tgisinternal), '{}') as triggers,
         coalesce((select json_agg(json_build_object('name', i.relname, 'unique', x.indisunique,
             'columns', (select json_agg(pg_get_indexdef(x.indexrelid, k, true) order by k) from generate_series(1, x.indnkeyatts) k),
             'definition', replace(pg_get_indexdef(x.indexrelid), n.nspname || '.', '')) order by i.relname)
           from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid), '[]') as indexes
       from ${tables} where ${whole} order by 1, 2`,
    ),
    db.rows<Column>(
      `select ${named} as schema, c.relname::text as table, a.attname::text as column,
         format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
         pg_get_expr(d.adbin, d.adrelid) as value,
         case a.attidentity when 'a' then 'always' when 'd' then 'by default' else '' end as identity,
         has_column_privilege('jieqing_app', c.oid, a.attnum, 'update') as updatable
       from ${tables} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where ${whole} order by 1, 2, a.attnum`,
    ),
    db.rows<Constraint>(
      `select ${named} as schema, c.relname::text as table, k.conname::text as name,
         case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key'
           when 'c' then 'check' when 'x' then 'exclude' when 't' then 'trigger' end as kind,
         coalesce((select array_agg(a.attname::text order by o.place) from unnest(k.conkey) with ordinality o(attnum, place)
           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.attnum), '{}') as columns,
         replace(pg_get_constraintdef(k.oid), n.nspname || '.', '') as definition,
         (select case m.nspname when 'cell_0001' then 'cell' else m.nspname end || '.' || f.relname
           from pg_class f join pg_namespace m on m.oid = f.relnamespace where f.oid = k.confrelid) as target
       from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
       where ${whole} and k.contype in ('p', 'u', 'f', 'c', 'x', 't') and k.conparentid = 0 order by 1, 2, 4, 3`,
    ),
    db.rows<{ name: string; owner: string | null }>(
      `select ${named} || '.' || c.relname as name,
         (select t.relname || '.' || a.attname from pg_depend d join pg_class t on t.oid = d.refobjid
            join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
            where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i') as owner
       from ${tables} where ${ours} and c.relkind = 'S' order by 1`,
    ),
    db.rows<{ name: string }>(
      `select ${named} || '.' || c.relname as name from ${tables} where ${ours} and c.relkind in ('v', 'm') order by 1`,
    ),
  ])
  return { tables: found, columns, constraints, sequences, views: views.map((row) => row.name) }
}
