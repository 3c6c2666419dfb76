import { createHash } from 'node:crypto'
import { addToDirectory } from '../../customer/create.ts'
import type { Transaction } from '../database/pool.ts'
import type { TestHouse } from './house.ts'

/** A borrower in the same state as the one that was copied; `id` leads from the original's ids to its own. */
export type Copy = { readonly customerId: bigint; readonly id: (original: string) => string }

/**
 * Copies one borrower's rows of every table of the cell to `count` new customers: a state that the commands have made once is there
 * a thousand times within a second. Every id becomes another; personal fields are not copied, since each is sealed for its own place.
 */
export async function copies(test: TestHouse, original: bigint, count: number): Promise<readonly Copy[]> {
  const customers = await addToDirectory(test.database.db, test.house.cellName, count)
  const customerIds = customers.map((customer) => customer.customerId)
  await test.database.owner.transaction(async (trx) => {
    for (const { name, columns } of await tables(trx)) {
      const names = columns.map((column) => column.name).join(', ')
      const values = columns.map(copiedValue).join(', ')
      await trx.rows(
        `insert into ${name} (${names}) select ${values} from ${name} o cross join unnest($2::bigint[]) as n(customer_id)
         where o.customer_id = $1`,
        [original, customerIds],
      )
    }
    await trx.rows(
      `insert into channel_reference (reference, customer_id, kind)
       select ${newId('o.reference')}, n.customer_id, o.kind from channel_reference o cross join unnest($2::bigint[]) as n(customer_id)
       where o.customer_id = $1`,
      [original, customerIds],
    )
  })
  return customerIds.map((customerId) => ({ customerId, id: (id) => idOf(id, customerId) }))
}

type Column = { readonly name: string; readonly type: string }
type Table = { readonly name: string; readonly columns: readonly Column[]; readonly needs: readonly string[] }

/** A customer's tables, each after those that it points to. */
async function tables(trx: Transaction): Promise<readonly Table[]> {
  const found = await trx.rows<Table>(
    `select c.relname as name,
            (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
            array(select f.confrelid::regclass::text from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as needs
     from pg_class c
     where c.relnamespace = 'cell_0001'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'personal_field'
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'customer_id')`,
  )
  const sorted: Table[] = []
  while (sorted.length < found.length) {
    const known = new Set(sorted.map((table) => table.name))
    const next = found.filter(
      ({ name, needs }) => !known.has(name) && needs.every((need) => known.has(need) || need === name),
    )
    if (next.length === 0) throw new Error('the tables point at each other in a circle')
    sorted.push(...next)
  }
  return sorted
}

function copiedValue({ name, type }: Column): string {
  if (name === 'customer_id') return 'n.customer_id'
  return type === 'uuid' ? newId(`o.${name}`) : `o.${name}`
}

function newId(column: string): string {
  return `md5(${column}::text || ':' || n.customer_id::text)::uuid`
}

function idOf(original: string, customerId: bigint): string {
  const digits = createHash('md5').update(`${original}:${customerId}`).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
