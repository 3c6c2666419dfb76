import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Seen {
  readonly size: number
  /** Base64. */
  readonly root: string
}

/** What a witness remembers of each log, on disk before it answers: one file a witness, replaced whole. */
export class Memory {
  readonly #path: string
  readonly #folder: string
  readonly #logs: Map<string, Seen>

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    this.#path = join(folder, 'seen.json')
    this.#logs = new Map(Object.entries(readLogs(this.#path)))
  }

  latest(origin: string): Seen | undefined {
    return this.#logs.get(origin)
  }

  keep(origin: string, seen: Seen): void {
    const next = new Map(this.#logs).set(origin, seen)
    const unfinished = `${this.#path}.unfinished`
    const file = openSync(unfinished, 'w')
    writeSync(file, JSON.stringify(Object.fromEntries(next)))
    fsyncSync(file)
    closeSync(file)
    renameSync(unfinished, this.#path)
    const folder = openSync(this.#folder, 'r')
    fsyncSync(folder)
    closeSync(folder)
    this.#logs.set(origin, seen)
  }
}

function readLogs(path: string): Record<string, Seen> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  // Broken memory stops the witness: one that forgets would sign a fork.
  return JSON.parse(text)
}
