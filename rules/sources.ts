import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const elsewhere = new Set(['node_modules', 'dist', '.jieqing', '.git', 'generated', 'coverage'])

/** Every file below a folder whose name ends in one of `endings`, as a path from the checkout, with `/`. */
export function filesBelow(folder: string, endings: readonly string[]): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(root, folder, entry.name)
      if (entry.isDirectory())
        return elsewhere.has(entry.name) ? [] : filesBelow(relative(root, path), endings)
      return endings.some((ending) => entry.name.endsWith(ending))
        ? [relative(root, path).replaceAll('\\', '/')]
        : []
    })
}

export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
