import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { connect, connectCell, connectKeys, type Database } from '../database/pool.ts'
import { administer, withDatabase } from './database-url.ts'

export { scaled } from './scaled.ts'

export interface TestDatabase {
  /** As the application works: with its role and its grants, in the cell. */
  readonly db: Database
  readonly keys: Database
  /** As the owner of all tables, for preparing and for looking behind the grants. */
  readonly owner: Database
  /** The owner's, of the main database: for what connects by itself. */
  readonly url: string
  readonly keysUrl: string
  /** Disconnects and drops. */
  close(): Promise<void>
}

/**
 * A freshly migrated database of one's own, cloned from the run's template: one for each test file, made in
 * `beforeAll` and closed in `afterAll`.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const servers = inject('testServers')
  const name = `jieqing_test_${randomBytes(6).toString('hex')}`
  await administer(servers.mainUrl, `create database ${name} template ${servers.mainTemplate}`)
  await administer(servers.keysUrl, `create database ${name}_keys template ${servers.keysTemplate}`)
  const url = withDatabase(servers.mainUrl, name)
  const keysUrl = withDatabase(servers.keysUrl, `${name}_keys`)
  const db = connectCell(url)
  const keys = connectKeys(keysUrl)
  const owner = connect(url, { searchPath: ['cell_0001', 'shared'], max: 2 })
  return {
    db,
    keys,
    owner,
    url,
    keysUrl,
    close: async () => {
      await Promise.all([db.close(), keys.close(), owner.close()])
      await administer(servers.mainUrl, `drop database if exists ${name} with (force)`)
      await administer(servers.keysUrl, `drop database if exists ${name}_keys with (force)`)
    },
  }
}
