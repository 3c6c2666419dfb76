import { readFile } from 'node:fs/promises'
import { read, type Sheet2CSVOpts, utils, write } from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BillRow } from './bills/bill.ts'
import { headerOf } from './bills/header.ts'
import { asGbk, readContent, readFiles, sample, sampleText } from './test/files.ts'

const runs = Math.max(1, Math.round(6 * Number(process.env.JIEQING_TEST_SCALE ?? '1')))

const csvSamples = [
  'wechat/wechat-2019-csv.csv',
  'wechat/wechat-2022-csv-12col.csv',
  'alipay/alipay-web-2019-gbk.csv',
  'alipay/alipay-app-2021-gbk.csv',
  'alipay/alipay-app-2023-gbk.csv',
  'alipay/alipay-app-2025-utf8.csv',
  'jd/jd-2025-01.csv',
  'meituan/meituan-2025-03.csv',
  'banks/cmb-debit.csv',
  'banks/cmb-credit.csv',
  'banks/icbc-debit-v1.csv',
  'banks/icbc-credit.csv',
  'banks/abc-debit.csv',
  'banks/bocom-credit.csv',
] as const

const workbookSamples = [
  'wechat/wechat-2026-03-xlsx.xlsx',
  'banks/ccb-debit-2025.xls',
  'banks/citic-credit.xls',
] as const

/** What a mutation may do to a sample without changing what it says. */
interface Mutation {
  readonly order: readonly number[]
  readonly addedAt: readonly number[]
  readonly linesBefore: number
  readonly linesTaken: number
  readonly trailing: 'as is' | 'dropped' | 'added'
  readonly encoding: (typeof encodings)[number]
  readonly delimiter: ',' | '\t' | ';'
  readonly quoted: boolean
  readonly newline: '\n' | '\r\n'
}

const encodings = ['utf-8', 'utf-8-bom', 'gbk', 'utf-16le-bom', 'utf-16le', 'utf-16be-bom'] as const

const mutation: fc.Arbitrary<Mutation> = fc.record({
  order: fc.array(fc.nat(1_000_000), { minLength: 24, maxLength: 24 }),
  addedAt: fc.array(fc.nat(30), { maxLength: 4 }),
  linesBefore: fc.nat(30),
  linesTaken: fc.nat(8),
  trailing: fc.constantFrom('as is', 'dropped', 'added'),
  encoding: fc.constantFrom(...encodings),
  delimiter: fc.constantFrom(',', '\t', ';'),
  quoted: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
})

describe('M1 import of mutated exports', { timeout: 120_000 }, () => {
  test.each(csvSamples)(
    '%s gives the same rows whatever is shuffled, added, moved, dropped or encoded anew',
    async (path) => {
      const table = await tableOf(path)
      const wanted = await readFiles([sample(path)])
      await fc.assert(
        fc.asyncProperty(mutation, async (how) => {
          const { imported, rows } = await readContent(
            'mutated.csv',
            encoded(mutated(table, how), how.encoding),
          )
          expect(rows.map(essence)).toEqual(wanted.rows.map(essence))
          expect(imported.files[0]?.format).toBe(wanted.imported.files[0]?.format)
          expect(imported.files[0]?.rows.failed).toEqual([])
          expect(imported.findings.map(({ key, evidenceTotal }) => [key, evidenceTotal])).toEqual(
            wanted.imported.findings.map(({ key, evidenceTotal }) => [key, evidenceTotal]),
          )
        }),
        { numRuns: runs },
      )
    },
  )

  test.each(workbookSamples)(
    '%s gives the same rows when columns move and the book is saved as another kind',
    async (path) => {
      const book = read(await readFile(sample(path)), { raw: true })
      const sheet = book.Sheets[book.SheetNames[0] ?? '']
      if (sheet === undefined) throw new Error('no sheet')
      const cells = utils.sheet_to_json<readonly unknown[]>(sheet, { header: 1, raw: true })
      const wanted = (await readFiles([sample(path)])).rows.map(essence)
      await fc.assert(
        fc.asyncProperty(mutation, fc.constantFrom('xlsx', 'biff8'), async (how, kind) => {
          const moved = shuffled(cells, headerAt(cells.map((row) => row.map(String))), how)
          const again = utils.book_new(utils.aoa_to_sheet(moved.map((row) => [...row])), 'S')
          const bytes = write(again, { type: 'buffer', bookType: kind }) as Uint8Array
          const { rows } = await readContent(`again.${kind === 'xlsx' ? 'xlsx' : 'xls'}`, bytes)
          expect(rows.map(essence)).toEqual(wanted)
        }),
        { numRuns: Math.max(1, Math.round(runs / 2)) },
      )
    },
  )

  test('a bill opened and saved again by a spreadsheet keeps its days, amounts and parties; seconds may go', async () => {
    const wanted = await readFiles([sample('alipay/alipay-app-2025-utf8.csv')])
    const book = read(await sampleText('alipay/alipay-app-2025-utf8.csv'), { type: 'string' })
    const sheet = book.Sheets[book.SheetNames[0] ?? '']
    if (sheet === undefined) throw new Error('no sheet')
    const options: Sheet2CSVOpts = { dateNF: 'yyyy/m/d h:mm' }
    const csv = utils.sheet_to_csv(sheet, options)
    const workbook = write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array
    for (const { rows, imported } of [
      await readContent('again.csv', asGbk(csv)),
      await readContent('again.xlsx', workbook),
    ]) {
      expect(imported.files[0]?.rows.failed).toEqual([])
      const without = ({ on, amount, payee, flow }: BillRow) => [on, amount, payee, flow]
      expect(rows.map(without)).toEqual(wanted.rows.map(without))
    }
  })
})

interface Table {
  readonly before: readonly string[]
  readonly cells: readonly (readonly string[])[]
}

/** A sample cut into its preamble lines and its cells from the header on. */
async function tableOf(path: string): Promise<Table> {
  const text = (await sampleText(path)).replace(/^\ufeff/, '')
  const rows: string[][] = parse(text, {
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  const header = headerAt(rows)
  return {
    before: rows.slice(0, header).map((row) => row.join(' ').trim()),
    cells: rows.slice(header).map((row) => row.map((cell) => cell.replace(/^"(.*)"\s*$/s, '$1'))),
  }
}

function headerAt(rows: readonly (readonly string[])[]): number {
  return rows.findIndex((row) => headerOf(row, []) !== undefined)
}

/** Columns in another order, columns of no meaning between them; rows without as many cells stay as they are. */
function shuffled<Cell>(
  rows: readonly (readonly Cell[])[],
  header: number,
  how: Mutation,
): readonly (readonly (Cell | string)[])[] {
  const names = (rows[header] ?? []).map(String)
  while (names.at(-1)?.trim() === '') names.pop()
  const order = names
    .map((_, index) => index)
    .sort((a, b) => (how.order[a] ?? 0) - (how.order[b] ?? 0) || a - b)
  return rows.map((row, index) => {
    if (
      index < header ||
      (index > header && row.filter((cell) => String(cell ?? '').trim() !== '').length <= 3)
    )
      return row
    const moved: (Cell | string)[] = order.map((from) => row[from] ?? '')
    for (const at of how.addedAt)
      moved.splice(at % (moved.length + 1), 0, index === header ? `附加列${at}` : `x${at}`)
    return moved
  })
}

function mutated(table: Table, how: Mutation): string {
  // The title keeps its place among the lines: a card bill's year stands in it.
  const kept = table.before.filter((line, index) => index >= how.linesTaken || /[0-9]{4}年/.test(line))
  const before = [...Array.from({ length: how.linesBefore }, (_, index) => `说明${index}`), ...kept]
  const cell = (text: string) =>
    how.quoted || /["\n]/.test(text) || text.includes(how.delimiter)
      ? `"${text.replaceAll('"', '""')}"`
      : text
  const lines = shuffled(table.cells, 0, how).map((row) => {
    const cells = [...row]
    if (how.trailing === 'added') cells.push('')
    if (how.trailing === 'dropped') while (cells.at(-1)?.trim() === '') cells.pop()
    return cells.map(cell).join(how.delimiter)
  })
  return [...before, ...lines, ''].join(how.newline)
}

function encoded(text: string, encoding: Mutation['encoding']): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text)
    case 'utf-8-bom':
      return Buffer.from(`\ufeff${text}`)
    case 'gbk':
      return asGbk(text)
    case 'utf-16le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16le-bom':
      return Buffer.from(`\ufeff${text}`, 'utf16le')
    case 'utf-16be-bom':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  }
}

/** Everything a row says but its place in the file; a sign outside GB18030's two-byte part is lost in the re-encoded file. */
function essence(row: BillRow) {
  const { row: _, ...said } = row
  return Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll('?', '') : value,
    ]),
  )
}
