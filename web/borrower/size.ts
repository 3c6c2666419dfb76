import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What a first visit loads, in KiB after gzip. */
export type FirstLoad = { readonly js: number; readonly css: number }

export const budget: FirstLoad = { js: 130, css: 12 }

/** Measures a built page: what its document names, and the larger of the two catalogues of sentences. */
export async function firstLoad(folder: string): Promise<FirstLoad> {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? [])
  const lazy = (await readdir(join(folder, 'assets')))
    .map((name) => `assets/${name}`)
    .filter((path) => path.endsWith('.js') && !named.includes(path))
  const sizes = await Promise.all(lazy.map((path) => compressed(folder, path)))
  return {
    js: (await total(folder, named, '.js')) + Math.max(0, ...sizes),
    css: await total(folder, named, '.css'),
  }
}

async function total(folder: string, paths: readonly string[], ending: string): Promise<number> {
  const sizes = await Promise.all(
    paths.filter((path) => path.endsWith(ending)).map((path) => compressed(folder, path)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function compressed(folder: string, path: string): Promise<number> {
  return gzipSync(await readFile(join(folder, path))).length / 1024
}
