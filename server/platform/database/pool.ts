import { createHash } from 'node:crypto'
import pg from 'pg'
import { type Logger, silentLogger } from '../log.ts'
import { applicationRole } from './migrate.ts'

/** What goes in as a parameter. JSON is passed as text that the caller has made; there is no way to send an object. */
export type Value = string | number | bigint | boolean | Date | Uint8Array | null | readonly Value[]

/**
 * What both a database and a transaction can do. A function that only reads asks for this; one that locks or writes
 * several rows asks for a `Transaction`.
 *
 * Rows come back with `bigint` for int8, `'YYYY-MM-DD'` for date, text for numeric, `Date` for timestamptz, and the
 * same inside arrays. Every distinct text is prepared once a connection under a name made from it, so texts are
 * constants: values go into parameters, lists into arrays (`unnest($1::bigint[])`).
 */
export interface Queries {
  rows<Row extends object>(sql: string, params?: readonly Value[]): Promise<readonly Row[]>
  /** Exactly one row; anything else is a bug and throws. */
  one<Row extends object>(sql: string, params?: readonly Value[]): Promise<Row>
  /** One row or none; more is a bug and throws. */
  maybe<Row extends object>(sql: string, params?: readonly Value[]): Promise<Row | undefined>
  /** How many rows a statement wrote. */
  changed(sql: string, params?: readonly Value[]): Promise<number>
}

export interface ConnectOptions {
  /** Default 8: more brings nothing on a few cores, waiting requests queue here and not in PostgreSQL (`max`). */
  readonly max?: number
  /** The role to work as; without it the URL's own user. */
  readonly role?: string
  readonly searchPath?: readonly string[]
  readonly applicationName?: string
  readonly logger?: Logger
  /** A statement that took longer is logged at debug. Default 200. */
  readonly slowMilliseconds?: number
}

/** A pool of connections. Nothing is connected before the first query. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  return new Database(url, options)
}

/** The application's own connection to a cell: its grants are what the migrations gave to the application's role. */
export function connectCell(url: string, cell = 'cell_0001', options: ConnectOptions = {}): Database {
  return connect(url, { role: applicationRole, searchPath: [cell, 'shared'], ...options })
}

/** The application's own connection to the keys of personal data. */
export function connectKeys(url: string, options: ConnectOptions = {}): Database {
  return connect(url, { role: applicationRole, searchPath: ['keys'], max: 4, ...options })
}

/**
 * The connection broke while a commit was under way: the transaction has happened whole or not at all, and only a look
 * at the data (the command's own id) tells which. Repeating the command under the same id is safe, another id is not.
 */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

export class Database implements Queries {
  readonly #pool: pg.Pool
  readonly #watch: Watch

  constructor(url: string, options: ConnectOptions) {
    const logger = options.logger ?? silentLogger()
    this.#watch = { logger, slow: options.slowMilliseconds ?? 200 }
    this.#pool = new pg.Pool({
      connectionString: withSession(url, options),
      max: options.max ?? 8,
      pipeline: true,
      types: { getTypeParser: parserOf },
      application_name: options.applicationName ?? 'jieqing',
      connectionTimeoutMillis: 30_000,
    })
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', (err) => logger.warn({ err }, 'an idle database connection broke'))
  }

  async rows<Row extends object>(sql: string, params: readonly Value[] = []): Promise<readonly Row[]> {
    return (await send(this.#pool, this.#watch, sql, params)).rows
  }

  async one<Row extends object>(sql: string, params: readonly Value[] = []): Promise<Row> {
    return exactlyOne(await this.rows<Row>(sql, params), sql)
  }

  async maybe<Row extends object>(sql: string, params: readonly Value[] = []): Promise<Row | undefined> {
    return atMostOne(await this.rows<Row>(sql, params), sql)
  }

  async changed(sql: string, params: readonly Value[] = []): Promise<number> {
    return (await send(this.#pool, this.#watch, sql, params)).rowCount ?? 0
  }

  /**
   * Commits when `work` resolves, rolls back when it throws and throws the same error. Refuses to call a transaction
   * committed that the database rolled back (a failed statement whose error was swallowed).
   *
   * @throws UnknownOutcome when the connection broke during the commit.
   */
  transaction<Result>(work: (trx: Transaction) => Promise<Result>): Promise<Result> {
    return this.#run('begin', work)
  }

  /** Reads from one moment's view, whatever is committed meanwhile; writing is refused. For audits and exports. */
  snapshot<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result> {
    return this.#run('begin isolation level repeatable read read only', work)
  }

  /** Waits for what is under way, then disconnects. */
  close(): Promise<void> {
    return this.#pool.end()
  }

  async #run<Result>(begin: string, work: (trx: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect()
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    const trx = new Transaction(client, begin, this.#watch)
    try {
      const result = await work(trx)
      await trx.commit()
      return result
    } catch (error) {
      broken ??= await trx.rollback()
      throw error
    } finally {
      client.removeListener('error', onError)
      client.release(broken)
    }
  }
}

/**
 * A transaction under way: what asks for one can lock. Its statements are sent without waiting for each other's
 * answers, in the order of the calls; `await` only where a statement needs what an earlier one answered.
 */
export class Transaction implements Queries {
  readonly #client: pg.PoolClient
  readonly #watch: Watch
  readonly #begun: Promise<unknown>
  #state: 'opening' | 'open' | 'over' = 'opening'
  #sent = false

  constructor(client: pg.PoolClient, begin: string, watch: Watch) {
    this.#client = client
    this.#watch = watch
    this.#begun = client.query(begin)
    this.#begun.then(
      () => {
        if (this.#state === 'opening') this.#state = 'open'
      },
      () => {
        this.#state = 'over'
      },
    )
  }

  async rows<Row extends object>(sql: string, params: readonly Value[] = []): Promise<readonly Row[]> {
    return (await this.#send(sql, params)).rows
  }

  async one<Row extends object>(sql: string, params: readonly Value[] = []): Promise<Row> {
    return exactlyOne(await this.rows<Row>(sql, params), sql)
  }

  async maybe<Row extends object>(sql: string, params: readonly Value[] = []): Promise<Row | undefined> {
    return atMostOne(await this.rows<Row>(sql, params), sql)
  }

  async changed(sql: string, params: readonly Value[] = []): Promise<number> {
    return (await this.#send(sql, params)).rowCount ?? 0
  }

  /** For `Database.transaction` alone. */
  async commit(): Promise<void> {
    await this.#begun
    this.#state = 'over'
    let answer: pg.QueryResult
    try {
      answer = await this.#client.query('commit')
    } catch (cause) {
      if (isRefusal(cause)) throw cause
      throw new UnknownOutcome('the connection broke during the commit', { cause })
    }
    if (answer.command !== 'COMMIT') {
      throw new Error(
        'the transaction was rolled back: a statement in it failed and its error was not passed on',
      )
    }
  }

  /** For `Database.transaction` alone. Answers with why the connection can't be used again, if so. */
  async rollback(): Promise<Error | undefined> {
    this.#state = 'over'
    try {
      await this.#client.query('rollback')
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  /**
   * The first statement rides along with BEGIN when it is a `select` (the lock, as a rule). Everything else waits until
   * BEGIN is answered: had it failed, a write behind it would be committed by itself.
   */
  async #send(sql: string, params: readonly Value[]): Promise<pg.QueryResult> {
    const first = !this.#sent
    this.#sent = true
    if (this.#state === 'opening' && !(first && /^\s*select\b/i.test(sql))) await this.#begun
    if (this.#state === 'over') throw new Error('the transaction is over')
    return send(this.#client, this.#watch, sql, params)
  }
}

interface Watch {
  readonly logger: Logger
  readonly slow: number
}

async function send(
  connection: pg.Pool | pg.PoolClient,
  watch: Watch,
  sql: string,
  params: readonly Value[],
): Promise<pg.QueryResult> {
  const name = nameOf(sql)
  const start = performance.now()
  const result = await connection.query({ name, text: sql, values: [...params] })
  const milliseconds = performance.now() - start
  if (milliseconds > watch.slow) {
    watch.logger.debug({ statement: name, sql, milliseconds, rowCount: result.rowCount }, 'slow statement')
  }
  return result
}

const names = new Map<string, string>()

/** PostgreSQL cuts names at 63 bytes. */
function nameOf(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 24)
  names.set(sql, name)
  return name
}

function exactlyOne<Row>(rows: readonly Row[], sql: string): Row {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows instead of one: ${sql}`)
  return row
}

function atMostOne<Row>(rows: readonly Row[], sql: string): Row | undefined {
  if (rows.length > 1) throw new Error(`${rows.length} rows instead of one at most: ${sql}`)
  return rows[0]
}

/** The database answered and said no (severity ERROR); FATAL and a broken socket say nothing about what happened. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR'
}

/**
 * Time zone, role and search path as options of the connection's start: no statement of ours has to set them, and a
 * server of the operator's own may stand in any zone.
 */
function withSession(url: string, options: ConnectOptions): string {
  const session = [
    '-c TimeZone=Asia/Shanghai',
    ...(options.role === undefined ? [] : [`-c role=${options.role}`]),
    ...(options.searchPath === undefined ? [] : [`-c search_path=${options.searchPath.join(',')}`]),
  ].join(' ')
  const given = /([?&])options=([^&#]*)/
  const found = given.exec(url)
  if (found === null) return `${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent(session)}`
  return url.replace(given, `${found[1]}options=${found[2]}%20${encodeURIComponent(session)}`)
}

const text = (value: string) => value

/** The type number of text[]. */
const textArray: number = 1009

/** By type number: int8, date, numeric, timestamp (left as text: nothing here has a time without its zone), their arrays. */
const parsers: ReadonlyMap<number, (value: string) => unknown> = new Map<number, (value: string) => unknown>([
  [20, BigInt],
  [1016, arrayOf(BigInt)],
  [1082, text],
  [1182, arrayOf(text)],
  [1700, text],
  [1231, arrayOf(text)],
  [1114, text],
  [1115, arrayOf(text)],
])

/** PostgreSQL's array text, cut by the driver's parser for text[]; elements that are null stay null. */
function arrayOf(parse: (value: string) => unknown): (value: string) => unknown {
  const cut: (value: string) => unknown = pg.types.getTypeParser(textArray)
  const each = (element: unknown): unknown => {
    if (Array.isArray(element)) return element.map(each)
    return typeof element === 'string' ? parse(element) : null
  }
  return (value) => each(cut(value))
}

function parserOf(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return parsers.get(type) ?? pg.types.getTypeParser(type, format)
}
