import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Ends the process with a clear word where Node is too old: everything else would fail in ways that say less. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Jieqing needs Node.js 20.19 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/**
 * Installs the packages of package-lock.json when they aren't there or the file has changed since. A stamp with the
 * file's hash is written last, so an installation that was interrupted is done again. No package runs a script.
 */
export function install() {
  const stamp = join(root, 'node_modules', '.jieqing-installed')
  const lock = join(root, 'package-lock.json')
  const wanted = createHash('sha256')
    .update(readFileSync(lock))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!existsSync(stamp) && installedByHand(lock)) {
    writeFileSync(stamp, wanted)
    return
  }
  console.error('installing packages …')
  const start = Date.now()
  const ci = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  // Under `npm start` npm says which npm it is (npx says it is npx); otherwise the one on the path has to do.
  const npm = process.env.npm_execpath
  const known = npm !== undefined && basename(npm) === 'npm-cli.js'
  const result = spawnSync(known ? process.execPath : 'npm', known ? [npm, ...ci] : ci, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !known && process.platform === 'win32',
  })
  if (result.status !== 0) {
    console.error(`npm ci failed${result.error === undefined ? '' : `: ${result.error.message}`}`)
    process.exit(result.status ?? 1)
  }
  writeFileSync(stamp, wanted)
  console.error(`installing packages … ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

/** npm's own record is newer than the lock file: somebody ran `npm ci` or `npm install` and it came to its end. */
function installedByHand(lock) {
  const record = join(root, 'node_modules', '.package-lock.json')
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs
}
