import { execFile } from 'node:child_process'
import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** The OS user that PostgreSQL runs as. */
export interface OsUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** For `spawn`: empty when the server runs as ourselves. */
  readonly spawn: { readonly uid: number; readonly gid: number } | Record<string, never>
}

/**
 * PostgreSQL refuses to run as root, so root hands it to the user `postgres`, who is made when missing; an ordinary
 * user runs it as oneself.
 */
export async function databaseUser(): Promise<OsUser> {
  const uid = process.getuid?.()
  const gid = process.getgid?.()
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'the embedded PostgreSQL is started on Linux and macOS only: set DATABASE_URL and KEYS_DATABASE_URL',
    )
  }
  if (uid !== 0) return { name: `user ${uid}`, uid, gid, spawn: {} }
  const postgres = (await lookUp()) ?? (await create())
  return { name: 'postgres', ...postgres, spawn: postgres }
}

/** The outermost folder on the way to `path` that `user` may not enter, `path` itself included when it is one. */
export async function closedFolder(path: string, user: OsUser): Promise<string | undefined> {
  const folders: string[] = []
  for (let folder = await realpath(path); ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (dirname(folder) === folder) break
  }
  for (const folder of folders) {
    const stats = await stat(folder)
    if (stats.isDirectory() && !may(user, stats, 1)) return folder
  }
  return undefined
}

/** Whether the mode of a file lets `user` read it (4), or run or enter it (1). */
export function may(user: OsUser, stats: Stats, want: 1 | 4 | 5): boolean {
  const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0
  return ((stats.mode >> shift) & want) === want
}

const run = promisify(execFile)

async function lookUp(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function create(): Promise<{ readonly uid: number; readonly gid: number }> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ])
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and the user postgres could not be made: create it, or start as an ordinary user',
      { cause },
    )
  }
  const made = await lookUp()
  if (made === undefined) throw new Error('the user postgres was made but is not found')
  return made
}
