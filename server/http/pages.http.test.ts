import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { type App, buildApp } from './app.ts'
import { pages } from './pages.ts'

let world: TestHouse
let folder: string
let app: App

beforeAll(async () => {
  world = await testHouse()
  folder = await mkdtemp(join(tmpdir(), 'jieqing-pages-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'assets/index-abc123.js'), 'export {}')
  app = await buildApp({
    house: world.house,
    callbacks: () => ({ kind: 'refused', reason: 'malformed' }),
    pages: pages(folder),
  })
})

afterAll(async () => {
  await app.close()
  await world.close()
  await rm(folder, { recursive: true })
})

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('C1 L1 the borrower’s page is served beside the API', () => {
  test.each(['/', '/check', '/receipt/5f0c3a2e-6d1b-4c57-9a7e-0d2b8f4c1a39', '/timeline?lang=en'])(
    'the address %s answers the document, which nobody may keep',
    async (url) => {
      const answer = await app.inject({ url, headers: browser })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['content-security-policy']).toContain("style-src 'self'")
      expect(answer.body).toContain('<title>page</title>')
    },
  )

  test('files with a hash in their name are kept for a year', async () => {
    const answer = await app.inject({ url: '/assets/index-abc123.js' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers['content-type']).toContain('javascript')
  })

  test.each([
    ['GET', '/check', { accept: 'application/json' }],
    ['POST', '/check', browser],
    ['GET', '/assets/none.js', browser],
    ['GET', '/assets/../index.html', browser],
    ['GET', '/nowhere', browser],
    ['GET', '/v1/nowhere', browser],
  ] as const)('%s %s for what is no page answers a problem', async (method, url, headers) => {
    const answer = await app.inject({ method, url, headers })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'not-found' })
  })

  test('the API and its contract stay where they are', async () => {
    expect((await app.inject({ url: '/livez', headers: browser })).json()).toEqual({ live: true })
    const { paths } = (await app.inject({ url: '/openapi.json' })).json()
    expect(Object.keys(paths)).not.toContain('/check')
    expect((await app.inject({ url: '/v1/me', headers: browser })).statusCode).toBe(401)
  })
})
