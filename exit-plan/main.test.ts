import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { sample, temporary } from './test/files.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const launcher = fileURLToPath(new URL('./bin/jieqing-exit.mjs', import.meta.url))

function run(home: string, ...words: readonly string[]): Promise<Ran> {
  const env = { ...process.env, JIEQING_EXIT_HOME: home }
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...words], { env, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

const home = () => mkdtemp(join(tmpdir(), 'jieqing-exit-home-'))

describe('M1 the command', { timeout: 120_000 }, () => {
  test('import --json prints one object with the keys others build on, progress on standard error', async () => {
    const { code, out, err } = await run(
      await home(),
      'import',
      sample('meituan/meituan-2025-03.csv'),
      '--json',
    )
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(err).toContain('meituan-2025-03.csv')
    const { files, findings } = JSON.parse(out)
    expect(Object.keys(files[0]).slice(0, 3)).toEqual(['path', 'format', 'version'])
    expect(files[0].rows).toEqual({
      read: 46,
      used: 29,
      ignored: [
        { reason: 'before-header', count: 16 },
        { reason: 'header', count: 1 },
      ],
      failed: [],
    })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      product: '美团月付',
      channel: '美团',
      legalLender: '重庆美团三快小额贷款有限公司',
      grade: 'movement',
    })
    const repayment = findings[0].evidence.find(({ act }: { act: string }) => act === 'repaid')
    expect(repayment).toMatchObject({
      row: 45,
      on: '2025-02-12',
      amount: '48.12',
      file: sample('meituan/meituan-2025-03.csv'),
    })
  })

  test('a refused file ends with 1 and a line that says why, wrong words with 2', async () => {
    const folder = await home()
    const refused = await run(
      folder,
      '--lang',
      'en',
      'import',
      '/no/such/file',
      sample('banks/cmb-debit.csv'),
      '--json',
    )
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('/no/such/file: not imported. No such file.')
    expect(JSON.parse(refused.out).files.map(({ rows }: { rows: { used: number } }) => rows.used)).toEqual([
      0, 5,
    ])
    expect((await run(folder, 'import', '--nonsense')).code).toBe(2)
    expect((await run(folder, 'import', 'x.csv', '--map', 'nonsense')).code).toBe(2)
  })

  test('columns named once and decisions made once are kept in the tool’s own folder, and nothing else is', async () => {
    const folder = await home()
    const path = await temporary('unknown.csv', 'Buchung;Betrag;Name\n2026-01-02;-12.00;小米消费金融\n')
    expect((await run(folder, 'import', path, '--map', 'at=Buchung,amount=Betrag,payee=Name')).code).toBe(0)
    const again = JSON.parse((await run(folder, 'import', path, '--json')).out)
    expect(again.findings.map(({ key }: { key: string }) => key)).toEqual(['xiaomi-xf'])
    expect((await run(folder, 'review', 'ignore', 'xiaomi-xf')).code).toBe(0)
    const ignored = JSON.parse((await run(folder, 'import', path, '--json')).out)
    expect([ignored.findings, ignored.ignoredFindings]).toEqual([[], ['xiaomi-xf']])
    expect((await run(folder, 'review', 'undo', '1')).code).toBe(0)
    expect(JSON.parse(await readFile(join(folder, 'review.json'), 'utf8'))).toEqual([])
    expect(await readFile(join(folder, 'mappings.json'), 'utf8')).not.toContain('小米')
  })

  test('a number of the directory is shown as a claim with its source, or not at all where sources disagree', async () => {
    const folder = await home()
    expect((await run(folder, '--lang', 'en', 'lender', 'rongejie')).out).toContain('an unverified claim')
    const conflicting = (await run(folder, '--lang', 'en', 'lender', '微粒贷')).out
    expect(conflicting).toContain('sources disagree, none is shown')
    expect(conflicting.split('\n').find((line) => line.includes('phone'))).not.toContain('95384')
  })

  test('report show and report diff read text and print what changed', async () => {
    const folder = await home()
    const text = sample('credit-report/docmirror-personal-brief-narrative.txt')
    const shown = await run(folder, 'report', 'show', text, '--json')
    expect(JSON.parse(shown.out).accounts).toHaveLength(3)
    const diff = await run(
      folder,
      'report',
      'diff',
      text,
      text,
      '--closed',
      '示例商业银行=2024-10-20',
      '--json',
    )
    const { closedButShown, enquiriesAfterClosing } = JSON.parse(diff.out)
    expect([closedButShown.length, enquiriesAfterClosing.length]).toEqual([2, 1])
    expect((await run(folder, 'report', 'diff', text, text, '--closed', 'nonsense')).code).toBe(2)
    expect((await run(folder, 'report', 'show', sample('banks/cmb-debit.csv'))).code).toBe(1)
  })
})
