import { read, utils, write } from '@e965/xlsx'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeZip, readContent, readFiles, sample, sampleText, temporary } from './test/files.ts'
import { makePdf } from './test/make-pdf.ts'

const header =
  '交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n'
const row =
  '2026-01-02 03:04:05,信用借还,花呗,/,花呗主动还款-2026年01月账单,不计收支,812.40,余额,还款成功,1,2,,\n'

async function refusalOf(name: string, content: Uint8Array | string): Promise<string | undefined> {
  return (await readContent(name, content)).imported.files[0]?.refused?.code
}

describe('M1 damaged, wrong and hostile files', { timeout: 120_000 }, () => {
  test('each is refused with its own reason, and the file beside it is still read', async () => {
    expect(await refusalOf('empty.csv', '')).toBe('empty')
    expect(await refusalOf('picture.csv', Buffer.from('89504e470d0a1a0a0000', 'hex'))).toBe('unknown-kind')
    expect(
      await refusalOf('program.csv', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 0, 1, 0, 0, 0, 2])),
    ).toBe('not-text')
    expect(await refusalOf('novel.txt', '从前有座山\n山里有座庙\n')).toBe('unknown-layout')
    expect(await refusalOf('broken.pdf', '%PDF-1.4\nnothing')).toBe('damaged')
    expect(await refusalOf('scan.pdf', makePdf([[]]))).toBe('pdf-without-text')
    expect(await refusalOf('broken.zip', Buffer.from('504b0304ffffffff', 'hex'))).toBe('damaged')
    expect(await refusalOf('broken.xls', Buffer.from('d0cf11e0a1b11ae1ffff', 'hex'))).toBe('damaged')
    const { imported } = await readFiles(['/no/such/file.csv', sample('banks/cmb-debit.csv')])
    expect(imported.files.map(({ refused, rows }) => [refused?.code, rows.used])).toEqual([
      ['not-found', 0],
      [undefined, 5],
    ])
  })

  test('an archive that unpacks to hundreds of times its size is stopped while it unpacks', async () => {
    const bomb = await makeZip({ 'bill.csv': new Uint8Array(80_000_000).fill(0x61) })
    expect(bomb.length).toBeLessThan(200_000)
    expect(await refusalOf('bomb.zip', bomb)).toBe('zip-bomb')
  })

  test('an archive inside an archive is named, and its neighbours are read', async () => {
    const inner = await makeZip({ 'a.csv': header + row })
    const { imported } = await readContent(
      'outer.zip',
      await makeZip({ 'inner.zip': inner, 'b.csv': header + row }),
    )
    expect(imported.files.map(({ refused, rows }) => [refused?.code, rows.used])).toEqual([
      ['zip-nested', 0],
      [undefined, 1],
    ])
  })

  test('entity tricks in a message backup are refused before anything is expanded', async () => {
    const text =
      '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><smses count="1"><sms address="1" date="1" type="1" body="&b;"/></smses>'
    expect(await refusalOf('sms.xml', text)).toBe('xml-doctype')
    expect(await refusalOf('other.xml', '<?xml version="1.0"?><notes><note/></notes>')).toBe('unknown-layout')
  })

  test('a backup that breaks off keeps every whole message and says that it is cut', async () => {
    const whole = await sampleText('sms/smsbr-small.xml')
    const { imported } = await readContent('sms.xml', whole.slice(0, whole.lastIndexOf('<sms') + 60))
    expect(imported.files[0]?.rows).toMatchObject({
      read: 12,
      used: 8,
      failed: [{ row: 12, reason: 'truncated' }],
    })
  })

  test('the pairs of character references that the backup app writes for pictures are read, not refused', async () => {
    const text =
      '<?xml version="1.0"?><smses count="1"><sms address="106" date="1784253600000" type="1" body="&#55357;&#56832;【招联金融】您于07月17日成功还款1352.29元" /></smses>'
    const { imported } = await readContent('sms.xml', text)
    expect(imported.findings[0]?.key).toBe('zhaolian')
  })

  test('a computed cell is never trusted: its row fails, the others stand', async () => {
    const sheet = utils.aoa_to_sheet([
      header.split(',').slice(0, 12),
      row.split(',').slice(0, 12),
      row.split(',').slice(0, 12),
    ])
    sheet.G3 = { t: 'n', v: 1, f: 'HYPERLINK("http://example.invalid")' }
    const bytes = write(utils.book_new(sheet, 'S'), { type: 'buffer', bookType: 'xlsx' }) as Uint8Array
    const { imported } = await readContent('formula.xlsx', bytes)
    expect(imported.files[0]?.rows).toMatchObject({ used: 1, failed: [{ row: 3, reason: 'formula-cell' }] })
    const text = await readContent('formula.csv', `${header}${row.replace('812.40', '=1+1')}${row}`)
    expect(text.imported.files[0]?.rows).toMatchObject({ used: 1, failed: [{ row: 2, reason: 'no-amount' }] })
  })

  test('a spreadsheet whose parts declare a document type is refused', async () => {
    const good = write(utils.book_new(utils.aoa_to_sheet([['a']]), 'S'), {
      type: 'buffer',
      bookType: 'xlsx',
    }) as Uint8Array
    expect(read(good).SheetNames).toEqual(['S'])
    const bad = await makeZip({
      '[Content_Types].xml': '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>',
    })
    expect(await refusalOf('bad.xlsx', bad)).toBe('xml-doctype')
  })

  test('a quote that is never closed costs its own line and no other', async () => {
    const broken = row.replace('花呗主动', '"花呗主动')
    const many = Array.from({ length: 3000 }, () => row).join('')
    const { imported } = await readContent('quotes.csv', `${header}${row}${broken}${many}`)
    expect(imported.files[0]?.rows).toMatchObject({
      used: 3001,
      failed: [{ row: 3, reason: 'unclosed-quote' }],
    })
    expect(imported.findings[0]?.evidenceTotal).toBe(3001)
  })

  test('rows cut short, without amount, or shifted by a stray comma fail by number', async () => {
    const text = `${header}${row}2026-01-02\n2026-01-02 03:04:05,信用借还,花呗\n${row.replace('花呗,/', '花呗,,,/').replace(',,\n', ',,z\n')}${row}`
    const { imported } = await readContent('rows.csv', text)
    const [file] = imported.files
    expect(file?.rows.used).toBe(2)
    expect(file?.rows.failed.map(({ row }) => row)).toEqual([3, 4, 5])
  })

  test('whatever the bytes, every row is used, ignored or failed, and nothing is thrown', async () => {
    const runs = Math.round(60 * Number(process.env.JIEQING_TEST_SCALE ?? '1'))
    const bytes = await sampleText('alipay/alipay-app-2023-gbk.csv')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.string({ maxLength: 30 }),
        fc.nat(40),
        async (at, put, cut) => {
          const path = await temporary('fuzz.csv', bytes.slice(0, at) + put + bytes.slice(at + cut))
          const { imported } = await readFiles([path])
          for (const { rows } of imported.files) {
            const ignored = rows.ignored.reduce((sum, { count }) => sum + count, 0)
            expect(rows.read).toBe(rows.used + ignored + rows.failed.length)
          }
        },
      ),
      { numRuns: runs },
    )
  })
})
