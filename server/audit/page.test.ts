import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { invariants } from './run.ts'

const page = await readFile(new URL('../../docs/reference/audit.md', import.meta.url), 'utf8')

describe('A11 the page of the audit', () => {
  test('lists every invariant with its sentence, in order', () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+)` *\| (.+?) *\|$/gm)].map(([, name, says]) => ({
      name,
      says,
    }))
    expect(listed).toEqual(invariants.map(({ name, says }) => ({ name, says })))
  })
})
