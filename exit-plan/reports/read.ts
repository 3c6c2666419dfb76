import type { RowCount } from '../bills/row-count.ts'
import { readBrief } from './brief.ts'
import { readDetailed } from './detailed.ts'
import type { CreditReport } from './report.ts'

/** A text that is a credit report of either form, whatever file it came in. */
export function isCreditReport(text: string): boolean {
  const joined = text.normalize('NFKC').replace(/\s+/g, '')
  return /个人信用报告|征信中心/.test(joined) && /信贷|查询|报告编号|发放的|贷记卡/.test(joined)
}

/** The detailed form is told by its numbered sections; the brief one speaks in sentences (M5). */
export function readReport(text: string, count: RowCount): CreditReport {
  const joined = text.normalize('NFKC').replace(/\s+/g, '')
  const detailed =
    /(非循环贷账户|循环额度下分账户|循环贷账户|授信协议信息)/.test(joined) &&
    /(管理机构|发卡机构|授信机构)/.test(joined)
  return detailed ? readDetailed(text, count) : readBrief(text, count)
}
