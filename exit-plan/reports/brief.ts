import type { RowCount } from '../bills/row-count.ts'
import { maskIdentity } from '../bills/text.ts'
import { enquiriesIn } from './enquiries.ts'
import { type CreditReport, type Guarantee, isLine, type ReportAccount } from './report.ts'
import { currencyIn, dayOf, dayPattern, figure, monthOf, reportText, yuanOf } from './text.ts'

/**
 * Reads the brief form (简版), whose accounts are sentences (M5). Line breaks and spaces may fall anywhere, so they are
 * taken out first; a statement begins with a day and an institution and ends where the next begins. Word-for-word twins
 * are two accounts. What begins like a statement and fits no sentence is counted as failed.
 */
export function readBrief(text: string, count: RowCount): CreditReport {
  const whole = reportText(text.replace(/\s+/g, '')).replace(/第[0-9]+页[,，/]?共[0-9]+页/g, '')
  const cut = whole.search(/(机构查询记录明细|个人查询记录明细|查询记录明细|机构查询记录)/)
  const records = cut < 0 ? whole : whole.slice(0, cut)
  const queries = cut < 0 ? '' : whole.slice(cut).replace(/说明[:1一].*$/s, '')
  const accounts: ReportAccount[] = []
  const guarantees: Guarantee[] = []
  let row = 0
  const parts = records.split(statementStart)
  for (const part of parts) {
    if (!startsStatement.test(part)) {
      if (part !== '') count.ignore('report-text')
      continue
    }
    row += 1
    const statement = withoutHeadings(part)
    const guarantee = guaranteeOf(statement, row)
    const account = guarantee === undefined ? accountOf(statement, row) : undefined
    if (guarantee !== undefined) guarantees.push(guarantee)
    if (account !== undefined) accounts.push(account)
    if (guarantee === undefined && account === undefined) count.fail(row, 'statement-not-understood')
    else count.use()
  }
  const enquiries = enquiriesIn(queries, row + 1)
  for (const _ of enquiries) count.use()
  if (queries !== '') count.ignore('heading')
  return {
    form: 'brief',
    number: /报告编号:?([0-9A-Z]{8,})/.exec(whole)?.[1],
    on: dayOf(/报告时间:?(.{0,20})/.exec(whole)?.[1] ?? ''),
    accounts,
    guarantees,
    enquiries,
  }
}

const begins = `${dayPattern}(?:[^。，]{2,60}?(?:发放的|为[^。]{2,30}?授信)|，为[^。]{1,120}?(?:办理|担保|承担))`
const statementStart = new RegExp(`(?=${begins})`)
const startsStatement = new RegExp(`^${begins}`)

/** Headings and running numbers between two statements cling to the end of the first. */
function withoutHeadings(statement: string): string {
  return statement
    .replace(
      /(从未逾期过的|从未发生过逾期的|发生过逾期的|透支超过60天的|透支未超过60天的)?(贷记卡|准贷记卡|账户|购房贷款|其他贷款|其他业务|贷款)*(账户)?(及[^。]*?)?(账户)?明细如下:?.*$/s,
      '',
    )
    .replace(/(相关还款责任信息|非信贷交易记录|公共记录|信贷记录|其他业务).*$/s, '')
    .replace(/[0-9]+[.、]?$/, (tail) => (/[.、]$/.test(tail) ? '' : tail))
}

function guaranteeOf(text: string, row: number): Guarantee | undefined {
  if (!/承担相关还款责任|为[^。]*担保/.test(text) || !/^[^。]*?日，为/.test(text)) return undefined
  return {
    row,
    on: dayOf(text),
    institution: /\)在(.+?)办理/.exec(text)?.[1] ?? '',
    amount: yuanOf(new RegExp(`相关还款责任金额${figure}`).exec(text)?.[1]),
    text: maskIdentity(text),
  }
}

function accountOf(text: string, row: number): ReportAccount | undefined {
  const card = new RegExp(`^(${dayPattern})(.+?)发放的(准?贷记卡)\\(([^)]*)\\)(.*)$`, 's').exec(text)
  if (card !== null) {
    const [, opened = '', institution = '', business = '', inside = '', rest = ''] = card
    return made(row, business === '贷记卡' ? 'credit-card' : 'quasi-card', {
      text,
      opened,
      institution,
      business,
      rest,
      currency: currencyIn(inside),
      cardTail: /尾号:?([0-9]{4})/.exec(inside)?.[1],
      lent: undefined,
    })
  }
  const loan = new RegExp(`^(${dayPattern})(.+?)发放的${figure}元\\(([^)]*)\\)([^，。,]*)(.*)$`, 's').exec(
    text,
  )
  if (loan !== null) {
    const [, opened = '', institution = '', lent = '', money = '', business = '', rest = ''] = loan
    return made(row, 'loan', {
      text,
      opened,
      institution,
      business,
      rest,
      currency: currencyIn(money),
      cardTail: undefined,
      lent,
    })
  }
  const line = new RegExp(`^(${dayPattern})(.+?)为(.+?)授信(.*)$`, 's').exec(text)
  if (line !== null) {
    const [, opened = '', institution = '', business = '', rest = ''] = line
    const currency = currencyIn(/元\(([^)]*)\)/.exec(rest)?.[1] ?? '')
    return made(row, 'revolving', {
      text,
      opened,
      institution,
      business,
      rest,
      currency,
      cardTail: undefined,
      lent: undefined,
    })
  }
  return undefined
}

interface Parts {
  readonly text: string
  readonly opened: string
  readonly institution: string
  readonly business: string
  readonly rest: string
  readonly currency: string
  readonly cardTail: string | undefined
  readonly lent: string | undefined
}

function made(row: number, kind: ReportAccount['kind'], parts: Parts): ReportAccount {
  const { rest } = parts
  const figureAfter = (words: string) => yuanOf(new RegExp(`(?:${words})(?:为|:)?${figure}`).exec(rest)?.[1])
  const ended =
    /((?:19|20)[0-9]{2}年[0-9]{1,2}月)(?:[0-9]{1,2}日)?(?:已)?(结清|销户|转出|核销|注销|终止|失效)/.exec(rest)
  const state =
    ended?.[2] ??
    /呆账|冻结|止付|转出|核销/.exec(rest)?.[0] ??
    (/尚未激活|未激活/.test(rest) ? '未激活' : undefined)
  const overdueNow = /当前有逾期/.test(rest)
  const closed = state !== undefined && /结清|销户|转出|注销|终止|失效/.test(state)
  const balance = figureAfter('已使用额度') ?? figureAfter('(?<!分期)余额') ?? figureAfter('透支余额')
  const instalments = figureAfter('大额专项分期余额')
  return {
    row,
    kind,
    institution: parts.institution,
    business: parts.business,
    currency: parts.currency,
    cardTail: parts.cardTail,
    openedOn: dayOf(parts.opened),
    endsOn: dayOf(
      new RegExp(`(?:有效期至)(${dayPattern})`).exec(rest)?.[1] ??
        new RegExp(`(${dayPattern})到期`).exec(rest)?.[1] ??
        '',
    ),
    lent: yuanOf(parts.lent),
    limit: figureAfter('信用额度'),
    balance,
    asOf: monthOf(/截至((?:19|20)[0-9]{2}年[0-9]{1,2}月)/.exec(rest)?.[1] ?? ''),
    state: state ?? (overdueNow ? '逾期' : '正常'),
    standing: closed ? 'closed' : 'open',
    closedIn: closed ? monthOf(ended?.[1] ?? '') : undefined,
    overdueNow,
    overdueMonths: monthsOverdue(rest),
    openAtZero: !closed && balance === 0n && (instalments ?? 0n) === 0n && (isLine(kind) || kind === 'loan'),
    text: parts.text,
  }
}

/** "从未发生过逾期" holds "发生过": it is tested first. */
function monthsOverdue(rest: string): number | undefined {
  if (/从未(发生过)?逾期|没有发生过逾期/.test(rest)) return 0
  const months = /有([0-9]+)个月处于逾期/.exec(rest)?.[1]
  return months === undefined ? undefined : Number(months)
}
