import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { administer, withDatabase } from '../testing/database-url.ts'
import { migrate, planMigrations } from './migrate.ts'
import { connect, connectCell, type Database } from './pool.ts'

const name = `jieqing_test_migrate_${process.pid}`
const servers = inject('testServers')
const mainUrl = withDatabase(servers.mainUrl, name)
const keysUrl = withDatabase(servers.keysUrl, `${name}_keys`)
let folder: string
let owner: Database

const file = async (kind: 'shared' | 'cell' | 'keys', fileName: string, sql: string) => {
  await mkdir(join(folder, kind), { recursive: true })
  await writeFile(join(folder, kind, fileName), sql)
}
const run = () => migrate({ mainUrl, keysUrl, folder })

beforeAll(async () => {
  await administer(servers.mainUrl, `create database ${name} template template0`)
  await administer(servers.keysUrl, `create database ${name}_keys template template0`)
  owner = connect(mainUrl)
})

afterAll(async () => {
  await owner.close()
  await administer(servers.mainUrl, `drop database ${name} with (force)`)
  await administer(servers.keysUrl, `drop database ${name}_keys with (force)`)
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jieqing-migrations-'))
  await file(
    'shared',
    '0001_product.sql',
    'create table product (name text); grant select on product to jieqing_app;',
  )
  await file(
    'cell',
    '0001_loan.sql',
    `create table loan (n bigint primary key);
     create function twice(n bigint) returns bigint language sql as $$ select n * 2; $$;
     grant select, insert on loan to jieqing_app;`,
  )
  await file('keys', '0001_key.sql', 'create table personal_key (n bigint)')
})

afterEach(async () => {
  await owner.rows('drop schema if exists cell_0001 cascade')
  await owner.rows('drop schema if exists shared cascade')
  await administer(keysUrl, 'drop schema if exists keys cascade')
  await rm(folder, { recursive: true })
})

describe('A12 migrations', () => {
  test('run once, in order, into the schemas they belong to', async () => {
    const expected = [
      { database: 'main', schema: 'shared', name: '0001_product' },
      { database: 'main', schema: 'cell_0001', name: '0001_loan' },
      { database: 'keys', schema: 'keys', name: '0001_key' },
    ]
    expect(await planMigrations({ mainUrl, keysUrl, folder })).toEqual(expected)
    expect(await owner.one("select to_regnamespace('shared') as made")).toEqual({ made: null })
    expect(await run()).toEqual(expected)
    expect(await run()).toEqual([])
    expect(await planMigrations({ mainUrl, keysUrl, folder })).toEqual([])
    const application = connectCell(mainUrl)
    try {
      await application.changed('insert into loan values (1)')
      expect(await application.rows('select n from loan')).toEqual([{ n: 1n }])
      expect(await application.rows('select name from product')).toEqual([])
      await expect(application.changed('delete from loan')).rejects.toThrow('permission denied')
    } finally {
      await application.close()
    }
  })

  test('two starts at once run each file once', async () => {
    const both = await Promise.all([run(), run()])
    expect(
      both
        .flat()
        .map((ran) => ran.name)
        .sort(),
    ).toEqual(['0001_key', '0001_loan', '0001_product'])
  })

  test('a file that was edited after it ran is refused by name, and nothing else runs', async () => {
    await run()
    await file('cell', '0001_loan.sql', 'create table loan (n bigint)')
    await file('shared', '0002_more.sql', 'create table more (n bigint)')
    await expect(run()).rejects.toThrow('cell_0001: migration 0001_loan was edited after it ran')
    expect(await owner.one("select to_regclass('shared.more') as made")).toEqual({ made: null })
  })

  test('what is refused in the keys leaves the main database as it was', async () => {
    await run()
    await file('keys', '0001_key.sql', 'create table another (n bigint)')
    await file('shared', '0002_more.sql', 'create table more (n bigint)')
    await expect(run()).rejects.toThrow('keys: migration 0001_key was edited after it ran')
    expect(await owner.one("select to_regclass('shared.more') as made")).toEqual({ made: null })
  })

  test('a line ending changed by a checkout is not an edit', async () => {
    await file('shared', '0002_more.sql', 'create table more (\n n bigint\n)')
    await run()
    await file('shared', '0002_more.sql', 'create table more (\r\n n bigint\r\n)')
    expect(await run()).toEqual([])
  })

  test('a file that is gone, a number used twice and a number too low are refused by name', async () => {
    await file('cell', '0003_bill.sql', 'create table bill (n bigint)')
    await run()
    await file('cell', '0002_late.sql', 'create table late (n bigint)')
    await expect(run()).rejects.toThrow('0002_late comes before 0003_bill')
    await rm(join(folder, 'cell', '0002_late.sql'))
    await file('cell', '0003_other.sql', 'create table other (n bigint)')
    await expect(run()).rejects.toThrow('0003_other.sql: its number is taken by 0003_bill')
    await rm(join(folder, 'cell', '0003_other.sql'))
    await rm(join(folder, 'cell', '0003_bill.sql'))
    await expect(run()).rejects.toThrow('0003_bill has run here, but this program does not have it')
    await file('cell', 'loose.sql', 'select 1')
    await expect(run()).rejects.toThrow('loose.sql: a migration is named')
  })

  test('a file that fails half-way leaves nothing and says where', async () => {
    await file('cell', '0002_broken.sql', 'create table half (n bigint);\n\ncreate table half (n bigint);')
    await expect(run()).rejects.toThrow(
      'cell_0001: migration 0002_broken, line 3: relation "half" already exists',
    )
    expect(await owner.one("select to_regclass('cell_0001.half') as made")).toEqual({ made: null })
    await file('cell', '0002_broken.sql', 'create table half (n bigint);')
    expect((await run()).map((ran) => ran.name)).toContain('0002_broken')
  })
})
