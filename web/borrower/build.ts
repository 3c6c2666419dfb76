import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')

/** The built page, for `pages()` of the server. */
export const builtFolder = join(here, 'dist')

const stampFile = join(builtFolder, '.stamp')

/** Builds the borrower's page where its sources have changed since the last build; otherwise a few milliseconds of reading. */
export async function buildBorrowerPage(): Promise<{ readonly folder: string; readonly built: boolean }> {
  const stamp = await stampOfSources()
  if ((await lastStamp()) === stamp) return { folder: builtFolder, built: false }
  return oneAtATime(async () => {
    // Who waited for another's build finds it done.
    if ((await lastStamp()) === stamp) return { folder: builtFolder, built: false }
    await viteBuild()
    await writeFile(stampFile, stamp)
    return { folder: builtFolder, built: true }
  })
}

function lastStamp(): Promise<string | undefined> {
  return readFile(stampFile, 'utf8').catch(() => undefined)
}

const lock = join(root, 'node_modules/.jieqing-page-build')
const patienceMilliseconds = 120_000

/** Tests and servers may ask at once; a folder is the lock, and one left behind by a crash is taken over. */
async function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let waited = 0; ; waited += 100) {
    const taken = await mkdir(lock).then(
      () => true,
      () => false,
    )
    if (taken) break
    if (waited >= patienceMilliseconds) await rmdir(lock).catch(() => undefined)
    else await setTimeout(100)
  }
  try {
    return await work()
  } finally {
    await rmdir(lock).catch(() => undefined)
  }
}

/** A process of its own, since a build takes on the mode of the process it runs in, and the page is built for production only. */
async function viteBuild(): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the borrower's page could not be built (exit ${code})`)
}

/** Sources, sentences, settings, and the versions of everything else. */
async function stampOfSources(): Promise<string> {
  const files = [
    ...(await filesIn(join(here, 'src'))),
    ...(await filesIn(join(root, 'texts/borrower'))),
    join(here, 'index.html'),
    join(here, 'vite.config.ts'),
    join(here, 'package.json'),
    join(root, 'package-lock.json'),
  ]
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    hash.update(relative(root, file)).update('\0')
    hash.update(await readFile(file)).update('\0')
  }
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { folder, built } = await buildBorrowerPage()
  process.stdout.write(`${folder}: ${built ? 'built' : 'nothing has changed'}\n`)
}
