import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { statementsOf } from './statements.ts'

export interface MigrationTargets {
  readonly mainUrl: string
  readonly keysUrl: string
  /** Default `server/migrations`, with a folder each for `shared`, `cell` and `keys`. */
  readonly folder?: string
  /** Default the one cell `cell_0001`. */
  readonly cells?: readonly string[]
}

export interface PlannedMigration {
  readonly database: 'main' | 'keys'
  readonly schema: string
  /** The file's name without its ending, such as `0001_credit_line`. */
  readonly name: string
}

/** The role that the application works as: it has what the migrations grant it, and nothing else. */
export const applicationRole = 'jieqing_app'

/**
 * Runs what has not run yet, in order, each file in one transaction, and answers with what ran. Refuses a merged file
 * that was edited or is gone, and a new one that is numbered below one that has run: names what it refuses, and changes nothing.
 */
export async function migrate(targets: MigrationTargets): Promise<readonly PlannedMigration[]> {
  await planMigrations(targets) // What is refused in one database must not be found after the other was changed.
  return eachDatabase(targets, async (client, sets) => {
    await prepare(client, sets)
    const pending = await pendingOf(client, sets)
    for (const { set, file } of pending) await apply(client, set, file)
    return pending
  })
}

/** What `migrate` would run; changes nothing. */
export async function planMigrations(targets: MigrationTargets): Promise<readonly PlannedMigration[]> {
  return eachDatabase(targets, pendingOf)
}

interface MigrationSet {
  readonly database: 'main' | 'keys'
  readonly schema: string
  readonly searchPath: readonly string[]
  readonly files: readonly MigrationFile[]
}

interface MigrationFile {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

interface Pending {
  readonly set: MigrationSet
  readonly file: MigrationFile
}

type Work = (client: pg.Client, sets: readonly MigrationSet[]) => Promise<readonly Pending[]>

async function eachDatabase(targets: MigrationTargets, work: Work): Promise<readonly PlannedMigration[]> {
  const folder = targets.folder ?? fileURLToPath(new URL('../../migrations', import.meta.url))
  const [shared, cell, keys] = await Promise.all(
    ['shared', 'cell', 'keys'].map((kind) => readFiles(join(folder, kind))),
  )
  const cells = targets.cells ?? ['cell_0001']
  for (const name of cells) {
    if (!/^cell_[0-9]{4}$/.test(name)) throw new Error(`a cell is named like cell_0001, not ${name}`)
  }
  const main: readonly MigrationSet[] = [
    { database: 'main', schema: 'shared', searchPath: ['shared'], files: shared ?? [] },
    ...cells.map((name) => ({
      database: 'main' as const,
      schema: name,
      searchPath: [name, 'shared'],
      files: cell ?? [],
    })),
  ]
  const personal: readonly MigrationSet[] = [
    { database: 'keys', schema: 'keys', searchPath: ['keys'], files: keys ?? [] },
  ]
  return [
    ...(await locked(targets.mainUrl, main, work)),
    ...(await locked(targets.keysUrl, personal, work)),
  ].map(({ set, file }) => ({ database: set.database, schema: set.schema, name: file.name }))
}

async function readFiles(folder: string): Promise<readonly MigrationFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files: MigrationFile[] = []
  for (const name of names.filter((entry) => entry.endsWith('.sql')).sort()) {
    if (!/^[0-9]{4}_[a-z0-9_-]+\.sql$/.test(name))
      throw new Error(`${name}: a migration is named 0001_what.sql`)
    const last = files.at(-1)
    if (last?.name.slice(0, 4) === name.slice(0, 4))
      throw new Error(`${name}: its number is taken by ${last.name}`)
    const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
    files.push({ name: name.slice(0, -4), sql, checksum: createHash('sha256').update(sql).digest('hex') })
  }
  return files
}

/** Any number that nobody else uses as an advisory lock of these databases. */
const migrationLock = 724_906_113

async function locked(url: string, sets: readonly MigrationSet[], work: Work): Promise<readonly Pending[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'jieqing migrate' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    return await work(client, sets)
  } finally {
    await client.end()
  }
}

async function prepare(client: pg.Client, sets: readonly MigrationSet[]): Promise<void> {
  // A role belongs to the whole server: another database's migration may be making it at this very moment.
  await client.query(`
    do $$
    begin
      if not exists (select from pg_roles where rolname = '${applicationRole}') then
        create role ${applicationRole} nologin;
      end if;
      if not pg_has_role(current_user, '${applicationRole}', 'member') then
        grant ${applicationRole} to current_user;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$`)
  for (const { schema } of sets) {
    await client.query(`create schema if not exists ${schema}`)
    await client.query(`
      create table if not exists ${schema}.migration (
        name       text        primary key,
        checksum   text        not null,
        applied_at timestamptz not null default clock_timestamp()
      )`)
    await client.query(`grant usage on schema ${schema} to ${applicationRole}`)
    await client.query(`grant select on ${schema}.migration to ${applicationRole}`)
  }
}

async function pendingOf(client: pg.Client, sets: readonly MigrationSet[]): Promise<readonly Pending[]> {
  const pending: Pending[] = []
  for (const set of sets) {
    const applied = await appliedIn(client, set.schema)
    const last = [...applied.keys()].sort().at(-1) ?? ''
    for (const name of applied.keys()) {
      if (!set.files.some((file) => file.name === name)) {
        throw new Error(`${set.schema}: migration ${name} has run here, but this program does not have it`)
      }
    }
    for (const file of set.files) {
      const checksum = applied.get(file.name)
      if (checksum === file.checksum) continue
      if (checksum !== undefined) {
        throw new Error(
          `${set.schema}: migration ${file.name} was edited after it ran: write a new one instead`,
        )
      }
      if (file.name < last) {
        throw new Error(
          `${set.schema}: migration ${file.name} comes before ${last}, which has run: give it a later number`,
        )
      }
      pending.push({ set, file })
    }
  }
  return pending
}

async function appliedIn(client: pg.Client, schema: string): Promise<ReadonlyMap<string, string>> {
  const there = await client.query('select to_regclass($1) is not null as there', [`${schema}.migration`])
  if (there.rows[0]?.there !== true) return new Map()
  const found = await client.query(`select name, checksum from ${schema}.migration`)
  return new Map(found.rows.map(({ name, checksum }) => [String(name), String(checksum)]))
}

async function apply(client: pg.Client, set: MigrationSet, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local search_path = ${set.searchPath.join(', ')}`)
    for (const statement of statementsOf(file.sql)) {
      await client.query(statement.text).catch((cause: unknown) => {
        const said = cause instanceof Error ? cause.message : String(cause)
        throw new Error(`${set.schema}: migration ${file.name}, line ${statement.line}: ${said}`, { cause })
      })
    }
    await client.query(`insert into ${set.schema}.migration (name, checksum) values ($1, $2)`, [
      file.name,
      file.checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
