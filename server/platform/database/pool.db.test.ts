import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../testing/database.ts'
import { connect, UnknownOutcome } from './pool.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
  await database.owner.rows('create table ledger_line (n bigint primary key, amount_fen bigint not null)')
  await database.owner.rows('grant select, insert on ledger_line to jieqing_app')
})

afterAll(() => database.close())

describe('C5 one transaction tells the whole story', () => {
  test('amounts come back as bigint, dates as text, and so do their lists', async () => {
    const row = await database.db.one(
      `select 9007199254740993::bigint as fen, date '2026-06-10' as due, 0.00035::numeric as rate,
              array[1, null, 9007199254740993]::bigint[] as all_fen, array[date '2026-06-10'] as all_due,
              timestamptz '2026-06-10 00:00+08' as at, current_setting('TimeZone') as zone`,
    )
    expect(row).toEqual({
      fen: 9007199254740993n,
      due: '2026-06-10',
      rate: '0.00035',
      all_fen: [1n, null, 9007199254740993n],
      all_due: ['2026-06-10'],
      at: new Date('2026-06-09T16:00:00Z'),
      zone: 'Asia/Shanghai',
    })
  })

  test('lists of amounts and dates go in as arrays', async () => {
    const rows = await database.db.rows(
      'select * from unnest($1::bigint[], $2::date[]) as given (fen, due)',
      [
        [1n, 9007199254740993n],
        ['2026-06-10', '2026-07-10'],
      ],
    )
    expect(rows).toEqual([
      { fen: 1n, due: '2026-06-10' },
      { fen: 9007199254740993n, due: '2026-07-10' },
    ])
  })

  test('the application works under its own role, in its cell, and cannot rewrite an append-only table', async () => {
    const who = await database.db.one("select current_user as who, current_setting('search_path') as path")
    expect(who).toEqual({ who: 'jieqing_app', path: 'cell_0001,shared' })
    await database.db.changed('insert into ledger_line values (1, 100)')
    await expect(database.db.changed('update ledger_line set amount_fen = 0')).rejects.toThrow(
      'permission denied',
    )
    await expect(database.db.changed('delete from ledger_line')).rejects.toThrow('permission denied')
    const keys = await database.keys.one("select current_user as who, current_setting('search_path') as path")
    expect(keys).toEqual({ who: 'jieqing_app', path: 'keys' })
  })

  test('a transaction that throws leaves nothing behind', async () => {
    await expect(
      database.db.transaction(async (trx) => {
        await trx.changed('insert into ledger_line values (2, 200)')
        throw new Error('decided otherwise')
      }),
    ).rejects.toThrow('decided otherwise')
    expect(await database.db.maybe('select n from ledger_line where n = 2')).toBeUndefined()
  })

  test('a transaction whose failed statement was swallowed is not called committed', async () => {
    await expect(
      database.db.transaction(async (trx) => {
        await trx.changed('insert into ledger_line values (3, 300)')
        await trx.changed('insert into ledger_line values (3, 300)').catch(() => undefined)
      }),
    ).rejects.toThrow('was rolled back')
    expect(await database.db.maybe('select n from ledger_line where n = 3')).toBeUndefined()
  })

  test('statements sent together run in the order of the calls', async () => {
    const seen = await database.db.transaction(async (trx) => {
      const answers = await Promise.all([
        trx.rows('select n from ledger_line where n between 10 and 12 order by n'),
        trx.changed('insert into ledger_line values (10, 1)'),
        trx.rows('select n from ledger_line where n between 10 and 12 order by n'),
        trx.changed('insert into ledger_line values (11, 1), (12, 1)'),
        trx.rows('select n from ledger_line where n between 10 and 12 order by n'),
      ])
      return answers
    })
    expect(seen).toEqual([[], 1, [{ n: 10n }], 2, [{ n: 10n }, { n: 11n }, { n: 12n }]])
  })

  test('several statements of which the first fails are refused together, and the connection goes on', async () => {
    const one = connect(database.url, { max: 1 })
    try {
      await expect(
        one.transaction((trx) =>
          Promise.all([
            trx.rows('select 1 / 0'),
            trx.rows('select n from cell_0001.ledger_line where n = $1', [20n]),
            trx.rows('select n from cell_0001.ledger_line where n = $1', [21n]),
          ]),
        ),
      ).rejects.toThrow('division by zero')
      expect(await one.rows('select n from cell_0001.ledger_line where n = $1', [20n])).toEqual([])
    } finally {
      await one.close()
    }
  })

  test('a finished transaction takes no further statement', async () => {
    const late = await database.db.transaction(async (trx) => trx)
    await expect(late.rows('select 1')).rejects.toThrow('the transaction is over')
  })

  test('a snapshot sees one moment and refuses to write', async () => {
    await database.db.snapshot(async (queries) => {
      const before = await queries.one('select count(*) as n from ledger_line')
      await database.db.changed('insert into ledger_line values (30, 1)')
      expect(await queries.one('select count(*) as n from ledger_line')).toEqual(before)
    })
    await expect(
      database.db.snapshot((queries) => queries.changed('insert into ledger_line values (31, 1)')),
    ).rejects.toThrow('read-only')
  })

  test('a connection lost during the commit is an unknown outcome, not a failure', async () => {
    // The commit itself ends its own session, from a deferred trigger: the nearest thing to a server dying in it.
    await database.owner.rows(
      `create function end_session() returns trigger language plpgsql as
       $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`,
    )
    await database.owner.rows('create table doomed (n bigint)')
    await database.owner.rows(
      `create constraint trigger at_commit after insert on doomed deferrable initially deferred
       for each row execute function end_session()`,
    )
    await expect(
      database.owner.transaction((trx) => trx.changed('insert into doomed values (1)')),
    ).rejects.toBeInstanceOf(UnknownOutcome)
    expect(await database.owner.rows('select n from doomed')).toEqual([])
  })

  test('a constraint that refuses the commit is a refusal, not an unknown outcome', async () => {
    await database.owner.rows('create table twin (n bigint unique deferrable initially deferred)')
    const refused = await database.owner
      .transaction((trx) => trx.changed('insert into twin values (1), (1)'))
      .catch((error: unknown) => error)
    expect(refused).not.toBeInstanceOf(UnknownOutcome)
    expect(refused).toMatchObject({ code: '23505' })
  })

  test('a session that is ended from outside fails its work and the pool goes on', async () => {
    const one = connect(database.url, { max: 1 })
    try {
      await expect(
        one.transaction(async (trx) => {
          const { pid } = await trx.one<{ pid: number }>('select pg_backend_pid() as pid')
          await database.owner.rows('select pg_terminate_backend($1)', [pid])
          await trx.rows('select pg_sleep(5)')
        }),
      ).rejects.toThrow()
      expect(await one.one('select 1 as n')).toEqual({ n: 1 })
    } finally {
      await one.close()
    }
  })

  test('one row asked for and another number found is an error that names the statement', async () => {
    await expect(database.db.one('select n from ledger_line where n = -1')).rejects.toThrow(
      '0 rows instead of one',
    )
    await expect(database.db.maybe('select 1 as n union all select 2')).rejects.toThrow(
      '2 rows instead of one at most',
    )
  })
})
