import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { install, requireNode, root } from './install.mjs'

/**
 * Runs a program, `jieqing` unless told, with these words in the caller's folder, with the caller's input and output, and ends as it ends.
 * SIGINT, SIGTERM and SIGHUP are passed on. The program runs in a session of its own, because Ctrl-C at a terminal
 * reaches every process there, npm passes it on once more, and a second signal means "at once" to the server: so what
 * comes within a moment of the first counts as the same.
 */
export function launch(words, program = ['server', 'main.ts']) {
  requireNode()
  install()
  const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href
  const child = spawn(process.execPath, ['--import', tsx, join(root, ...program), ...words], {
    stdio: 'inherit',
    detached: process.platform !== 'win32',
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
  })
  let last = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now()
      if (last !== 0 && now - last < 500) return
      last = now
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    })
  }
  child.on('error', (error) => {
    console.error(`the program could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
  })
}
