import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { scaled } from './platform/testing/scaled.ts'
import {
  freePort,
  makeHome,
  removeHome,
  type StartedServer,
  startServer,
} from './platform/testing/started.ts'

const minutes = 60_000

async function book(
  home: string,
  server: StartedServer,
): Promise<{ readonly openLines: number; readonly limits: string }> {
  const token = (await readFile(join(home, 'lender-token'), 'utf8')).trim()
  const answer = await fetch(new URL('/v1/book', server.url), {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(200)
  const body: unknown = await answer.json()
  if (typeof body !== 'object' || body === null || !('openLines' in body) || !('limits' in body))
    throw new Error('no book')
  return { openLines: Number(body.openLines), limits: String(body.limits) }
}

describe('A14 C5: one machine, started and killed', () => {
  test('kill -9 at random moments, the first import included: the next start recovers, and the book is whole', {
    timeout: 20 * minutes,
  }, async () => {
    const home = await makeHome()
    const port = await freePort()
    try {
      const moments = Array.from({ length: Math.max(3, scaled(20)) }, () => Math.round(Math.random() * 7000))
      for (const after of moments) {
        const server = startServer(home, port)
        await Promise.race([sleep(after), server.ended])
        server.process.kill('SIGKILL')
        expect(await server.ended, `killed after ${moments}:\n${server.output()}`).toBe('SIGKILL')
      }
      const server = startServer(home, port)
      await server.ready.catch((error: unknown) => {
        throw new Error(`killed after ${moments}: ${error}`)
      })
      expect(await book(home, server)).toEqual({ openLines: 20_000, limits: '3351879680.00' })
      for (const path of ['/openapi.json', '/reference/', '/', '/livez', '/readyz']) {
        expect((await fetch(new URL(path, server.url))).status, path).toBe(200)
      }
      const borrowers = await (await fetch(new URL('/v1/sandbox/borrowers', server.url))).json()
      expect(borrowers).toMatchObject({
        borrowers: [{ story: 'invited' }, { story: 'in-debt' }, { story: 'nothing-owed' }],
      })

      // Ctrl-C stops everything, the databases and the fake channel too; a second start finds all of it again.
      server.process.kill('SIGINT')
      expect(await server.ended).toBe(0)
      const second = startServer(home, port)
      await second.ready
      expect(second.output()).not.toContain('imported')
      expect(await book(home, second)).toEqual({ openLines: 20_000, limits: '3351879680.00' })
      second.process.kill('SIGTERM')
      expect(await second.ended).toBe(0)
    } finally {
      await removeHome(home)
    }
  })
})
