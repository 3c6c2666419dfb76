import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { processIdentity } from './process-identity.ts'

export type HomeLock =
  | { readonly kind: 'held'; release(): void }
  /** Another process that lives has the home: its databases may be shared, not started a second time. */
  | { readonly kind: 'taken'; readonly pid: number; readonly since: string }

/**
 * One process at a time owns the databases of a home. The lock is a file with the owner's number and start time; what
 * a killed owner left is taken over. The file appears with its content in one step (a hard link), so nobody reads half.
 */
export function lockHome(home: string): HomeLock {
  mkdirSync(home, { recursive: true })
  const lock = join(home, 'lock')
  const mine = join(home, `lock.${process.pid}.${lockCount++}`)
  const content = JSON.stringify({
    pid: process.pid,
    identity: processIdentity(process.pid) ?? '',
    since: new Date().toISOString(),
  })
  writeFileSync(mine, content, { mode: 0o600 })
  try {
    for (;;) {
      if (placed(mine, lock)) {
        ours.add(content)
        return { kind: 'held', release: () => release(lock, content) }
      }
      const found = read(lock)
      if (found === undefined) continue
      if (found.owner !== undefined && lives(found.owner, found.text)) {
        return { kind: 'taken', pid: found.owner.pid, since: found.owner.since }
      }
      removeStale(lock, found.text)
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

interface Owner {
  readonly pid: number
  readonly identity: string
  readonly since: string
}

let lockCount = 0

/** Locks of this very process: a file that claims our number but is not among them is an earlier life's. */
const ours = new Set<string>()

function placed(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error) ?? '')) throw error
    return placedByCopy(mine, lock)
  }
}

/** Where the file system knows no hard links. Whoever reads the half of it takes it for garbled, and so for stale. */
function placedByCopy(mine: string, lock: string): boolean {
  try {
    copyFileSync(mine, lock, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

function read(lock: string): { readonly text: string; readonly owner: Owner | undefined } | undefined {
  let text: string
  try {
    text = readFileSync(lock, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  return { text, owner: parse(text) }
}

function parse(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, identity, since }: { pid?: unknown; identity?: unknown; since?: unknown } = value
    if (typeof pid !== 'number' || typeof identity !== 'string' || typeof since !== 'string') return undefined
    return { pid, identity, since }
  } catch {
    return undefined
  }
}

function lives(owner: Owner, text: string): boolean {
  if (owner.pid === process.pid) return ours.has(text)
  return processIdentity(owner.pid) === owner.identity
}

/** Moved aside and looked at again: between reading and removing, another starter may have put its own lock there. */
function removeStale(lock: string, stale: string): void {
  const aside = `${lock}.stale.${process.pid}.${lockCount++}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') !== stale) placed(aside, lock)
  rmSync(aside, { force: true })
}

function release(lock: string, content: string): void {
  if (!ours.delete(content)) return
  if (read(lock)?.text === content) rmSync(lock, { force: true })
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
