import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildBorrowerPage } from './build.ts'
import { budget, firstLoad } from './size.ts'

describe('C1 the page opens on a slow phone', () => {
  test('a first visit stays within the budget, and a second build changes nothing', async () => {
    const { folder } = await buildBorrowerPage()
    const load = await firstLoad(folder)
    expect(load.js).toBeGreaterThan(50)
    expect(load.js).toBeLessThanOrEqual(budget.js)
    expect(load.css).toBeGreaterThan(1)
    expect(load.css).toBeLessThanOrEqual(budget.css)
    expect(await buildBorrowerPage()).toEqual({ folder, built: false })
  }, 120_000)

  test('nothing in the document is inline, so that the strict content security policy holds', async () => {
    const { folder } = await buildBorrowerPage()
    const html = await readFile(join(folder, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son[a-z]+=|data:/)
  }, 120_000)
})
