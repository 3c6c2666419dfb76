import type { BillRow } from '../bills/bill.ts'
import { lenderById } from '../directory/directory.ts'
import type { DebtSign, Sign } from './evidence.ts'
import { lenderNamed, mayConcernCredit, type NamedLender, productsNamed } from './names.ts'

/**
 * What one row of a bill or statement says about a debt of one's own (M1). The pay method comes first: it names the
 * line that was used. Then what only looks like a debt; then product names, which count beside a word of
 * lending only, because 白条, 金条 and 还呗 are also words; then companies whose trade is lending. A bank's name
 * alone proves nothing: people hold deposits there.
 */
export function signOfRow(row: BillRow, creditCardStatement = false): Sign | undefined {
  const text = `${row.type} ${row.payee} ${row.item} ${row.note}`
  const used = anyPayLine.test(row.method) ? lineUsed(row.method) : undefined
  if (used === undefined && !mayConcernCredit(text) && !depositFree.test(`${row.status} ${row.method}`))
    return undefined
  if (/关闭/.test(row.status)) return undefined
  if (used !== undefined && !/还款/.test(row.type)) {
    return { kind: 'debt', product: used, lender: undefined, grade: 'pay-method', act: 'used' }
  }
  if (betweenPeople.test(row.type) && lenderNamed(row.payee) === undefined) return undefined
  const named = lendingIn(row, text)
  if (named !== undefined) return named
  if (depositFree.test(`${row.type} ${row.item} ${row.status} ${row.method}`)) return friend('deposit-free')
  if (creditCardStatement ? /还款/.test(text) : cardRepayment.test(text))
    return friend('credit-card-repayment')
  return undefined
}

/** A product beside a word of lending, or a lending company as the other side. */
function lendingIn(row: BillRow, text: string): DebtSign | undefined {
  if (notLending.test(text) && !lendingWords.test(text)) return undefined
  const company = lenderNamed(`${row.payee} ${row.item} ${row.note}`)
  const product = productMeant(row, text, company)
  if (product === undefined && company === undefined) return undefined
  if (product === undefined && company !== undefined) {
    if (company.bank && (!/贷|借款|本息/.test(text) || notThisKind.test(text))) return undefined
    if (!company.bank && depositFree.test(text)) return undefined
  }
  return {
    kind: 'debt',
    product,
    lender: company === undefined || isFundingName(company, product) ? company?.name : undefined,
    grade: 'movement',
    act: actOf(row, text),
  }
}

/** A company named beside another product's word (a bank as the payer, say) is not that product's lender. */
function isFundingName(company: NamedLender, product: string | undefined): boolean {
  if (product === undefined) return true
  const entry = lenderById(product)
  if (entry === undefined) return false
  return (
    entry.lenders.some(({ name }) => name === company.name) ||
    entry.lenders.every(({ role }) => role === 'possible')
  )
}

function productMeant(row: BillRow, text: string, company: NamedLender | undefined): string | undefined {
  // The bank's own words for Ant's debits name both products; the tail behind ^ says which.
  const tail = /\^(jiebei|huabei)/i.exec(text)?.[1]?.toLowerCase()
  if (tail !== undefined) return tail
  const plain = text.replaceAll('花呗借呗', '')
  for (const { lender, alias } of productsNamed(plain)) {
    const exact = row.payee === alias || row.type.startsWith(alias)
    if (exact || /信用借还/.test(row.type) || besideLending(plain, alias)) return lender.id
  }
  if (company === undefined) return undefined
  const candidates = company.products.filter(({ product }) => product.certain)
  const only =
    candidates.length === 1 ? candidates[0] : company.products.length === 1 ? company.products[0] : undefined
  if (only !== undefined && !(company.bank && only.kind === 'bank')) return only.id
  const words = candidates.filter(({ id }) => productWords.get(id)?.test(text) === true)
  return words.length === 1 ? words[0]?.id : undefined
}

function besideLending(text: string, alias: string): boolean {
  for (let at = text.indexOf(alias); at >= 0; at = text.indexOf(alias, at + 1)) {
    if (lendingWords.test(text.slice(Math.max(0, at - 8), at + alias.length + 10).replace(alias, ' ')))
      return true
  }
  return false
}

function lineUsed(method: string): string | undefined {
  const payer = method.split(/[&+,]/)[0]?.trim() ?? ''
  for (const [pattern, product] of payLines) if (pattern.test(payer)) return product
  return undefined
}

function actOf(row: BillRow, text: string): DebtSign['act'] {
  if (/失败/.test(row.status)) return 'failed'
  if (/放款|发放|取出|借款到账/.test(`${text} ${row.status}`)) return 'disbursed'
  if (row.flow === 'in' && !/退/.test(text)) return 'disbursed'
  if (/还款|归还|本息|结清|扣款|代扣|代收|账单/.test(text)) return 'repaid'
  return row.flow === 'out' ? 'repaid' : 'unclear'
}

function friend(kind: 'deposit-free' | 'credit-card-repayment'): Sign {
  return { kind: 'friend', friend: kind, product: undefined }
}

const payLines: readonly (readonly [RegExp, string])[] = [
  [/信用购/, 'huabei-xyg'],
  [/^花呗/, 'huabei'],
  [/^(京东)?白条/, 'jd-baitiao'],
  [/^美团月付/, 'meituan-yuefu'],
  [/^抖音月付/, 'douyin-yuefu'],
  [/^(微信)?分付/, 'fenfu'],
]
const anyPayLine = /信用购|花呗|白条|月付|分付/
/** Which product of a lender with several a row means. */
const productWords = new Map<string, RegExp>([
  ['jiebei', /借呗/],
  ['huabei', /花呗/],
  ['meituan-yuefu', /月付/],
  ['meituan-jieqian', /借钱|借款|贷款/],
  ['jd-baitiao', /白条/],
  ['jd-jintiao', /金条/],
  ['douyin-yuefu', /月付/],
  ['douyin-fangxinjie', /放心借|借款/],
])
const lendingWords =
  /还款|放款|借款|扣款|账单|本息|本金|取出|归还|结清|到账|发放|贷款|还本|还贷|逾期|应还|自动还|主动还/
const betweenPeople = /^(转账|微信红包|转账红包|群收款|二维码收款|赞赏码)/
const depositFree =
  /免押|押金|解冻|预授权|先用后付|先享后付|先享|先乘后付|先骑后付|支付分|设备租赁|免密授权|信用租/
const cardRepayment =
  /信用卡.{0,6}还款|还款.{0,6}信用卡|掌上生活还款|信用卡中心|银行卡中心|^ *(财付通|支付宝|自动)还款|贷记卡还款/
/** Wages of a lender's staff, and a lender's own club: the fee renews itself, but nothing is owed. */
const notLending = /工资|薪酬|薪金|奖金|报销|劳务费|会员|包月|续费/
/** Loans that this tool is not about: a home, a car, a student loan has no revolving line to close. */
const notThisKind = /房贷|住房|购房|公积金|车贷|购车|助学|按揭|存单|理财/
