import { type Lender, lenders } from '../directory/directory.ts'
import type { Message } from '../sms/message.ts'
import type { DebtSign, FalseFriend, Sign } from './evidence.ts'
import { lenderNamed, type NamedLender, productsNamed } from './names.ts'

/** What a message says: the sign, and the amount it names (in the message's own digits). */
export interface MessageSign {
  readonly sign: Sign | undefined
  readonly amount: string | undefined
}

/**
 * What one message says about a debt of one's own (M1). A signature proves nothing by itself: one-time codes, threats
 * with a private number, notes to guarantors and contacts, and promotion are told first. A message counts only for a
 * fact (lent, repaid, due, failed, used) with a figure behind it; one word such as 分期 or 额度 never does.
 */
export function signOfMessage(message: Message): MessageSign {
  const { body, sender } = message
  const signatures = [...body.matchAll(/[【[]([^】\]]{2,20})[】\]]/g)].map(([, name = '']) => name)
  const product = productOf(body, signatures)
  const none: MessageSign = { sign: undefined, amount: undefined }
  const as = (friend: FalseFriend): MessageSign => ({
    sign: { kind: 'friend', friend, product: product?.id },
    amount: undefined,
  })
  const person = /^(\+?86)?1[3-9][0-9]{9}$/.test(sender.replaceAll(' ', ''))
  if (oneTimeCode.test(body))
    return product === undefined && !/贷|借|白条|还款/.test(body) ? none : as('one-time-code')
  if (threat.test(body) && (person || privateNumber(body) || !/[0-9]\.[0-9]{2} ?元/.test(body))) {
    return as('spoofed-collection')
  }
  if (person && signatures.length === 0) return none
  if (thirdParty.test(body)) return as('guarantee')
  if (/免押|押金|解冻/.test(body)) return as('deposit-free')
  const told = body.replace(/【福利[^】]*】|【[^】]*(优惠|福利|活动)[^】]*】/g, ' ')
  const company = lenderNamed(withoutSignatures(told))
  const fact = factOf(told, promoted(body) || strongOffer.test(told)) ?? bankFactOf(told, company)
  if (fact === undefined) return promoted(body) || offer.test(body) ? as('marketing') : none
  const { act, amount } = fact
  const aboutCard = /信用卡/.test(told) && act !== 'instalment' && productsNamed(told).length === 0
  if (aboutCard) return as('credit-card-repayment')
  const known = product ?? companyProduct(company?.products ?? [], told)
  if (known === undefined && company === undefined) return none
  if (known?.kind === 'bank' && !lends(told, known, act)) {
    if (company === undefined || company.bank) return none
  }
  const lender = company === undefined || (company.bank && known === undefined) ? undefined : company.name
  const ownProduct =
    company !== undefined && !company.bank && known !== undefined && known.kind === 'bank' ? undefined : known
  const from = ownProduct ?? companyProduct(company?.products ?? [], told)
  if (from === undefined && lender === undefined) return none
  return { sign: { kind: 'debt', product: from?.id, lender, grade: 'notice', act }, amount }
}

/** The product the body names; else the one behind the signature, if the signature stands for one alone. */
function productOf(body: string, signatures: readonly string[]): Lender | undefined {
  const plain = withoutSignatures(body)
  const named = productsNamed(plain).map(({ lender }) => lender)
  // 云闪付-借钱 is where a loan was asked for; the bank's own product beside it is the loan.
  const first = named.find(({ id }) => id !== 'yunshanfu-jieqian') ?? named[0]
  const bySignature = signedBy(signatures)
  // A product name known only generally gives way to the company that signed.
  if (first !== undefined && (first.product.certain || bySignature.length !== 1)) return first
  if (bySignature.length <= 1) return bySignature[0]
  const exact = bySignature.filter(({ aliases }) => aliases.some((alias) => signatures.includes(alias)))
  if (exact.length === 1) return exact[0]
  const lending = bySignature.filter(({ id }) => productWords.get(id)?.test(plain) === true)
  return lending.length === 1 ? lending[0] : undefined
}

function signedBy(signatures: readonly string[]): readonly Lender[] {
  return lenders.filter((lender) =>
    signatures.some(
      (name) =>
        lender.signatures.some(({ text }) => text === name) ||
        lender.aliases.includes(name) ||
        lender.lenders.some(
          (legal) => legal.name.includes(name) && name.length >= 4 && !/银行$/.test(name),
        ) ||
        brands.get(lender.id) === name,
    ),
  )
}

function companyProduct(products: readonly Lender[], text: string): Lender | undefined {
  if (products.length === 1) return products[0]
  const said = products.filter(({ id }) => productWords.get(id)?.test(text) === true)
  return said.length === 1 ? said[0] : undefined
}

/** A bank's messages are mostly about deposits and cards: the product or a loan must be named. */
function lends(text: string, product: Lender, act: DebtSign['act']): boolean {
  return (
    act === 'instalment' ||
    product.aliases.some((alias) => text.includes(alias)) ||
    /贷款|借款|快贷/.test(text)
  )
}

interface Fact {
  readonly act: DebtSign['act']
  readonly amount: string | undefined
}

/** Behind promotion only a figure to the fen or a card's tail makes a fact: offers speak in round sums. */
function factOf(text: string, promotion: boolean): Fact | undefined {
  const exact = /([0-9][0-9,]*\.[0-9]{2}) ?元?/.exec(text)?.[1]
  const round = /([0-9][0-9,]*(?:\.[0-9]{1,2})?) ?元/.exec(text)?.[1]
  if (promotion && exact === undefined && !/尾号/.test(text)) return undefined
  const amount = exact ?? round
  for (const [pattern, act] of facts) if (pattern.test(text)) return { act, amount }
  return undefined
}

/** A bank tells of money from or to a lending company: the company's name makes it a loan. */
function bankFactOf(text: string, company: NamedLender | undefined): Fact | undefined {
  if (company === undefined || company.bank) return undefined
  const amount = /([0-9][0-9,]*\.[0-9]{1,2}|[0-9][0-9,]*(?= ?元))/.exec(text)?.[1]
  if (amount === undefined) return undefined
  if (/入账|存入|转入|收入|到账|汇入/.test(text)) return { act: 'disbursed', amount }
  if (/支出|扣款|代扣|转出|支付|扣收|代收/.test(text)) return { act: 'repaid', amount }
  return undefined
}

/** A mobile number, also with spaces or hyphens, or an address outside the lender: where forged texts want an answer. */
function privateNumber(body: string): boolean {
  return (
    /(?<![0-9])1[3-9][0-9]{9}(?![0-9])/.test(body.replace(/(?<=[0-9])[- ](?=[0-9])/g, '')) ||
    /微信|QQ/i.test(body)
  )
}

function promoted(body: string): boolean {
  return /拒收|退订|回复?(T|TD|R|N)(?![A-Z])|回T/i.test(body)
}

function withoutSignatures(body: string): string {
  return body.replace(/【[^】]*】/g, ' ')
}

const oneTimeCode = /验证码|校验码|动态密码|动态码|短信口令|随机码|确认码/
const threat =
  /起诉|立案|律师|法务|强制执行|失信|上门|冻结.{0,4}(账户|名下)|公安|诈骗|通知.{0,6}(家人|单位|亲友)|司法|仲裁|报案/
const thirdParty = /担保|联系人(?!工)|转告|代为|提醒(其|他|她)/
/** Words of a pitch: beside them only a figure to the fen or a card's tail makes a fact. */
const strongOffer = /最高|最快|可借|可贷|可提|邀您|邀请|领取|免息|低至|预审|恭喜|限时|待激活/
const offer = /最高可?(贷|借)|额度|免息|可借|可贷|可提|利率|邀您|领取/
const facts: readonly (readonly [RegExp, DebtSign['act']])[] = [
  [/扣款失败|已逾期|逾期(未还|[0-9]+天)|有一笔账单逾期/, 'failed'],
  [
    /(还款成功|成功还款|已还本息|已还清|已结清|已还款|扣款[^,。]{0,8}成功|还款[0-9,.]+元,?贷款余额)/,
    'repaid',
  ],
  [
    /(?<!最快.{0,12})(借款|贷款|放款)[^。]{0,14}(已到账|已?成功(放款|发放|到账)|已发放|中已到账)|已(成功)?放款|放款成功|借款[0-9,.]+元[^。]{0,14}(已|成功)|元已?成功?(发放|放款)/,
    'disbursed',
  ],
  [/收入\(?.{0,6}汇入.{0,80}对方户名/, 'disbursed'],
  [/(账户|额度|服务|贷)[^。]{0,8}(已|成功)(关闭|注销|终止|销户)/, 'closed'],
  [/已使用[^。]{0,12}(下单|支付|消费)/, 'used'],
  [/已办[^。]{0,16}分期|[0-9]+期[^。]{0,4}分期[,。]?每期/, 'instalment'],
  [
    /(本期|今日|今天|明日|[0-9]{1,2}月)[^。]{0,10}(应还|账单)[^。]{0,16}[0-9]|账单[0-9,.]+元|应还[^。]{0,4}[0-9,.]+元|将于[^。]{0,14}(扣款|还款)|还款日[^。]{0,4}(?:[0-9]|每月)/,
    'due',
  ],
]
/** Signatures that several products share, and the word that tells them apart. */
const productWords = new Map<string, RegExp>([
  ['jd-baitiao', /白条/],
  ['jd-jintiao', /金条/],
  ['huabei', /(?<!信用购.*)账单|花呗/],
  ['huabei-xyg', /信用购/],
  ['jiebei', /借呗/],
  ['meituan-yuefu', /月付|账单/],
  ['meituan-jieqian', /借钱|借款/],
  ['douyin-yuefu', /月付/],
  ['douyin-fangxinjie', /放心借/],
])
/** Brand signatures that are not the product's own name. */
const brands = new Map([
  ['xiecheng', '携程金融'],
  ['renxingfu', '苏宁金融'],
  ['jinshang', '晋商消费金融'],
  ['douyin-fangxinjie', '抖音放心借'],
  ['qifu', '奇富借条'],
])
