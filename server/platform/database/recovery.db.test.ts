import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../log.ts'
import { scaled } from '../testing/scaled.ts'
import { openDatabases } from './databases.ts'
import { connect } from './pool.ts'

const writer = fileURLToPath(new URL('../testing/crash-writer.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

interface Life {
  readonly opened: boolean
  readonly main: bigint
  readonly keys: bigint
}

/** One life of a process that owns the databases, ended with kill -9 after so many milliseconds of opening or writing. */
async function lifeOf(home: string, milliseconds: number, counting: 'opening' | 'writing'): Promise<Life> {
  const child: ChildProcess = spawn(process.execPath, ['--import', tsx, writer], {
    env: { ...process.env, JIEQING_HOME: home, DATABASE_URL: '', KEYS_DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const complaints: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
  let life: Life = { opened: false, main: 0n, keys: 0n }
  const ended = new Promise<string | number>((resolve) => {
    child.once('close', (code, by) => resolve(by ?? code ?? 'unknown'))
  })
  let started = false
  if (child.stdout === null) throw new Error('the writer has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, main, keys] = line.split(' ')
    if (word === 'written') life = { opened: true, main: BigInt(main ?? 0), keys: BigInt(keys ?? 0) }
    if (!started && (counting === 'opening' || word === 'written')) {
      started = true
      void sleep(milliseconds).then(() => child.kill('SIGKILL'))
    }
  }
  const how = await ended
  if (how !== 'SIGKILL') throw new Error(`the writer ended with ${how}: ${complaints.join('')}`)
  return life
}

describe('C5 never half-done under any crash', () => {
  test('databases open again with all that was committed, whenever the process that opened them was killed', async () => {
    for (let round = 0; round < scaled(5); round += 1) {
      const home = await mkdtemp('/var/tmp/jieqing-test-recovery-')
      await chmod(home, 0o711)
      // While the folders are being made, at the start of a server, and in the middle of writing.
      const moments = [
        { counting: 'opening', after: Math.random() * 900 },
        { counting: 'opening', after: Math.random() * 300 },
        { counting: 'writing', after: Math.random() * 300 },
      ] as const
      const context = `killed after ${JSON.stringify(moments)}`
      try {
        let known: Life = { opened: false, main: 0n, keys: 0n }
        for (const { counting, after } of moments) {
          const life = await lifeOf(home, after, counting)
          if (life.opened) known = life
        }
        expect(known.opened, context).toBe(true)
        const databases = await openDatabases({ JIEQING_HOME: home }, { logger: silentLogger() })
        try {
          for (const [url, last] of [
            [databases.mainUrl, known.main],
            [databases.keysUrl, known.keys],
          ] as const) {
            const database = connect(url)
            const found = await database.one<{ n: bigint }>(
              'select count(*) as n from written where n <= $1',
              [last],
            )
            await database.close()
            expect(found.n, context).toBe(last)
          }
        } finally {
          await databases.stop()
        }
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    }
  }, 300_000)
})
