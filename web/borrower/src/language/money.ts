import type { Language } from './language'

/** "12345.60" as a page shows it: ¥12,345.60. */
export function moneyText(amount: string): string {
  const [yuan = '0', cents = '00'] = amount.split('.')
  return `¥${yuan.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}

/** The same as a voice should say it: 12345元6角, or 12345 yuan 60 fen. */
export function moneyWords(amount: string, language: Language): string {
  const [yuan = '0', cents = '00'] = amount.split('.')
  if (language === 'en') return cents === '00' ? `${yuan} yuan` : `${yuan} yuan ${Number(cents)} fen`
  const [jiao = '0', fen = '0'] = cents
  const small = `${jiao === '0' ? '' : `${jiao}角`}${fen === '0' ? '' : `${fen}分`}`
  return yuan === '0' && small !== '' ? small : `${yuan}元${small}`
}

export function isZero(amount: string): boolean {
  return amount === '0.00'
}

/** What was typed, in the form of the contract: "5000" and "5,000.5" become "5000.00" and "5000.50"; anything else is `undefined`. */
export function typedMoney(text: string): string | undefined {
  const plain = text.normalize('NFKC').replace(/[\s,¥]/g, '')
  const match = /^0*([0-9]{1,13})(?:\.([0-9]{1,2}))?$/.exec(plain)
  if (match === null) return undefined
  return `${match[1] ?? '0'}.${(match[2] ?? '').padEnd(2, '0')}`
}

/** Amounts that one line shows together. */
export function moneySum(...amounts: readonly string[]): string {
  const fen = amounts.reduce((sum, amount) => sum + BigInt(amount.replace('.', '')), BigInt(0))
  const digits = fen.toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A share of the whole between 0 and 100, for a picture only. */
export function percentOf(part: string, whole: string): number {
  const all = Number(whole)
  return all === 0 ? 0 : Math.min(100, Math.round((Number(part) / all) * 100))
}
