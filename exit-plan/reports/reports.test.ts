import { describe, expect, test } from 'vitest'
import { RowCount } from '../bills/row-count.ts'
import { readContent, readFiles, sample, sampleText } from '../test/files.ts'
import { linesOnPages, makePdf } from '../test/make-pdf.ts'
import { reportDifference } from './difference.ts'
import { readReport } from './read.ts'
import type { CreditReport } from './report.ts'

const brief = [
  '个人信用报告（简版）',
  '报告编号：2026050912345678901234 报告时间：2026-05-09 10:11:12',
  '信贷记录',
  '发生过逾期的贷记卡账户明细如下：',
  '1.2015年3月5日甲银行信用卡中心发放的贷记卡（人民币账户，卡片尾号：1234）。截至2026年04月，信用额',
  '度10,000，已使用额度2,000，大额专项分期余额600。最近5年内有3个月处于逾期状态，其中1个月逾期超过90天。',
  '从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：',
  '2.2008年05月06日乙银行发放的贷记卡（美元账户），2009年09月销户。',
  '3.2008年05月06日乙银行发放的贷记卡（人民币账户），截至2016年7月已销户。',
  '4.2019年01月02日丙银行发放的贷记卡（人民币账户）。截至2026年04月，信用额度5,000，已使用额度0，尚未激活。',
  '5.2019年01月02日丁银行发放的贷记卡（人民币账户）。截至2026年04月，信用额度20,000，已使用额度0。',
  '6.2019年01月02日丁银行发放的贷记卡（人民币账户）。截至2026年04月，信用额度20,000，已使用额度0。',
  '从未发生过逾期的账户明细如下：',
  '7.2020年08月09日重庆蚂蚁消费金融有限公司发放的3,000元（人民币）个人消费贷款，2021年08月已结清。',
  '8.2025年02月03日中邮消费金融有限公司发放的8,000元（人民币）其他个人消费贷款，2027年02月03日到期。截至2026年04月，余额4,000，当前有逾期。',
  '9.2024年03月04日深圳前海微众银行股份有限公司为个人消费贷款授信，额度有效期至2027年03月04日，可循环使用。截至2026年04月，信用额度50,000元（人民币），余额为0，当前无逾期。',
  '相关还款责任信息',
  '10.2023年05月06日，为李四（证件类型：身份证，证件号码：110101********1234）在戊银行办理的贷款承担相关还款责任，责任人类型为保证人，相关还款责任金额200,000。截至2026年04月，余额100,000。',
  '机构查询记录明细',
  '编号查询日期查询机构查询原因',
  '12026年5月1日甲银行贷款审批',
  '22026年4月2日重庆蚂蚁消费金融有限公司贷后管理',
  '32026年3月3日己公司特约商户实名审查',
  '个人查询记录明细',
  '12026年5月9日本人查询（互联网个人信用信息服务平台）',
  '说明：以上信息仅供参考。',
]

describe('M5 brief credit report', () => {
  test('every sentence of the grammar is read, wherever its line breaks', () => {
    const { report, count } = read(brief.join('\n'))
    expect(report).toMatchObject({ form: 'brief', number: '2026050912345678901234', on: '2026-05-09' })
    expect(count.report().failed).toEqual([])
    expect(
      report.accounts.map(({ kind, institution, currency, state, standing, openAtZero }) => [
        kind,
        institution,
        currency,
        state,
        standing,
        openAtZero,
      ]),
    ).toEqual([
      ['credit-card', '甲银行信用卡中心', 'CNY', '正常', 'open', false],
      ['credit-card', '乙银行', 'USD', '销户', 'closed', false],
      ['credit-card', '乙银行', 'CNY', '销户', 'closed', false],
      ['credit-card', '丙银行', 'CNY', '未激活', 'open', true],
      ['credit-card', '丁银行', 'CNY', '正常', 'open', true],
      ['credit-card', '丁银行', 'CNY', '正常', 'open', true],
      ['loan', '重庆蚂蚁消费金融有限公司', 'CNY', '结清', 'closed', false],
      ['loan', '中邮消费金融有限公司', 'CNY', '逾期', 'open', false],
      ['revolving', '深圳前海微众银行股份有限公司', 'CNY', '正常', 'open', true],
    ])
    expect(report.accounts[0]).toMatchObject({
      cardTail: '1234',
      openedOn: '2015-03-05',
      limit: 1_000_000n,
      balance: 200_000n,
      overdueMonths: 3,
    })
    expect(report.accounts[1]).toMatchObject({ closedIn: '2009-09' })
    expect(report.accounts[7]).toMatchObject({
      lent: 800_000n,
      balance: 400_000n,
      endsOn: '2027-02-03',
      overdueNow: true,
    })
    expect(report.accounts[8]).toMatchObject({
      limit: 5_000_000n,
      balance: 0n,
      endsOn: '2027-03-04',
      asOf: '2026-04',
    })
  })

  test('a guarantee for another is never an own account', () => {
    const { report } = read(brief.join('\n'))
    expect(report.guarantees).toHaveLength(1)
    expect(report.guarantees[0]).toMatchObject({
      institution: '戊银行',
      amount: 20_000_000n,
      on: '2023-05-06',
    })
  })

  test('enquiries are read glued or apart, own ones told from those of institutions', async () => {
    const { report } = read(brief.join('\n'))
    expect(report.enquiries.map(({ on, by, reason, own }) => [on, by, reason, own])).toEqual([
      ['2026-05-01', '甲银行', '贷款审批', false],
      ['2026-04-02', '重庆蚂蚁消费金融有限公司', '贷后管理', false],
      ['2026-03-03', '己公司', '特约商户实名审查', false],
      ['2026-05-09', '本人', '本人查询(互联网个人信用信息服务平台)', true],
    ])
    const apart = read(await sampleText('credit-report/docmirror-personal-brief-narrative.txt')).report
    expect(apart.enquiries).toHaveLength(3)
    expect(apart.accounts.map(({ kind, balance }) => [kind, balance])).toEqual([
      ['credit-card', 200_000n],
      ['loan', 20_000_000n],
      ['revolving', 12_000_000n],
    ])
  })

  test('a break after every single character changes nothing', () => {
    const whole = brief.join('\n')
    const broken = [...whole].join('\n')
    expect(read(broken).report).toEqual(read(whole).report)
  })

  test('two accounts with the same words are two', async () => {
    const { imported } = await readFiles([
      sample('credit-report/docmirror-personal-brief-two-identical-cards.txt'),
    ])
    expect(imported.reports[0]?.report.accounts).toHaveLength(2)
    expect(imported.findings).toHaveLength(2)
  })

  test('the PDF gives the same report as the text, and open accounts become findings of the best grade', async () => {
    const { imported } = await readContent('report.pdf', makePdf(linesOnPages(brief, 9)))
    expect(imported.reports[0]?.report).toEqual(read(brief.join('\n')).report)
    expect(imported.findings.every(({ grade }) => grade === 'report')).toBe(true)
    expect(imported.findings).toHaveLength(6)
    expect(imported.notDebts.map(({ kind, count }) => [kind, count])).toEqual([
      ['enquiry', 1],
      ['guarantee', 1],
    ])
  })

  test('a statement that fits no sentence is counted as failed, not dropped', () => {
    const { count } = read(
      '个人信用报告 信贷记录\n2020年01月01日甲银行发放的某种新业务。截至2026年04月，余额1。',
    )
    expect(count.report()).toMatchObject({ failed: [{ row: 1, reason: 'statement-not-understood' }] })
  })
})

const detailed = [
  '个人信用报告（授信机构版）',
  '报告编号：2026050912345678901234 报告时间：2026.05.09 10:11:12',
  '一 个人基本信息',
  '二 信息概要',
  '三 信贷交易信息明细',
  '（二）非循环贷账户',
  '账户1',
  '管理机构 账户标识 开立日期 到期日期 借款金额 账户币种',
  '中邮消费金融有限公司 A1 2025.02.03 2027.02.03 8,000 人民币元',
  '业务种类 担保方式 还款期数 还款频率 还款方式 共同借款标志',
  '其他个人消费贷款 信用/免担保 24 月 分期等额本息 无',
  '截至2026年04月30日',
  '账户状态 五级分类 余额 剩余还款期数 本月应还款 应还款日',
  '逾期 关注 4,000 10 400 2026.04.03',
  '账户2',
  '管理机构 账户标识 开立日期 到期日期 借款金额 账户币种',
  '重庆蚂蚁消费金融有限公司 A2 2020.08.09 2021.08.09 3,000 人民币元',
  '账户状态 账户关闭日期',
  '结清 2021.08.09',
  '（五）贷记卡账户',
  '账户1',
  '发卡机构：甲银行信用卡中心 开立日期：2015.03.05 账户授信额度：10,000 币种：人民币元 业务种类：贷记卡 账户状态：正常 已用额度：0',
  '（七）授信协议信息',
  '授信协议1',
  '管理机构 授信协议标识 生效日期 到期日期 授信额度用途',
  '深圳前海微众银行股份有限公司 P1 2024.03.04 2027.03.04 循环贷款额度',
  '授信额度 已用额度 币种',
  '50,000 0 人民币元',
  '（八）相关还款责任信息',
  '责任1',
  '管理机构 业务种类 开立日期 到期日期 相关还款责任金额',
  '戊银行 个人经营性贷款 2023.05.06 2028.05.06 200,000',
  '六 查询记录',
  '机构查询记录明细',
  '2026.05.01 甲银行 贷款审批',
  '2026.05.09 本人 本人查询（自助查询机）',
]

describe('M5 detailed credit report', () => {
  test('sections, blocks and label lines give accounts, agreements and guarantees apart', () => {
    const { report, count } = read(detailed.join('\n'))
    expect(report.form).toBe('detailed')
    expect(count.report().failed).toEqual([])
    expect(
      report.accounts.map(({ kind, institution, state, standing, balance, openAtZero }) => [
        kind,
        institution,
        state,
        standing,
        balance,
        openAtZero,
      ]),
    ).toEqual([
      ['loan', '中邮消费金融有限公司', '逾期', 'open', 400_000n, false],
      ['loan', '重庆蚂蚁消费金融有限公司', '结清', 'closed', undefined, false],
      ['credit-card', '甲银行信用卡中心', '正常', 'open', 0n, true],
      ['agreement', '深圳前海微众银行股份有限公司', '正常', 'open', 0n, true],
    ])
    expect(report.accounts[1]?.closedIn).toBe('2021-08-09')
    expect(report.guarantees).toHaveLength(1)
    expect(report.enquiries.map(({ by, own }) => [by, own])).toEqual([
      ['甲银行', false],
      ['本人', true],
    ])
  })

  test('the form is marked untested, since no sample of it is public', async () => {
    const { imported } = await readContent('detailed.txt', detailed.join('\n'))
    expect(imported.files[0]).toMatchObject({ version: 'detailed', tested: false })
  })
})

describe('M5 difference of two reports', () => {
  const later = [
    '个人信用报告',
    '报告时间：2026-08-01',
    '信贷记录',
    '2015年3月5日甲银行信用卡中心发放的贷记卡（人民币账户，卡片尾号：1234）。截至2026年07月，信用额度30,000，已使用额度0。',
    '2019年01月02日丁银行发放的贷记卡（人民币账户）。截至2026年07月，信用额度20,000，已使用额度0。',
    '2020年08月09日重庆蚂蚁消费金融有限公司发放的3,000元（人民币）个人消费贷款，2021年08月已结清。',
    '2025年02月03日中邮消费金融有限公司发放的8,000元（人民币）其他个人消费贷款，2026年06月已结清。',
    '2024年03月04日深圳前海微众银行股份有限公司为个人消费贷款授信，额度有效期至2027年03月04日，可循环使用。截至2026年07月，信用额度50,000元（人民币），余额为0，当前无逾期。',
    '2026年07月01日庚消费金融有限公司发放的1,000元（人民币）个人消费贷款，2027年07月01日到期。截至2026年07月，余额1,000，当前无逾期。',
    '机构查询记录明细',
    '12026年7月20日中邮消费金融股份有限公司贷后管理',
    '22026年6月10日微众银行贷后管理',
    '32026年4月2日重庆蚂蚁消费金融有限公司贷后管理',
  ].join('\n')

  test('closed and still shown, looked at after closing, new, gone, twins counted', () => {
    const closings = [{ institution: '微众银行', on: '2026-06-01' as never }]
    const difference = reportDifference(read(brief.join('\n')).report, read(later).report, closings)
    const names = (list: readonly { institution: string }[]) => list.map(({ institution }) => institution)
    expect(names(difference.opened)).toEqual(['庚消费金融有限公司'])
    expect(names(difference.closed)).toEqual(['中邮消费金融有限公司'])
    expect(names(difference.gone)).toEqual(['乙银行', '乙银行', '丙银行', '丁银行'])
    expect(difference.closedButShown.map(({ account }) => account.institution)).toEqual([
      '深圳前海微众银行股份有限公司',
    ])
    expect(difference.enquiriesAfterClosing.map(({ enquiry, closedIn }) => [enquiry.by, closedIn])).toEqual([
      ['中邮消费金融股份有限公司', '2026-06'],
      ['微众银行', '2026-06-01'],
      ['重庆蚂蚁消费金融有限公司', '2021-08'],
    ])
    expect(difference.newEnquiries).toHaveLength(2)
    expect(difference.lookAgain).toEqual(['2026-08-31', '2026-09-30', '2027-01-28'])
  })

  test('figures of the closing month itself do not accuse: the report may be older than the closing', () => {
    const closings = [{ institution: '微众银行', on: '2026-07-15' as never }]
    const difference = reportDifference(read(brief.join('\n')).report, read(later).report, closings)
    expect(difference.closedButShown).toEqual([])
  })
})

function read(text: string): { readonly report: CreditReport; readonly count: RowCount } {
  const count = new RowCount()
  return { report: readReport(text, count), count }
}
