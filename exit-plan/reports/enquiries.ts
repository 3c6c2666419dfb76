import type { Enquiry } from './report.ts'
import { dayOf, dayPattern } from './text.ts'

/** Why reports are looked at, in the bureau's words; the longest first, since some hold others. */
const reasons = [
  '法人代表、负责人、高管等资信审查',
  '特约商户实名审查',
  '客户准入资格审查',
  '担保资格审查',
  '信用卡审批',
  '贷款审批',
  '贷后管理',
  '保前审查',
  '保后管理',
  '融资审批',
  '资信审查',
  '异议处理',
  '异议核查',
  '司法调查',
  '额度审批',
]

const ownPattern = '本人查询(?:\\([^)]*\\))?'
const pattern = new RegExp(
  `(${dayPattern}|20[0-9]{2}[.\\-/][0-9]{1,2}[.\\-/][0-9]{1,2})(.*?)(${reasons.join('|')}|${ownPattern})`,
  'g',
)

/** Query rows, apart or glued (`12026年5月9日甲银行贷款审批`), in text without spaces. */
export function enquiriesIn(text: string, firstRow: number): readonly Enquiry[] {
  const found: Enquiry[] = []
  for (const [, day = '', by = '', reason = ''] of text.matchAll(pattern)) {
    const on = dayOf(day)
    if (on === undefined) continue
    const own = reason.startsWith('本人查询')
    found.push({ row: firstRow + found.length, on, by: own && by === '' ? '本人' : trimmed(by), reason, own })
  }
  return found
}

function trimmed(name: string): string {
  return name.replace(/^[,，、:"]+|[,，、:"]+$/g, '')
}
