#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { install, requireNode, root } from './install.mjs'

// `npm test`: all that is checked before a change is merged. Words behind it go to vitest (`npm test -- waterfall`).
// The last line printed is always that of the tests: `Tests: N passed, N failed, N skipped`.
requireNode()
install()
const words = process.argv.slice(2)
const browser = words.includes('--project') || findBrowser()
const failed = [
  run('format and lint', '@biomejs/biome/bin/biome', ['check', '.']),
  run('types', 'typescript/bin/tsc', ['-p', '.']),
  run('tests', 'vitest/vitest.mjs', [
    'run',
    ...(browser ? [] : ['--project', 'unit', '--project', 'db']),
    ...words,
  ]),
].includes(false)
process.exit(failed ? 1 : 0)

function run(what, program, args) {
  console.log(`— ${what}`)
  const result = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  return result.status === 0
}

/** Chromium, installed where root may do so; without it the tests in a browser are left out, which CI does not accept. */
function findBrowser() {
  const wanted = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  if (existsSync(wanted)) return true
  if (
    process.env.CHROMIUM_PATH === undefined &&
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version')
  ) {
    console.log('installing chromium …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env })
    spawnSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    })
    if (existsSync(wanted)) return true
  }
  console.log(`tests in a browser are skipped: no Chromium at ${wanted} (install it, or set CHROMIUM_PATH)`)
  if (process.env.CI === 'true') {
    console.error('CI=true does not accept that')
    process.exit(1)
  }
  return false
}
