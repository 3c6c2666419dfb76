import { type Fen, fen, noFen } from '@jieqing/domain/money/fen'

/** A money cell: how much, which way its own sign points, what of it was given back, in which currency. */
export interface ReadAmount {
  readonly amount: Fen
  readonly sign: '+' | '-' | undefined
  /** Fen already given back according to the cell itself: JD writes `131.77(已退款89.84)`. */
  readonly refunded: Fen
  /** ISO code where the cell names one (`JPY 1000.00`), otherwise undefined. */
  readonly currency: string | undefined
}

/**
 * Reads `¥28.16`, `?28.16` (what a spreadsheet's GBK leaves of ¥), `￥1,234.56` (after NFKC), `CNY13.50`, `+0.01`, `-3.90(CN)`, `131.77(已退款89.84)`,
 * `468.32(已全额退款)` and the numbers of workbooks. Anything else, more than two places included, is `undefined`:
 * a row with an unreadable amount fails, it is never guessed (M1).
 */
export function readAmount(cell: string): ReadAmount | undefined {
  if (bareFigure.test(cell)) {
    return {
      amount: fen(BigInt(cell.replace('.', ''))),
      sign: undefined,
      refunded: noFen,
      currency: undefined,
    }
  }
  const match = money.exec(cell)
  if (match === null) return undefined
  const [, before, code, after, digits = '', rest = ''] = match
  const amount = fenOf(digits)
  if (amount === undefined) return undefined
  const back = /退款[¥ ]*([0-9,.]+)/.exec(rest)?.[1]
  const refunded = rest.includes('全额退款') ? amount : back === undefined ? fen(0n) : fenOf(back)
  if (refunded === undefined) return undefined
  const sign = before || after
  return {
    amount,
    sign: sign === '+' || sign === '-' ? sign : undefined,
    refunded,
    currency: code === undefined || code === '' ? undefined : code === 'RMB' ? 'CNY' : code,
  }
}

/** Workbook numbers carry binary noise (28.16 is 28.160000000000000142): two places are exact below 10^13 yuan. */
export function amountOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e13) return undefined
  const rounded = value.toFixed(2)
  return Math.abs(Number(rounded) - value) < 1e-6 ? rounded : undefined
}

/** The common form, read without further looks. */
const bareFigure = /^[0-9]{1,13}\.[0-9]{2}$/
const money =
  /^([+-]?)\s*([A-Z]{3}|)\s*[¥?]?\s*([+-]?)\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*元?\s*(\(.*\))?$/

function fenOf(text: string): Fen | undefined {
  const [whole = '', part = ''] = text.replaceAll(',', '').split('.')
  const places = part.replace(/0+$/, '')
  if (places.length > 2 || whole.length > 13) return undefined
  return fen(BigInt(`${whole === '' ? '0' : whole}${places.padEnd(2, '0')}`))
}
