import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generatedFolder, generateTypes } from './contract.ts'

describe('C2 the page knows the server only by its contract', () => {
  test('the committed types are those of the OpenAPI document (`npm run generate -w web/borrower` writes them)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jieqing-contract-'))
    try {
      await generateTypes(folder)
      expect(await contents(generatedFolder)).toEqual(await contents(folder))
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 60_000)

  test('no source of the page imports from the server or the domain', async () => {
    const folder = new URL('./src', import.meta.url).pathname
    const files = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name))
    expect(files.length).toBeGreaterThan(20)
    for (const name of files) {
      const source = await readFile(join(folder, name), 'utf8')
      const imported = [...source.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
        (one) => one[1] ?? one[2] ?? '',
      )
      expect(
        imported.filter((path) => /^@jieqing\/(?!texts\/borrower\/)|\.\.\/\.\.\/\.\.\//.test(path)),
        name,
      ).toEqual([])
    }
  })
})

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}
