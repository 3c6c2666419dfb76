import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BookFiles } from '../book/testing/book.ts'
import { scaled } from '../platform/testing/database.ts'
import { type TestHouse, testHouse } from '../platform/testing/house.ts'
import { Life } from '../platform/testing/lives.ts'
import { addAuditCommand } from './command.ts'
import { type AuditFinding, invariants, runAudit } from './run.ts'
import { faults } from './testing/faults.ts'
import { randomWorld, realWorld } from './testing/world.ts'

let world: TestHouse
let files: BookFiles
beforeAll(async () => {
  files = await BookFiles.open()
  world = await testHouse()
  await realWorld(world, files)
}, 120_000)
afterAll(async () => {
  await Promise.all([world.close(), files.close()])
})

const broken = (findings: readonly AuditFinding[]) => findings.filter((finding) => !finding.ok)

describe('A11 A12 the audit of a world without a fault', () => {
  test('finds nothing, with the rights of the application alone', async () => {
    const findings = await world.house.cell.snapshot((db) => runAudit(db))
    expect(broken(findings)).toEqual([])
    expect(findings.map((finding) => finding.name)).toEqual(invariants.map((invariant) => invariant.name))
  })

  test('whatever borrowers do and however late the channel answers, no invariant breaks', async () => {
    for (let round = 0; round < scaled(2); round += 1) {
      const seed = Math.floor(Math.random() * 1e9)
      const other = await testHouse()
      try {
        await randomWorld(other, seed, 25)
        const found = await other.house.cell.snapshot((db) => runAudit(db))
        expect({ seed, broken: broken(found) }).toEqual({ seed, broken: [] })
      } finally {
        await other.close()
      }
    }
  }, 240_000)
})

describe('A11 A12 C5 the audit of a world with one fault', () => {
  test('every invariant has a fault that breaks it', () => {
    expect(Object.keys(faults).sort()).toEqual(invariants.map((invariant) => invariant.name).sort())
  })

  test.each(Object.entries(faults))('%s is named when it is broken', async (name, fault) => {
    const findings = await withFault(fault)
    const found = findings.find((finding) => finding.name === name)
    expect(found?.ok).toBe(false)
    expect(found?.rows.length).toBeGreaterThan(0)
    expect(found?.rows.length).toBeLessThanOrEqual(20)
  })

  /** Plants as the owner with all triggers off, looks, and takes it back. */
  async function withFault(fault: string): Promise<readonly AuditFinding[]> {
    const takenBack = new Error('taken back')
    let findings: readonly AuditFinding[] = []
    const planted = world.database.owner.transaction(async (trx) => {
      await trx.rows('set local session_replication_role = replica')
      expect(await trx.changed(fault)).toBeGreaterThan(0)
      findings = await runAudit(trx)
      throw takenBack
    })
    await expect(planted).rejects.toBe(takenBack)
    return findings
  }
})

describe('A11 jieqing audit', () => {
  test('prints a line an invariant and ends 0; with a broken one, its rows and 1', async () => {
    const house = await testHouse()
    try {
      const life = await Life.begin(house)
      const clean = await audit(house)
      expect(clean.exit).toBeUndefined()
      expect(clean.lines).toEqual(invariants.map(({ name }) => ({ invariant: name, ok: true, rows: [] })))

      await house.database.owner.rows('update account set credit_balance_fen = 5')
      const faulty = await audit(house)
      expect(faulty.exit).toBe(1)
      expect(faulty.lines.filter((line) => line.ok === false)).toEqual([
        {
          invariant: 'credit-balance-ledger',
          ok: false,
          rows: [{ customer_id: life.customerId.toString(), credit_balance_fen: '5', ledger_fen: '0' }],
        },
      ])
    } finally {
      await house.close()
    }
  })

  async function audit({ house }: TestHouse) {
    const before = process.exitCode
    let text = ''
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      text += String(part)
      return true
    })
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      process.exitCode = undefined
      const program = new Command('jieqing')
      addAuditCommand(program, (work) => work(house))
      await program.parseAsync(['audit'], { from: 'user' })
      const lines: readonly Record<string, unknown>[] = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      return { exit: process.exitCode, lines }
    } finally {
      process.exitCode = before
      out.mockRestore()
      err.mockRestore()
    }
  }
})
