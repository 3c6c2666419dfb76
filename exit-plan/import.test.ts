import { readFile } from 'node:fs/promises'
import { yuan } from '@jieqing/domain/money/fen'
import { describe, expect, test } from 'vitest'
import type { BillRow } from './bills/bill.ts'
import { pageText } from './bills/pdf.ts'
import { asGbk, makeZip, readContent, readFiles, sample, sampleText, temporary } from './test/files.ts'
import { linesOnPages, makePdf } from './test/make-pdf.ts'

/** Rows of each sample by hand count of its data lines. */
const samples = [
  ['wechat/wechat-2019-csv.csv', 'wechat', 'csv', 27],
  ['wechat/wechat-2022-csv-12col.csv', 'wechat', 'csv', 37],
  ['wechat/wechat-2026-03-xlsx.xlsx', 'wechat', 'xlsx-2026-03', 27],
  ['alipay/alipay-web-2019-gbk.csv', 'alipay', 'web', 2],
  ['alipay/alipay-app-2021-gbk.csv', 'alipay', 'app-2021', 16],
  ['alipay/alipay-app-2023-gbk.csv', 'alipay', 'app-2023', 10],
  ['alipay/alipay-app-2025-utf8.csv', 'alipay', 'app-2023', 80],
  ['jd/jd-2025-01.csv', 'jd', '2025', 26],
  ['meituan/meituan-2025-03.csv', 'meituan', '2025', 29],
  ['banks/cmb-debit.csv', 'cmb-debit', 'statement', 5],
  ['banks/cmb-credit.csv', 'cmb-credit', 'bill', 6],
  ['banks/icbc-debit-v1.csv', 'icbc-debit', 'web-v1', 11],
  ['banks/icbc-credit.csv', 'icbc-credit', 'web', 9],
  ['banks/abc-debit.csv', 'abc-debit', 'statement', 5],
  ['banks/bocom-credit.csv', 'bocom-credit', 'mail', 8],
  ['banks/ccb-debit-2025.xls', 'ccb-debit', 'app-2025', 6],
  ['banks/citic-credit.xls', 'citic-credit', 'xls', 13],
  ['bank-pdf-items/cmb-debit-p1.json', 'cmb-debit', 'statement pdf', 17],
  ['bank-pdf-items/cmb-debit-result.csv', 'cmb-debit', 'statement', 34],
  ['bank-pdf-items/boc-credit-pdf1-result.csv', 'boc-credit', 'bill', 14],
  ['sms/smsbr-small.xml', 'sms-backup', 'xml', 8],
  ['sms/smsbr-sms-mms-minimal.xml', 'sms-backup', 'xml', 4],
] as const

describe('M1 import', { timeout: 60_000 }, () => {
  test.each(samples)('%s is read in full as %s %s: %i rows', async (path, format, version, used) => {
    const { imported } = await readFiles([sample(path)])
    const [file] = imported.files
    expect(file).toMatchObject({ format, version, tested: true })
    expect(file?.rows.used).toBe(used)
    expect(file?.rows.failed).toEqual([])
    const ignored = (file?.rows.ignored ?? []).reduce((sum, { count }) => sum + count, 0)
    expect(file?.rows.read).toBe(used + ignored)
  })

  test('neutral rows, refunds and signs keep their meaning', async () => {
    const wechat = (await readFiles([sample('wechat/wechat-2022-csv-12col.csv')])).rows
    expect(wechat[1]).toMatchObject({
      type: '信用卡还款',
      payee: '招商银行信用卡还款',
      flow: 'neutral',
      amount: 702276n,
      on: '2023-01-01',
      time: '14:22:21',
    })
    const jd = (await readFiles([sample('jd/jd-2025-01.csv')])).rows
    expect(jd.find(({ amount }) => amount === 13177n)).toMatchObject({ refunded: 8984n, flow: 'out' })
    expect(jd.find(({ amount }) => amount === 46832n)).toMatchObject({ refunded: 46832n, flow: 'neutral' })
    const icbc = (await readFiles([sample('banks/icbc-debit-v1.csv')])).rows
    expect(icbc.slice(0, 3).map(({ flow, amount }) => [flow, amount])).toEqual([
      ['out', 1340n],
      ['out', 123456n],
      ['in', 123456n],
    ])
    const ccb = (await readFiles([sample('banks/ccb-debit-2025.xls')])).rows
    expect(ccb[0]).toMatchObject({
      on: '2025-01-01',
      time: '18:53:19',
      flow: 'out',
      amount: 6700n,
      payee: '中***融科技有限公司',
    })
    const citic = (await readFiles([sample('banks/citic-credit.xls')])).rows
    expect(citic.map(({ flow }) => flow).filter((flow) => flow === 'in')).toHaveLength(2)
    const bocom = (await readFiles([sample('banks/bocom-credit.csv')])).rows
    expect(bocom.at(-1)).toMatchObject({ amount: 4985n, flow: 'out', on: '2025-01-18', currency: 'CNY' })
  })

  test('a card bill that prints months and days alone takes the year from its title, December from the year before', async () => {
    const { rows } = await readFiles([sample('banks/cmb-credit.csv')])
    expect(rows.map(({ on }) => on)).toEqual([
      '2023-12-29',
      '2023-12-30',
      '2024-01-01',
      '2024-01-02',
      '2024-01-03',
      '2024-01-05',
    ])
  })

  test('the text items of a CMB page give the table that its PDF prints', async () => {
    const { rows } = await readFiles([sample('bank-pdf-items/cmb-debit-p1.json')])
    const wanted = (await readFiles([sample('bank-pdf-items/cmb-debit-result.csv')])).rows.slice(
      0,
      rows.length,
    )
    expect(rows.map(essence)).toEqual(wanted.map(essence))
  })

  test('three pages of a BOC card bill give its table in two currencies', async () => {
    const pages = await Promise.all(
      [1, 2, 3].map(async (page) =>
        JSON.parse(await readFile(sample(`bank-pdf-items/boc-credit-pdf1-p${page}.json`), 'utf8')),
      ),
    )
    const { rows, imported } = await readContent('boc.json', JSON.stringify(pages))
    const wanted = (await readFiles([sample('bank-pdf-items/boc-credit-pdf1-result.csv')])).rows
    expect(rows.map(essence)).toEqual(wanted.map(essence))
    expect(imported.files[0]?.rows.failed).toEqual([])
    expect(rows.at(-1)?.currency).toBe('USD')
  })

  test('a real PDF with a named, unembedded Chinese font gives the same rows as its text items', async () => {
    const items = JSON.parse(await readFile(sample('bank-pdf-items/cmb-debit-p1.json'), 'utf8')) as unknown[]
    const page = items.flatMap(pageText).map((item) => ({ ...item, height: 8 }))
    const { rows, imported } = await readContent('statement.pdf', makePdf([page]))
    const wanted = (await readFiles([sample('bank-pdf-items/cmb-debit-p1.json')])).rows
    expect(rows.map(essence)).toEqual(wanted.map(essence))
    expect(imported.files[0]).toMatchObject({ format: 'cmb-debit', version: 'statement pdf', tested: true })
  })

  test('Kangxi radicals of bank PDFs are read as the characters they stand for', async () => {
    const { rows } = await readContent(
      'abc.csv',
      '交易⽇期,交易时间,交易摘要,交易⾦额,本次余额,对⼿信息,⽇志号,交易渠道,交易附⾔\n20240105,101112,代扣,-866.35,1.00,福州奇富⽹络⼩额贷款有限公司,1,电⼦,还款\n',
    )
    expect(rows[0]).toMatchObject({
      payee: '福州奇富网络小额贷款有限公司',
      amount: 86635n,
      flow: 'out',
      time: '10:11:12',
    })
  })

  test('layouts without a sample are read and marked untested', async () => {
    const proof =
      '交易单号,交易时间,交易类型,收/支/其他,交易方式,金额(元),交易对方,商户单号\n1,2026-01-02 03:04:05,微粒贷还款,其他,零钱,1020.00,微众银行,2\n'
    const older =
      '序号,摘要,币别,钞汇,交易日期,交易金额,账户余额,交易地点/附言,对方账号与户名\n1,代收付,人民币元,钞,20260921,-866.35,1.00,蚂蚁花呗借呗扣款^2026^jiebei,50050107360000002979/重庆蚂蚁消费金融有限公司\n'
    const boc =
      '记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,对方账户名,对方卡号/账号,对方开户行\n2026-01-02,03:04:05,人民币,-868.00,1.00,代收,网上,-------------------,借款还款,重庆美团三快小额贷款有限公司,-------------------,-------------------\n'
    const bocom =
      '序号,日期,时间,类型,借贷,金额,余额,对方账号,户名,地点,摘要\n1,2026-01-02,03:04:05,代扣,借 Dr,455.00,1.00,1,中银消费金融有限公司,北京,分期还款\n'
    for (const [text, format] of [
      [proof, 'wechat'],
      [older, 'ccb-debit'],
      [boc, 'boc-debit'],
      [bocom, 'bocom-debit'],
    ] as const) {
      const { imported, rows } = await readContent('statement.csv', text)
      expect(imported.files[0]).toMatchObject({ format, tested: false, rows: { used: 1, failed: [] } })
      expect(rows[0]?.flow === 'out' || rows[0]?.flow === 'neutral').toBe(true)
      expect(imported.findings).toHaveLength(1)
    }
  })

  test('a statement of an unlisted bank is read by its column names', async () => {
    const text =
      '某银行交易明细\n交易日期,摘要,借方发生额,贷方发生额,结余,对方户名\n2025/12/03  14:06:51,代扣,1520.00,,10.00,兴业消费金融股份公司\n2025/12/04,工资,,9000.00,9010.00,某公司\n'
    const { imported, rows } = await readContent('bank.csv', text)
    expect(imported.files[0]).toMatchObject({ format: 'bank', tested: false })
    expect(rows.map(({ flow, amount }) => [flow, amount])).toEqual([
      ['out', 152000n],
      ['in', 900000n],
    ])
  })

  test('an unknown layout is refused with its columns, read once the columns are named, and the naming is kept', async () => {
    const text = 'Buchung;Betrag;Empfänger\n2026-01-02;-12.00;小米消费金融\n'
    const path = await temporary('unknown.csv', text)
    const refused = (await readFiles([path])).imported.files[0]
    expect(refused?.refused).toMatchObject({ code: 'unknown-layout', detail: 'Buchung, Betrag, Empfänger' })
    let asked = 0
    const askMapping = async () => {
      asked += 1
      return { columns: { Buchung: 'at', Betrag: 'amount', Empfänger: 'payee' }, amounts: 'signed' } as const
    }
    const { imported, rows } = await readFiles([path, path], { askMapping })
    expect(asked).toBe(1)
    expect(rows.map(({ payee, amount, flow }) => [payee, amount, flow])).toEqual([
      ['小米消费金融', 1200n, 'out'],
      ['小米消费金融', 1200n, 'out'],
    ])
    expect(imported.files.map(({ format }) => format)).toEqual(['asked', 'asked'])
  })

  test.each(['aes', 'zipcrypto'] as const)(
    'an archive locked with %s opens with its password, on this machine',
    async (cipher) => {
      const bill = await sampleText('wechat/wechat-2019-csv.csv')
      const path = await temporary(
        '微信支付账单.zip',
        await makeZip({ '账单.csv': bill }, { password: '123456', cipher }),
      )
      expect((await readFiles([path])).imported.files[0]?.refused?.code).toBe('password-needed')
      expect((await readFiles([path], { passwords: ['000000'] })).imported.files[0]?.refused?.code).toBe(
        'password-wrong',
      )
      const { imported } = await readFiles([path], { passwords: ['000000', '123456'] })
      expect(imported.files[0]).toMatchObject({ path: `${path}/账单.csv`, rows: { used: 27, failed: [] } })
      const asked = await readFiles([path], { askPassword: async () => '123456' })
      expect(asked.imported.files[0]?.rows.used).toBe(27)
    },
  )

  test('messages in JSON, in lines of JSON and as text give the same signs', async () => {
    const body = '【招联金融】您于07月17日成功还款1352.29元'
    const asJson = await readContent('a.json', JSON.stringify([{ sender: '10690', body, t: 1784253600000 }]))
    const asLines = await readContent(
      'b.json',
      `${JSON.stringify({ from: '10690', text: body, date: '2026-07-17 10:00' })}\n`,
    )
    const asText = await readContent('c.txt', `2026-07-17 10:00 10690: ${body}\n`)
    for (const { imported } of [asJson, asLines, asText]) {
      expect(imported.findings.map(({ key, grade }) => [key, grade])).toEqual([['zhaolian', 'notice']])
      expect(imported.findings[0]?.evidence[0]).toMatchObject({ on: '2026-07-17', amount: 135229n })
    }
  })

  test('a brief credit report in a PDF is read as one', async () => {
    const text = await sampleText('credit-report/docmirror-personal-brief-narrative.txt')
    const { imported } = await readContent('report.pdf', makePdf(linesOnPages(text.split('\n'))))
    expect(imported.files[0]).toMatchObject({
      format: 'pboc-report',
      version: 'brief',
      rows: { used: 6, failed: [] },
    })
  })

  test('a statement with a password opens with it', async () => {
    const text = (words: string, x: number, y: number) => ({ text: words, x, y, width: 0, height: 8 })
    const page = [
      ...['记账日期', '记账时间', '币别', '金额', '余额', '交易名称', '附言', '对方账户名'].map((name, at) =>
        text(name, 20 + at * 70, 700),
      ),
      ...['2026-01-02', '03:04:05', '人民币', '-868.00', '1.00', '代收', '借款还款', '重庆美团三快小'].map(
        (cell, at) => text(cell, 20 + at * 70, 680),
      ),
      text('额贷款有限公司', 510, 671),
      text('第1页/共1页', 280, 20),
    ]
    const path = await temporary('boc.pdf', makePdf([page], '654321'))
    expect((await readFiles([path])).imported.files[0]?.refused?.code).toBe('password-needed')
    expect((await readFiles([path], { passwords: ['1'] })).imported.files[0]?.refused?.code).toBe(
      'password-wrong',
    )
    const { imported, rows } = await readFiles([path], { passwords: ['1', '654321'] })
    expect(imported.files[0]).toMatchObject({
      format: 'boc-debit',
      version: 'pdf',
      tested: false,
      rows: { used: 1, failed: [] },
    })
    expect(rows[0]).toMatchObject({
      payee: '重庆美团三快小额贷款有限公司',
      amount: 86800n,
      flow: 'out',
      time: '03:04:05',
    })
    expect(imported.findings[0]?.key).toBe('meituan-jieqian')
  })

  test('a WeChat proof in PDF is read though days, times and numbers wrap in their cells', async () => {
    const text = (words: string, x: number, y: number) => ({ text: words, x, y, width: 0, height: 7 })
    const names = [
      '交易单号',
      '交易时间',
      '交易类型',
      '收/支/其他',
      '交易方式',
      '金额(元)',
      '交易对方',
      '商户单号',
    ]
    const record = (y: number, day: string, type: string, payee: string) => [
      text('1000501', 20, y),
      text('2345678', 20, y - 9),
      text(day, 90, y),
      text('10:11:12', 90, y - 9),
      ...[type, '其他', '零钱', '1,020.00', payee].map((cell, at) => text(cell, 160 + at * 70, y)),
      text('9876', 510, y),
    ]
    const head = names.map((name, at) => text(name, 20 + at * 70, 700))
    const page = [
      text('微信支付交易明细证明', 220, 780),
      ...head,
      ...record(684, '2026-01-02', '微粒贷还款', '微众银行'),
      ...record(660, '2026-02-02', '微粒贷还款', '微众银行'),
    ]
    const { imported, rows } = await readContent(
      'proof.pdf',
      makePdf([page, [...head, ...record(684, '2026-03-02', '微粒贷还款', '微众银行')]]),
    )
    expect(imported.files[0]).toMatchObject({
      format: 'wechat',
      version: 'proof',
      tested: false,
      rows: { used: 3, failed: [] },
    })
    expect(rows.map(({ on, time, id, amount }) => [on, time, id, amount])).toEqual([
      ['2026-01-02', '10:11:12', '10005012345678', 102000n],
      ['2026-02-02', '10:11:12', '10005012345678', 102000n],
      ['2026-03-02', '10:11:12', '10005012345678', 102000n],
    ])
    expect(imported.findings.map(({ key, evidenceTotal }) => [key, evidenceTotal])).toEqual([['weilidai', 3]])
  })

  test('a page under the name of a spreadsheet, as some banks send, is read as the table it holds', async () => {
    const rows = [
      ['序号', '日期', '时间', '类型', '借贷', '金额', '余额', '对方账号', '户名', '地点', '摘要'],
      [
        '1',
        '2026-01-02',
        '03:04:05',
        '代扣',
        '借 Dr',
        '455.00',
        '1.00',
        '1',
        '中银消费金融有限公司',
        '北京',
        '分期还款',
      ],
    ]
    const html = `<html><head><meta charset="gbk"></head><body><table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table></body></html>`
    for (const content of [html, asGbk(html)]) {
      const { imported } = await readContent('bocom.xls', content)
      expect(imported.files[0]).toMatchObject({ format: 'bocom-debit', rows: { used: 1, failed: [] } })
      expect(imported.findings[0]?.legalLender).toBe('中银消费金融有限公司')
    }
  })

  test('identity numbers that a bank prints in full are masked on import', async () => {
    const { rows } = await readContent(
      'x.csv',
      '交易日期,交易金额,摘要,对方户名\n2026-01-02,-1.00,还款 证件110101199003071234,张三\n',
    )
    expect(rows[0]?.type).toBe('还款 证件110*************34')
  })
})

function essence({ on, flow, amount, payee, item, type }: BillRow) {
  return [on, flow, yuan(amount), payee.replaceAll(' ', ''), item.replaceAll(' ', ''), type]
}
