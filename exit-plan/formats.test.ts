import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { formats } from './formats.ts'
import { en } from './texts/en.ts'

test('M1 the reference page names every format as the command does, and every reason code', async () => {
  const page = await readFile(new URL('../docs/reference/exit-import.md', import.meta.url), 'utf8')
  for (const { format, version, container, tested } of formats) {
    expect(page).toContain(`| ${format} | ${version} | ${container} | ${tested ? 'yes' : 'no'} |`)
  }
  const codes = [en.ignored, en.failed, en.refusal, en.friend, en.merged].flatMap(Object.keys)
  for (const code of codes) expect(page).toContain(`\`${code}\``)
})
