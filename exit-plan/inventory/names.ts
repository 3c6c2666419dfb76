import { type Lender, lenders } from '../directory/directory.ts'

/** A legal lender found in a text: its full name, and the directory products it may stand behind. */
export interface NamedLender {
  readonly name: string
  readonly products: readonly Lender[]
  readonly bank: boolean
}

/**
 * Finds the legal lender a text names: full, without 股份/有限/责任/公司, without the city in front, cut short by the bank
 * (`四川锦程消费金融有…`) or masked (`重庆蚂***金融有限公司`, taken only if one company fits). A consumer-finance or
 * small-loan company outside the directory is found by its kind of name. Payment companies are never lenders (M1).
 */
export function lenderNamed(text: string): NamedLender | undefined {
  if (!anyLegalName.test(text)) return undefined
  const joined = text.replace(/(?<=[\u4e00-\u9fff])[A-Z]?[0-9]{4,}(?=[\u4e00-\u9fff])/g, '')
  for (const known of knownNames) if (joined.includes(known.stem)) return known.lender
  const cut = /([\u4e00-\u9fff]{5,})(?:\.\.\.|…)/.exec(joined)?.[1]
  if (cut !== undefined) {
    const fits = unique(knownNames.filter(({ full }) => full.startsWith(cut)).map(({ lender }) => lender))
    if (fits.length === 1) return fits[0]
  }
  const masked = /[\u4e00-\u9fff]{1,8}\*{2,}[\u4e00-\u9fff]{2,20}/.exec(joined)?.[0]
  if (masked !== undefined && /金融|贷款|贷/.test(masked)) {
    const [head = '', tail = ''] = masked.split(/\*{2,}/)
    const fits = unique(
      knownNames
        .filter(({ full }) => full.startsWith(head) && full.endsWith(tail))
        .map(({ lender }) => lender),
    )
    if (fits.length === 1) return fits[0]
  }
  const unlisted = /([\u4e00-\u9fff]{2,14}?(?:消费金融|小额贷款))((?:股份|有限|责任)*公司)?/.exec(joined)
  if (unlisted?.[1] !== undefined && /^[\u4e00-\u9fff]{2,}/.test(unlisted[1])) {
    return { name: `${unlisted[1]}${unlisted[2] ?? ''}`, products: [], bank: false }
  }
  return undefined
}

/** The product whose name stands in the text, the longest name first; `loose` names are common words and need care. */
export function productsNamed(text: string): readonly { readonly lender: Lender; readonly alias: string }[] {
  const found: { lender: Lender; alias: string }[] = []
  let rest = text
  for (const { alias, lender } of aliases) {
    if (!rest.includes(alias)) continue
    found.push({ lender, alias })
    rest = rest.replaceAll(alias, ' ')
  }
  return found
}

/** One look before the rules: a text in which no name or word of credit stands cannot prove a debt. */
export function mayConcernCredit(text: string): boolean {
  return creditWords.test(text)
}

/** 股份, 有限, 责任, 公司 differ between lists and years; the rest is the name. */
export function stemOf(name: string): string {
  return name.replace(/(股份|有限|责任)*公司(信用卡中心)?$/, '')
}

/** Every legal name holds one of these, or is cut or masked. */
const anyLegalName = /金融|贷|银行|…|\.\.\.|\*\*/

interface KnownName {
  readonly stem: string
  readonly full: string
  readonly lender: NamedLender
}

const places =
  /^(重庆市?|北京市?|上海市?|天津市?|深圳市?|四川省?|河南省?|河北省?|湖南省?|湖北省?|浙江省?|陕西省?|内蒙古|哈尔滨市?|厦门市?|福州市?|吉安市?|武汉市?|无锡市?|江苏省?|吉林省?|中国)/

const byLegalName = new Map<string, Lender[]>()
for (const lender of lenders) {
  for (const { name } of lender.lenders) byLegalName.set(name, [...(byLegalName.get(name) ?? []), lender])
}

/** Longest first: 长银五八 before 长银, a company before the bank whose name it holds. */
const knownNames: readonly KnownName[] = [...byLegalName]
  .flatMap(([full, products]): readonly KnownName[] => {
    const lender = { name: full, products, bank: /银行/.test(full) }
    const stem = stemOf(full)
    const short = stem.replace(places, '')
    // 湖北消费金融 without its place would be every company of the kind.
    const own = short.replace(/(消费金融|网络小额贷款|小额贷款|银行)$/, '')
    const stems = own.length >= 2 && short.length >= 4 && short !== stem ? [stem, short] : [stem]
    return stems.map((each) => ({ stem: each, full, lender }))
  })
  .sort((a, b) => b.stem.length - a.stem.length)

const aliases = lenders
  .flatMap((lender) => lender.aliases.map((alias) => ({ alias, lender })))
  .sort((a, b) => b.alias.length - a.alias.length)

const creditWords = new RegExp(
  [
    '贷',
    '借',
    '还款',
    '分期',
    '消费金融',
    '信用卡',
    '信用购',
    '免押',
    '押金',
    '解冻',
    '预授权',
    '先享',
    '先用后付',
    '租',
    '\\*\\*',
    '银行卡中心',
    ...aliases.map(({ alias }) => alias.replace(/[|()[\].*+?^$\\]/g, '\\$&')),
  ].join('|'),
)

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)]
}
