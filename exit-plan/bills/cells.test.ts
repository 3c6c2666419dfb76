import { dateOfDayNumber } from '@jieqing/domain/calendar/date'
import { yuan } from '@jieqing/domain/money/fen'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAmount } from './amount.ts'
import { clean } from './text.ts'
import { readWhen } from './when.ts'

const runs = { numRuns: Math.round(200 * Number(process.env.JIEQING_TEST_SCALE ?? '1')) }

describe('M1 cells', () => {
  test('any amount is read back to the fen however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), (fen) => {
        const text = yuan(fen)
        const grouped = text.replace(/\B(?=([0-9]{3})+\.)/g, ',')
        for (const written of [
          text,
          `¥${text}`,
          clean(`￥${grouped}`),
          `CNY ${text}`,
          `CNY${grouped}`,
          `${text}元`,
          `${text}(CN)`,
        ]) {
          expect(readAmount(written)?.amount).toBe(fen)
        }
        expect(readAmount(`-${grouped}`)).toMatchObject({ amount: fen, sign: '-' })
        expect(readAmount(`¥-${text}`)).toMatchObject({ amount: fen, sign: '-' })
      }),
      runs,
    )
  })

  test('what is no amount to the fen is none: words, three places, dates, nothing', () => {
    for (const text of ['', 'abc', '1.234', '2026-01-02', '--', '=1+1', '1e5', '99999999999999.00']) {
      expect(readAmount(text), text).toBeUndefined()
    }
  })

  test('any day is read back in every form exports use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_957, max: 25_000 }), (number) => {
        const day = dateOfDayNumber(number)
        const [year = '', month = '', dayOfMonth = ''] = day.split('-')
        const loose = `${year}/${Number(month)}/${Number(dayOfMonth)}`
        for (const written of [
          day,
          loose,
          `${year}${month}${dayOfMonth}`,
          `${year}年${Number(month)}月${Number(dayOfMonth)}日`,
          `${year}.${month}.${dayOfMonth}`,
        ]) {
          expect(readWhen(written)).toEqual({ on: day, time: undefined })
        }
        expect(readWhen(`${day} 08:05:09`)).toEqual({ on: day, time: '08:05:09' })
        expect(readWhen(`${loose} 8:05`)).toEqual({ on: day, time: '08:05' })
        expect(readWhen(`${day}18:53:19`)).toEqual({ on: day, time: '18:53:19' })
        expect(readWhen(String(number + 25_569 + 0.5))).toEqual({ on: day, time: '12:00:00' })
        expect(readWhen(`${month}/${dayOfMonth}`, { year: Number(year), month: 12 })?.on).toBe(day)
      }),
      runs,
    )
  })

  test('a day that does not exist is no day', () => {
    for (const text of ['2026-02-29', '20261301', '2026/4/31', '13/01', ''])
      expect(readWhen(text, { year: 2026, month: 12 })).toBeUndefined()
  })
})
