import { type Operation, readContract } from '@jieqing/server/http/testing/contract'
import { openApp, type TestApp } from '@jieqing/server/http/testing/open-app'
import { type TestHouse, testHouse } from '@jieqing/server/platform/testing/house'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSource } from './sources.ts'

type Route = { readonly name: string; readonly access: string }

let house: TestHouse
let opened: TestApp
let operations: readonly Operation[]
const routes: Route[] = []

beforeAll(async () => {
  house = await testHouse()
  opened = await openApp(house.house, {
    onRoute: ({ method, url, config }) => {
      const path = url.replace(/:(\w+)/g, '{$1}')
      const access = config?.access ?? 'anyone'
      for (const verb of [method].flat())
        if (verb !== 'HEAD') routes.push({ name: `${verb} ${path}`, access })
    },
  })
  operations = await readContract(opened.app)
})
afterAll(async () => {
  await opened.close()
  await house.close()
})

/** Who may call what: written by hand, so that a route that opens more widely is a change that somebody reads. */
const matrix: Readonly<Record<string, string>> = JSON.parse(readSource('rules/authorisation.json'))

/** Not of the contract: what operators, the channel and readers of the reference call. */
const hidden = /^(GET \/(livez|readyz|metrics|openapi\.json|reference.*)|POST \/v1\/channel-callbacks\/.*)$/

describe('A1 who may call what', () => {
  test('every route of the app is in the matrix with the access that its guard checks, and nothing else is', () => {
    const live = Object.fromEntries(routes.map(({ name, access }) => [name, access]))
    expect(live).toEqual(matrix)
  })

  test('the contract lists every route but health, callbacks and its own reference', () => {
    const listed = operations.map(({ name }) => name).sort()
    const shown = routes.map(({ name }) => name).filter((name) => !hidden.test(name))
    expect(listed).toEqual([...new Set(shown)].sort())
  })

  test('the contract says of each operation what the matrix says', () => {
    const said = operations.map(({ name, access }) => [name, access])
    expect(said).toEqual(operations.map(({ name }) => [name, matrix[name]]))
  })

  test('a path of one person is open to that person alone, and a path of customers to the lender', () => {
    for (const [name, access] of Object.entries(matrix)) {
      if (/ \/v1\/(me|customers)\b/.test(name))
        expect([name, access]).toEqual([name, name.includes('/v1/me') ? 'borrower' : 'lender'])
    }
  })
})
