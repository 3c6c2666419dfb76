import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { layoutFromJson } from './layout.ts'
import { refusalCodes } from './row.ts'
import { BookTotals } from './totals.ts'

const page = await readFile(new URL('../../docs/reference/book-import.md', import.meta.url), 'utf8')

describe('A14 the page of the import', () => {
  test('lists every reason to refuse a row, in order', () => {
    const codes = [...page.matchAll(/^\| `([a-z][a-z-]+)` *\|/gm)].map(([, code]) => code)
    expect(codes).toEqual(refusalCodes)
  })

  test('names every control total', async () => {
    const body: unknown = JSON.parse(
      await readFile(new URL('./layouts/uci-credit-card.json', import.meta.url), 'utf8'),
    )
    for (const total of Object.keys(new BookTotals(layoutFromJson('uci-credit-card', body)).control()))
      expect(page).toContain(`\`${total}\``)
  })
})
