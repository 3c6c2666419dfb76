import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The password of a cluster's owner, made at random and kept in `<home>/credentials.json`, readable by us alone. It is
 * on the disk before the cluster that it opens. Synchronous, so that two clusters opened side by side don't lose each
 * other's line; two processes don't meet here, the home's lock stands before.
 */
export function makePassword(home: string, cluster: string): string {
  const all = readAll(home)
  const known = all[cluster]
  if (known !== undefined) return known
  const password = randomBytes(24).toString('base64url')
  const path = join(home, 'credentials.json')
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ ...all, [cluster]: password }, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  return password
}

/** The password of a cluster that exists already. */
export function knownPassword(home: string, cluster: string): string {
  const known = readAll(home)[cluster]
  if (known !== undefined) return known
  throw new Error(
    `${join(home, 'credentials.json')} holds no password for the database "${cluster}" that stands in ${home}: put the file back`,
  )
}

function readAll(home: string): Readonly<Record<string, string>> {
  let text: string
  try {
    text = readFileSync(join(home, 'credentials.json'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null)
    throw new Error(`${home}/credentials.json is not an object`)
  return Object.fromEntries(Object.entries(value).map(([cluster, password]) => [cluster, String(password)]))
}
