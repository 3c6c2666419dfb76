import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const checkout = fileURLToPath(new URL('..', import.meta.url))
let root: string

// A checkout in small: the real launcher, and a stand-in for the program it launches.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jieqing-launch-'))
  cpSync(join(checkout, 'bin'), join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'server'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(root, 'tsconfig.json'), '{}')
  writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion":3}')
  installed()
  writeFileSync(
    join(root, 'server', 'main.ts'),
    `const words: readonly string[] = process.argv.slice(2)
     const seen: string[] = []
     if (words.includes('wait')) {
       for (const signal of ['SIGINT', 'SIGTERM'] as const) {
         process.on(signal, () => {
           seen.push(signal)
           setTimeout(() => { console.log(JSON.stringify({ seen })); process.exit(7) }, 300)
         })
       }
       setInterval(() => undefined, 1000)
       console.log('waiting')
     } else {
       console.log(JSON.stringify({ words, cwd: process.cwd(), terminal: process.stdout.isTTY === true }))
       process.exitCode = words.includes('refused') ? 1 : 0
     }`,
  )
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

/** As npm leaves it: the packages, and its own record of them, newer than the lock file. */
function installed(): void {
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  for (const name of ['tsx', 'esbuild', '@esbuild']) {
    if (!existsSync(join(root, 'node_modules', name))) {
      symlinkSync(join(checkout, 'node_modules', name), join(root, 'node_modules', name))
    }
  }
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{}')
}

const run = (
  program: string,
  words: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) =>
  spawnSync(process.execPath, [join(root, 'bin', program), ...words], {
    encoding: 'utf8',
    cwd: options.cwd ?? root,
    env: { ...process.env, npm_execpath: undefined, ...options.env },
  })

describe('A12 npm start and jieqing', () => {
  test('start runs the sandbox, jieqing any command, in the caller’s folder, without a terminal', () => {
    const start = run('start.mjs', ['--port', '8080'])
    expect(JSON.parse(start.stdout)).toEqual({
      words: ['start', '--sandbox', '--port', '8080'],
      cwd: root,
      terminal: false,
    })
    const elsewhere = join(root, 'books')
    mkdirSync(elsewhere)
    const audit = run('jieqing.mjs', ['audit', 'two words'], { cwd: elsewhere })
    expect(JSON.parse(audit.stdout)).toMatchObject({ words: ['audit', 'two words'], cwd: elsewhere })
    expect(audit.status).toBe(0)
  })

  test('the command’s exit code is the launcher’s', () => {
    expect(run('jieqing.mjs', ['refused']).status).toBe(1)
  })

  test('a request to stop is passed on, and a doubled one is one', async () => {
    const child: ChildProcess = spawn(process.execPath, [join(root, 'bin', 'start.mjs'), 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    const waiting = new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('waiting')) resolve()
      })
    })
    const code = new Promise((resolve) => child.once('close', resolve))
    await waiting
    child.kill('SIGINT')
    await sleep(50)
    child.kill('SIGINT')
    expect(await code).toBe(7)
    expect(said).toContain('{"seen":["SIGINT"]}')
  })

  test('a Node too old is told so', () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})`
    const said = spawnSync(process.execPath, ['--import', old, join(root, 'bin', 'start.mjs')], {
      encoding: 'utf8',
    })
    expect(said.status).toBe(1)
    expect(said.stderr).toBe('Jieqing needs Node.js 20.19 or newer; this is 18.20.4.\n')
  })

  test('packages are installed when they are missing or the lock file changed, and only then', () => {
    const npm = join(root, 'npm-cli.js')
    const asked = join(root, 'asked')
    writeFileSync(
      npm,
      `import { appendFileSync } from 'node:fs'
       appendFileSync(${JSON.stringify(asked)}, process.argv.slice(2).join(' ') + '\\n')
       process.exit(Number(process.env.NPM_FAILS ?? 0))`,
    )
    const times = () => (existsSync(asked) ? readFileSync(asked, 'utf8').split('\n').length - 1 : 0)
    const env = { npm_execpath: npm }
    run('jieqing.mjs', [], { env })
    expect(times()).toBe(0)
    writeFileSync(join(root, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}')
    const failing = run('jieqing.mjs', [], { env: { ...env, NPM_FAILS: '9' } })
    expect(failing.status).toBe(9)
    expect(failing.stderr).toContain('npm ci failed')
    run('jieqing.mjs', [], { env })
    run('jieqing.mjs', [], { env })
    expect(times()).toBe(2)
    expect(readFileSync(asked, 'utf8')).toMatch(/^ci --ignore-scripts /)
  })
})
