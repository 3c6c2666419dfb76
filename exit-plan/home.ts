import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AskedMapping } from './bills/header.ts'
import type { Decision } from './inventory/review.ts'

/** What the tool remembers: column mappings and review decisions, no rows, no amounts, no names of people. */
export interface Memory {
  readonly mappings: readonly AskedMapping[]
  readonly decisions: readonly Decision[]
}

/** `JIEQING_EXIT_HOME`, else `~/.jieqing-exit`. Nothing of it leaves the machine. */
export function homeFolder(): string {
  return process.env.JIEQING_EXIT_HOME ?? join(homedir(), '.jieqing-exit')
}

export async function remembered(folder = homeFolder()): Promise<Memory> {
  return {
    mappings: (await list(join(folder, 'mappings.json'))) as readonly AskedMapping[],
    decisions: (await list(join(folder, 'review.json'))) as readonly Decision[],
  }
}

export async function remember(part: Partial<Memory>, folder = homeFolder()): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (part.mappings !== undefined) await replace(join(folder, 'mappings.json'), part.mappings)
  if (part.decisions !== undefined) await replace(join(folder, 'review.json'), part.decisions)
}

/** A file that is not there is an empty list; one that cannot be read stops the command rather than being overwritten. */
async function list(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new Error(`${file}: not a list`)
  return value
}

async function replace(file: string, content: readonly unknown[]): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
