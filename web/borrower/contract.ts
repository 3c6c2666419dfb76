import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import { shippedPolicies } from '@jieqing/domain/policy/policy'
import { buildApp } from '@jieqing/server/http/app'
import { wallClock } from '@jieqing/server/platform/clock'
import { connectCell, connectKeys } from '@jieqing/server/platform/database/pool'
import type { House } from '@jieqing/server/platform/house'
import { Jobs } from '@jieqing/server/platform/jobs'
import { KeyRing } from '@jieqing/server/platform/key-ring'
import { silentLogger } from '@jieqing/server/platform/log'
import { noMessages } from '@jieqing/server/platform/messages'
import { ScriptedChannel } from '@jieqing/server/platform/testing/house'

/** Where the page's types of the contract are kept. */
export const generatedFolder = fileURLToPath(new URL('./src/api/generated', import.meta.url))

/**
 * Writes the types of the API from its own OpenAPI document, the only thing that the page knows of the server (design 2.15). Needs no
 * database: the house below is one that nobody enters.
 */
export async function generateTypes(folder: string): Promise<void> {
  await createClient({
    input: await openApiDocument(),
    output: folder,
    plugins: ['@hey-api/typescript'],
    logs: { level: 'silent', file: false },
  })
}

/** What a borrower's page may call; the lender's side of the API may change without it. */
const theirs = /^\/v1\/(me|sessions|sign-in-codes|sandbox)(\/|$)/

async function openApiDocument(): Promise<Record<string, unknown>> {
  const house = emptyHouse()
  const jobs = new Jobs(house)
  await jobs.stop()
  const app = await buildApp({
    house,
    callbacks: () => ({ kind: 'refused', reason: 'malformed' }),
    sandbox: { jobs, fakes: [], borrowers: [] },
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  const paths = Object.entries(document.paths ?? {}).filter(([path]) => theirs.test(path))
  return { ...document, paths: Object.fromEntries(paths) }
}

/** Its pools connect at the first query, which never comes. */
function emptyHouse(): House {
  const nowhere = 'postgres://nobody@127.0.0.1:1/none'
  return {
    cell: connectCell(nowhere),
    cellName: 'cell_0001',
    keyRing: new KeyRing(connectKeys(nowhere), randomBytes(32)),
    clock: wallClock,
    today: () => {
      throw new Error('there is no day here')
    },
    sandbox: true,
    policy: shippedPolicies['cn-2026'],
    policyRef: 'cn-2026@1',
    products: new Map(),
    channel: new ScriptedChannel(),
    messages: noMessages,
    log: silentLogger(),
    nudge: () => undefined,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateTypes(generatedFolder)
