import { calendarDate } from '@jieqing/domain/calendar/date'
import { describe, expect, test } from 'vitest'
import { readContent, readFiles, sample, temporary } from '../test/files.ts'
import { scoreOf } from './score.ts'

const alipay =
  '交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n'
const ccb = '记账日,交易日期,交易时间,支出,收入,账户余额,币种,摘要,对方账号,对方户名,交易地点\n'

describe('M1 inventory', () => {
  test('precision and recall stay where they were measured, on the part used for tuning and on the part set aside', async () => {
    const tuning = await scoreOf('tuning')
    const aside = await scoreOf('set-aside')
    expect(tuning.items).toBe(150)
    expect(aside.items).toBe(76)
    expect([tuning.precision, tuning.recall].every((share) => share >= 0.98)).toBe(true)
    expect([aside.precision, aside.recall].every((share) => share >= 0.95)).toBe(true)
  })

  test('product, channel and legal lender stand apart, and say where the lender comes from', async () => {
    const bank = `${ccb}20260921,20260921,10:00:00,866.35,0,1.00,人民币,代收付,1,重庆蚂蚁消费金融有限公司,蚂蚁花呗借呗扣款^2026^jiebei\n`
    const wallet = `${alipay}2026-09-01 10:00:00,餐饮美食,小店,/,午餐,支出,12.00,花呗&红包,交易成功,1,2,,\n2026-09-02 10:00:00,餐饮美食,小店,/,午餐,支出,12.00,花呗|信用购,交易成功,3,4,,\n`
    const { imported } = await readFiles([
      await temporary('ccb.csv', bank),
      await temporary('alipay.csv', wallet),
    ])
    expect(
      imported.findings.map(({ key, channel, legalLender, lenderFrom, grade }) => [
        key,
        channel,
        legalLender,
        lenderFrom,
        grade,
      ]),
    ).toEqual([
      ['jiebei', '支付宝', '重庆蚂蚁消费金融有限公司', 'evidence', 'movement'],
      ['huabei', '支付宝', '重庆蚂蚁消费金融有限公司', 'directory', 'pay-method'],
      ['huabei-xyg', '支付宝', undefined, undefined, 'pay-method'],
    ])
  })

  test('false friends are counted by kind and never listed as debts', async () => {
    const wallet = [
      '2026-09-01 10:00:00,信用借还,街电,/,芝麻免押下单成功,不计收支,0.00,,芝麻免押下单成功,1,2,,',
      '2026-09-01 10:00:00,信用借还,街电,/,押金解冻,不计收支,99.00,,解冻成功,1,2,,',
      '2026-09-01 10:00:00,信用借还,招商银行,/,信用卡还款,不计收支,3050.00,余额,还款成功,1,2,,',
      '2026-09-01 10:00:00,转账红包,李四,/,还你的借款,支出,500.00,余额,交易成功,1,2,,',
    ].join('\n')
    const messages = [
      '【360借条】验证码7788，您正在申请额度',
      '【分期乐】您的50000元额度待审核，最高可贷20万 拒收请回复R',
      '【微众银行】您的微粒贷严重逾期，将依法起诉，请联系13900000000',
      '【奇富借条】您为张三提供担保的借款已逾期，请提醒其还款',
    ].map((body, index) => ({ sender: `1069${index}`, body, t: 1784253600000 }))
    const { imported } = await readFiles([
      await temporary('a.csv', alipay + wallet),
      await temporary('b.json', JSON.stringify(messages)),
    ])
    expect(imported.findings).toEqual([])
    expect(imported.notDebts.map(({ kind, count }) => [kind, count]).sort()).toEqual([
      ['credit-card-repayment', 1],
      ['deposit-free', 2],
      ['guarantee', 1],
      ['marketing', 1],
      ['one-time-code', 1],
      ['spoofed-collection', 1],
    ])
  })

  test('one repayment told by wallet, bank and message is one movement, with the reason; two equal rows of one file stay two', async () => {
    const wallet = `${alipay}2026-09-20 10:00:00,信用借还,花呗,/,花呗主动还款-2026年09月账单,不计收支,812.40,建设银行(9981),还款成功,20260920001,2,,\n`
    const bank = `${ccb}20260921,20260921,10:00:00,812.40,0,1.00,人民币,代收付,1,重庆蚂蚁消费金融有限公司,扣款\n`
    const message = '[{"sender":"95188","body":"【花呗】您已成功还款812.40元","t":1789869600000}]'
    const { imported } = await readFiles([
      await temporary('a.csv', wallet),
      await temporary('b.csv', bank),
      await temporary('c.json', message),
    ])
    expect(imported.findings.map(({ key }) => key)).toEqual(['huabei'])
    expect(imported.findings[0]?.merged).toEqual([{ reason: 'same-amount-within-days', evidence: [0, 1, 2] }])
    const twice = await readContent('twice.csv', wallet + wallet.split('\n')[1])
    expect(twice.imported.findings[0]).toMatchObject({ evidenceTotal: 2, merged: [] })
  })

  test('two exports that overlap count a movement once', async () => {
    const row =
      '2026-09-20 10:00:00,信用借还,借呗,/,借呗还款-正常还款,不计收支,866.35,余额,还款成功,20260920001,2,,\n'
    const { imported } = await readFiles([
      await temporary('jan.csv', alipay + row),
      await temporary('feb.csv', alipay + row),
    ])
    expect(imported.findings[0]?.merged).toEqual([{ reason: 'same-number', evidence: [0, 1] }])
  })

  test('a company whose trade is lending is found though no directory lists it, cut short or masked where one company fits', async () => {
    const rows = (payees: readonly string[]) =>
      ccb +
      payees.map((payee) => `20260921,20260921,10:00:00,100.00,0,1.00,人民币,代扣,1,${payee},还款\n`).join('')
    const { imported } = await readContent(
      'ccb.csv',
      rows([
        '某某市甲乙小额贷款有限公司',
        '四川锦程消费金融有…',
        '厦门***消费金融有限责任公司',
        '重庆***消费金融有限公司',
        '深圳市财付通支付科技有限公司',
      ]),
    )
    expect(imported.findings.map(({ key, legalLender }) => [key, legalLender])).toEqual([
      ['jincheng', '四川锦程消费金融有限责任公司'],
      ['jinmeixin-xf', '厦门金美信消费金融有限责任公司'],
      ['lender:某某市甲乙小额贷款', '某某市甲乙小额贷款有限公司'],
    ])
  })
})

describe('M1 renewals', () => {
  test('three equal charges a month apart are a renewal with its next day and where it ends; two are not', async () => {
    const charge = (on: string, payee: string, amount: string) =>
      `${on} 08:20:42,文化休闲,${payee},/,会员月卡,支出,${amount},余额,交易成功,${on}${payee},2,,\n`
    const text =
      alipay +
      ['2026-07-16', '2026-08-16', '2026-09-16'].map((on) => charge(on, '某视频', '19.00')).join('') +
      ['2026-08-16', '2026-09-16'].map((on) => charge(on, '某音乐', '15.00')).join('')
    const { imported } = await readContent('a.csv', text)
    expect(imported.renewals).toHaveLength(1)
    expect(imported.renewals[0]).toMatchObject({
      payee: '某视频',
      amount: 1900n,
      period: 'month',
      times: 3,
      next: '2026-10-16',
      reason: 'regular',
      endAt: 'alipay',
      ended: false,
    })
  })

  test('amounts within a tenth belong together, farther ones do not', async () => {
    const charge = (on: string, amount: string) =>
      `${on} 08:20:42,充值缴费,电信,/,套餐,支出,${amount},余额,交易成功,${on},2,,\n`
    const near = ['100.00', '105.00', '110.00']
      .map((amount, index) => charge(`2026-0${index + 6}-10`, amount))
      .join('')
    const far = ['100.00', '105.00', '110.01']
      .map((amount, index) => charge(`2026-0${index + 6}-10`, amount))
      .join('')
    expect((await readContent('a.csv', alipay + near)).imported.renewals).toHaveLength(1)
    expect((await readContent('a.csv', alipay + far)).imported.renewals).toHaveLength(0)
  })

  test('连续包月 and 自动续费 count from the first charge, and one that stopped coming is marked', async () => {
    const { imported } = await readFiles([sample('wechat/wechat-2022-csv-12col.csv')])
    expect(
      imported.renewals.map(({ payee, amount, reason, endAt }) => [payee, amount, reason, endAt]),
    ).toEqual([
      ['深圳市腾讯计算机系统有限公司', 99n, 'named', 'wechat'],
      ['华为', 7900n, 'named', 'wechat'],
    ])
    expect(imported.renewals[0]?.ended).toBe(true)
    const web = await readFiles([sample('alipay/alipay-app-2025-utf8.csv')])
    expect(web.imported.renewals.find(({ payee }) => payee === '知乎')).toMatchObject({
      times: 10,
      next: calendarDate('2025-12-16'),
    })
  })
})

describe('M1 review by hand', () => {
  const text = `${alipay}2026-09-20 10:00:00,信用借还,花呗,/,花呗主动还款,不计收支,10.00,余额,还款成功,1,2,,\n2026-09-21 10:00:00,信用借还,借呗,/,借呗还款 一,不计收支,20.00,余额,还款成功,3,4,,\n2026-09-22 10:00:00,信用借还,借呗,/,借呗还款 二,不计收支,30.00,余额,还款成功,5,6,,\n`

  test('ignore, merge and split are applied to every later import', async () => {
    const path = await temporary('a.csv', text)
    const ignored = await readFiles([path], { decisions: [{ kind: 'ignore', key: 'huabei' }] })
    expect(ignored.imported.findings.map(({ key }) => key)).toEqual(['jiebei'])
    expect(ignored.imported.ignoredFindings).toEqual(['huabei'])
    const merged = await readFiles([path], { decisions: [{ kind: 'merge', from: 'jiebei', into: 'huabei' }] })
    expect(
      merged.imported.findings.map(({ key, evidenceTotal, joined }) => [key, evidenceTotal, joined]),
    ).toEqual([['huabei', 3, ['jiebei']]])
    const split = await readFiles([path], {
      decisions: [{ kind: 'split', key: 'jiebei', words: '还款 二', name: '第二笔' }],
    })
    expect(split.imported.findings.map(({ key, evidenceTotal }) => [key, evidenceTotal])).toEqual([
      ['huabei', 1],
      ['jiebei', 1],
      ['jiebei/第二笔', 1],
    ])
  })

  test('a decision about a finding that is not there changes nothing', async () => {
    const { imported } = await readContent('a.csv', text, {
      decisions: [
        { kind: 'merge', from: 'weilidai', into: 'huabei' },
        { kind: 'ignore', key: 'fenfu' },
      ],
    })
    expect(imported.findings).toHaveLength(2)
    expect(imported.ignoredFindings).toEqual([])
  })
})
