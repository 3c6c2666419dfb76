import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort, makeHome, removeHome } from '../../server/platform/testing/started.ts'
import { root } from '../sources.ts'
import { shellBlocks } from './blocks.ts'
import { runBlocks } from './run.ts'

describe('A1 A2 A3 A4 A6 A10 A12 A14 C2 C5 L1: the README', () => {
  test('its walk leads a borrower from the invitation to the closed line, as it stands there', {
    timeout: 600_000,
  }, async () => {
    const blocks = shellBlocks(await readFile(join(root, 'README.md'), 'utf8'))
    expect(blocks.filter(({ mark }) => mark === undefined)).toEqual([])
    const run = blocks.filter(({ mark }) => mark?.kind === 'run')
    const [home, port] = [await makeHome(), await freePort()]
    const env = {
      ...process.env,
      JIEQING_HOME: home,
      PORT: String(port),
      DATABASE_URL: '',
      KEYS_DATABASE_URL: '',
      LANG: 'C',
      LC_ALL: 'C',
    }
    const server = spawn('npm', ['start'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const ended = once(server, 'close')
    try {
      let said = ''
      for await (const chunk of server.stdout) {
        said += String(chunk)
        if (said.includes('ready. Ctrl-C')) break
      }
      expect(said).toContain('13800000001')
      const results = await runBlocks(run, {
        cwd: root,
        env: { ...env, API: `http://127.0.0.1:${port}` },
        timeout: 300_000,
      })
      const output = results.map((result) => result.output).join('\n')
      expect(
        results.every(({ ok }) => ok),
        output,
      ).toBe(true)
      expect(results).toHaveLength(run.length)
      expect(output).toContain('"state":"executed"')
      expect(output).toMatch(/"code":"autodebit.revoke"[^}]*"performedAt"/)
      expect(output).toContain('"kind":"line-closed"')
      expect(output).toContain('"ok":true')
      expect(output).not.toContain('"ok":false')
      expect(output).toContain('"interest":"105.00"')
    } finally {
      if (server.pid !== undefined) process.kill(-server.pid, 'SIGINT')
      await ended
      await removeHome(home)
    }
  })
})
