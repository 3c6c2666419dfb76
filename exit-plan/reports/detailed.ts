import type { RowCount } from '../bills/row-count.ts'
import { clean, maskIdentity } from '../bills/text.ts'
import { enquiriesIn } from './enquiries.ts'
import { type AccountKind, type CreditReport, type Guarantee, isLine, type ReportAccount } from './report.ts'
import { currencyIn, dayOf, reportText, yuanOf } from './text.ts'

/**
 * Reads the detailed form (详版, second generation): blocks 账户1, 授信协议1 … under their section, each a set of labels and
 * values, as `label: value` or as a line of labels above a line of values (M5). 授信协议 are the lines still open with
 * nothing owed. Known from descriptions only: no public sample exists that is not a real person's, so every
 * output marks this form as untested.
 */
export function readDetailed(text: string, count: RowCount): CreditReport {
  const lines = reportText(text)
    .split('\n')
    .map(clean)
    .filter((line) => line !== '')
  const accounts: ReportAccount[] = []
  const guarantees: Guarantee[] = []
  let section: Section | undefined
  let block: string[] | undefined
  let row = 0
  let inQueries = false
  const queries: string[] = []
  const close = () => {
    if (block === undefined || section === undefined) return
    row += 1
    const fields = fieldsOf(block)
    const institution = fields.get('管理机构') ?? ''
    if (institution === '') count.fail(row, 'statement-not-understood')
    else {
      count.use()
      if (section === 'guarantee') guarantees.push(guaranteeOf(fields, row, block))
      else accounts.push(accountOf(section, fields, row, block))
    }
    block = undefined
  }
  for (const line of lines) {
    const heading = sectionOf(line)
    if (heading !== undefined) {
      close()
      section = heading === 'none' || heading === 'queries' ? undefined : heading
      inQueries = heading === 'queries'
      count.ignore('heading')
    } else if (inQueries) queries.push(line)
    else if (section !== undefined && blockStart.test(line)) {
      close()
      block = [line.replace(blockStart, '')]
    } else if (block !== undefined) block.push(line)
    else count.ignore('report-text')
  }
  close()
  const enquiries = enquiriesIn(queries.join('').replaceAll(' ', ''), row + 1)
  for (const _ of enquiries) count.use()
  const joined = lines.join(' ')
  return {
    form: 'detailed',
    number: /报告编号 ?:? ?([0-9A-Z]{8,})/.exec(joined)?.[1],
    on: dayOf(/报告时间 ?:? ?(.{0,20})/.exec(joined)?.[1] ?? ''),
    accounts,
    guarantees,
    enquiries,
  }
}

type Section = AccountKind | 'guarantee'

const sections: readonly (readonly [RegExp, Section | 'none' | 'queries'])[] = [
  [/被追偿信息/, 'recovery'],
  [/非循环贷账户/, 'loan'],
  [/循环额度下分账户/, 'draw'],
  [/循环贷账户/, 'revolving'],
  [/准贷记卡账户/, 'quasi-card'],
  [/贷记卡账户/, 'credit-card'],
  [/授信协议信息/, 'agreement'],
  [/相关还款责任信息/, 'guarantee'],
  [/非信贷交易|公共信息|个人基本信息|信息概要|报告说明/, 'none'],
  [/查询记录/, 'queries'],
]

/** A heading stands alone on its line, with or without its number: （三）循环额度下分账户. */
function sectionOf(line: string): Section | 'none' | 'queries' | undefined {
  const bare = line.replaceAll(' ', '').replace(/^\(?[一二三四五六七八九十]+[)、.]?/, '')
  for (const [pattern, section] of sections) {
    const match = pattern.exec(bare)
    if (match !== null && match.index === 0 && bare.length <= match[0].length + 4) return section
  }
  return undefined
}

const blockStart = /^(账户|授信协议|协议|责任) ?[0-9]+(?: ?\(.*\))?(?= |$|:)/

/** Names of one field in different blocks, the name used here first. */
const labels: readonly (readonly string[])[] = [
  ['管理机构', '业务管理机构', '发卡机构', '授信机构', '债权机构', '机构名称'],
  ['账户标识', '授信协议标识'],
  ['开立日期', '生效日期', '债权接收日期'],
  ['到期日期'],
  ['借款金额', '债权金额', '还款责任金额', '相关还款责任金额'],
  ['账户授信额度', '授信额度', '信用额度'],
  ['共享授信额度', '授信限额', '授信限额编号'],
  ['币种', '账户币种'],
  ['业务种类', '授信额度用途'],
  ['担保方式'],
  ['还款期数'],
  ['还款频率'],
  ['还款方式'],
  ['共同借款标志'],
  ['账户状态', '协议状态', '债权状态'],
  ['账户关闭日期', '关闭日期', '终止日期'],
  ['五级分类'],
  ['余额', '透支余额'],
  ['已用额度', '已使用额度'],
  ['剩余还款期数'],
  ['本月应还款'],
  ['应还款日'],
  ['本月实还款'],
  ['最近一次还款日期'],
  ['当前逾期期数'],
  ['当前逾期总额'],
]
const canonical = new Map(labels.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)))

function fieldsOf(block: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const set = (label: string, value: string) => {
    const name = canonical.get(label)
    if (name !== undefined && value !== '' && value !== '--' && !fields.has(name)) fields.set(name, value)
  }
  for (let index = 0; index < block.length; index += 1) {
    const line = block[index] ?? ''
    for (const [, label = '', value = ''] of line.matchAll(/([\u4e00-\u9fff]{2,10}): ?([^ ]+)/g))
      set(label, value)
    const names = line.split(' ')
    if (names.length === 0 || !names.every((name) => canonical.has(name))) continue
    const values = (block[index + 1] ?? '').split(' ')
    if (values.length !== names.length) continue
    for (const [at, name] of names.entries()) set(name, values[at] ?? '')
  }
  return fields
}

function accountOf(
  kind: AccountKind,
  fields: ReadonlyMap<string, string>,
  row: number,
  block: readonly string[],
): ReportAccount {
  const text = block.join(' ')
  const state =
    fields.get('账户状态') ?? /(结清|销户|呆账|转出|核销|冻结|止付|未激活|逾期)/.exec(text)?.[1] ?? '正常'
  const closed = /结清|销户|转出|终止|失效|结束/.test(state) || fields.has('账户关闭日期')
  const balance = yuanOf(fields.get('余额')) ?? yuanOf(fields.get('已用额度'))
  const overdue = yuanOf(fields.get('当前逾期总额')) ?? 0n
  return {
    row,
    kind,
    institution: fields.get('管理机构') ?? '',
    business: fields.get('业务种类') ?? '',
    currency: currencyIn(fields.get('币种') ?? ''),
    cardTail: undefined,
    openedOn: dayOf(fields.get('开立日期') ?? ''),
    endsOn: dayOf(fields.get('到期日期') ?? ''),
    lent: yuanOf(fields.get('借款金额')),
    limit: yuanOf(fields.get('账户授信额度')),
    balance,
    asOf: dayOf(/截至(.{0,12})/.exec(text)?.[1] ?? '')?.slice(0, 7),
    state,
    standing: closed ? 'closed' : 'open',
    closedIn: dayOf(fields.get('账户关闭日期') ?? ''),
    overdueNow: state === '逾期' || overdue > 0n,
    overdueMonths: undefined,
    openAtZero: !closed && isLine(kind) && balance === 0n,
    text: maskIdentity(text),
  }
}

function guaranteeOf(fields: ReadonlyMap<string, string>, row: number, block: readonly string[]): Guarantee {
  return {
    row,
    on: dayOf(fields.get('开立日期') ?? ''),
    institution: fields.get('管理机构') ?? '',
    amount: yuanOf(fields.get('借款金额')),
    text: maskIdentity(block.join(' ')),
  }
}
