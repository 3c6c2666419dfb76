import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { costly, malformed, numbersFrom } from './testing/malformed.ts'
import { scaled } from './testing/scaled.ts'
import { settings, vector } from './testing/vectors.ts'

const seed = Number(process.env.JIEQING_TEST_SEED || '20261122')

describe('L3 input made to do harm', () => {
  test('ten thousand malformed inputs and more are refused with a reason, and none breaks the verifier', () => {
    const below = numbersFrom(seed)
    const seen = new Set<string>()
    const count = scaled(12_000)
    for (let n = 0; n < count; n++) {
      const { verdict, reasons } = check(malformed(n, below), settings)
      if (verdict === 'valid' || reasons.length === 0) throw new Error(`seed ${seed}, input ${n}: ${verdict}`)
      for (const reason of reasons) seen.add(reason)
    }
    expect(seen.size).toBeGreaterThan(12)
  }, 120_000)

  test('a damaged proof beside a good certificate never makes it more, and never breaks the verifier', () => {
    const below = numbersFrom(seed + 1)
    const good = Uint8Array.from(Buffer.from(vector('closure').signed, 'hex'))
    const proof = new TextEncoder().encode(vector('closure').proof)
    for (let n = 0; n < scaled(2000); n++) {
      const damaged = proof.slice(0, n % 3 === 0 ? below(proof.length) : proof.length)
      for (let times = 1 + below(3); times > 0 && damaged.length > 0; times--)
        damaged[below(damaged.length)] = below(256)
      const { verdict, facts } = check(good, { ...settings, proof: damaged })
      // A byte may have been replaced by itself, or stood in a line of nobody.
      if (verdict === 'valid') expect(facts.log).toMatchObject({ proof: 'verified', index: '3', size: '71' })
      else expect(verdict).toBe('invalid')
    }
  }, 120_000)

  test.each(Object.entries(costly))(
    '%s is refused within 64 MiB',
    (_name, make) => {
      const folder = mkdtempSync(join(tmpdir(), 'jieqing-costly-'))
      try {
        const file = join(folder, 'input')
        writeFileSync(file, make())
        const program = fileURLToPath(new URL('./testing/weigh.ts', import.meta.url))
        const out = execFileSync(process.execPath, ['--import', 'tsx', program, file], { encoding: 'utf8' })
        const { verdict, grownBytes } = JSON.parse(out)
        expect(verdict).toBe('not-a-certificate')
        expect(grownBytes).toBeLessThan(64 * 1024 * 1024)
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )
})
