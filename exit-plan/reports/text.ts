import { type CalendarDate, calendarDateOrNone } from '@jieqing/domain/calendar/date'
import { type Fen, fen } from '@jieqing/domain/money/fen'
import { clean } from '../bills/text.ts'

/**
 * Report text for the grammar: NFKC, and every comma that is no thousands separator as the Chinese one, whichever of
 * the two the file holds.
 */
export function reportText(text: string): string {
  return text
    .split('，')
    .map((part) => part.normalize('NFKC').replace(/(?<![0-9]),|,(?![0-9]{3}(?![0-9]))/g, '，'))
    .join('，')
}

/** `YYYY年M月D日`, also without leading zeros and glued behind a running number (`12026年5月9日`). */
export const dayPattern = '(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日'

export function dayOf(text: string): CalendarDate | undefined {
  const match = /((?:19|20)[0-9]{2})[年.\-/]([0-9]{1,2})[月.\-/]([0-9]{1,2})日?/.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = ''] = match
  return calendarDateOrNone(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
}

export function monthOf(text: string): string | undefined {
  const match = /((?:19|20)[0-9]{2})年([0-9]{1,2})月/.exec(text)
  return match === null ? undefined : `${match[1]}-${(match[2] ?? '').padStart(2, '0')}`
}

/** Whole yuan, as reports print them (`10,000`); `--` and nothing are `undefined`: not reported is not zero. */
export function yuanOf(text: string | undefined): Fen | undefined {
  const digits = /^([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(\.[0-9]{1,2})?/.exec(clean(text ?? ''))
  if (digits === null) return undefined
  return fen(
    BigInt((digits[1] ?? '0').replaceAll(',', '')) * 100n +
      BigInt((digits[2] ?? '.0').slice(1).padEnd(2, '0')),
  )
}

export const figure = '([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)'

/** Currencies as reports write them. */
export function currencyIn(text: string): string {
  for (const [name, code] of currencies) if (text.includes(name)) return code
  return 'CNY'
}

const currencies = [
  ['美元', 'USD'],
  ['欧元', 'EUR'],
  ['英镑', 'GBP'],
  ['日元', 'JPY'],
  ['港元', 'HKD'],
  ['港币', 'HKD'],
  ['澳元', 'AUD'],
  ['加元', 'CAD'],
  ['加拿大元', 'CAD'],
  ['瑞士法郎', 'CHF'],
] as const
