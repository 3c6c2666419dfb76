import { join } from 'node:path'
import { blockerCodes } from '@jieqing/domain/closure/blockers'
import { readCatalogue } from '@jieqing/server/platform/testing/catalogue'
import { testDatabase } from '@jieqing/server/platform/testing/database'
import { describe, expect, test } from 'vitest'
import { root } from '../sources.ts'
import { chartOfAccountsPage } from './chart-of-accounts.ts'
import { closingOrderPage, seenBlockers } from './closing-order.ts'
import { policiesPage } from './policies.ts'
import { problemCodesPage } from './problem-codes.ts'
import { schemaPage } from './schema.ts'

/** `npm run reference` runs this file with `--update`, which writes the pages; otherwise each must be as it would be written. */
function pageFile(name: string): string {
  return join(root, 'docs/reference', `${name}.md`)
}

describe('reference pages say what the code says', () => {
  test('problem codes', async () => {
    await expect(problemCodesPage()).toMatchFileSnapshot(pageFile('problem-codes'))
  })

  test('A11 the chart of accounts and every kind of posting', async () => {
    await expect(chartOfAccountsPage()).toMatchFileSnapshot(pageFile('chart-of-accounts'))
  })

  test('C2 C5 blockers in their order and the states of a closing order', async () => {
    await expect(closingOrderPage()).toMatchFileSnapshot(pageFile('closing-order'))
  })

  test('C2 the page has seen a case of every blocker that the rules can give', () => {
    const seen = seenBlockers()
    // Penalty interest comes with overdue interest (A9); until then no loan owes any.
    expect(blockerCodes.filter((name) => !seen.has(name))).toEqual(['penalty-owed'])
  })

  test('policies and products, both profiles side by side', async () => {
    await expect(policiesPage()).toMatchFileSnapshot(pageFile('policies'))
  })

  test('H1 the live schema, with the class and the end of every column', async () => {
    const database = await testDatabase()
    try {
      await expect(schemaPage(await readCatalogue(database))).toMatchFileSnapshot(pageFile('schema'))
    } finally {
      await database.close()
    }
  })
})
