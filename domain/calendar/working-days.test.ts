import chineseDays from 'chinese-days'
import { describe, expect, test } from 'vitest'
import { addDays, type CalendarDate } from './date.ts'
import { statutoryCalendar } from './statutory-calendar.ts'
import { customerWait, dayKind, lenderDeadline } from './working-days.ts'

const day = (text: string) => text as CalendarDate

describe('D1 A8 working days', () => {
  test('every day of the known years is what an independent calendar says', () => {
    const { knownFrom, knownThrough } = statutoryCalendar
    let days = 0
    for (let date = knownFrom; date <= knownThrough; date = addDays(date, 1)) {
      expect(dayKind(date), date).toEqual({ working: chineseDays.isWorkday(date), known: true })
      days += 1
    }
    expect(days).toBe(730)
  })

  test('a make-up Saturday is a working day, and a holiday on a weekday is none', () => {
    expect(dayKind(day('2026-02-14')).working).toBe(true)
    expect(dayKind(day('2026-02-16')).working).toBe(false)
    expect(dayKind(day('2026-10-10')).working).toBe(true)
  })

  test('three working days before the national holiday end after it', () => {
    expect(lenderDeadline(day('2026-09-29'), 3)).toEqual({ date: '2026-10-09', provisional: false })
  })

  test('past the known calendar nothing is known: Monday to Friday count for the lender, eight days more for the customer', () => {
    expect(dayKind(day('2027-01-01'))).toEqual({ working: true, known: false })
    expect(lenderDeadline(day('2026-12-30'), 2)).toEqual({ date: '2027-01-01', provisional: true })
    expect(customerWait(day('2026-12-30'), 2)).toEqual({ date: '2027-01-09', provisional: true })
    expect(customerWait(day('2026-12-28'), 2)).toEqual({ date: '2026-12-30', provisional: false })
  })

  test('no working days are no deadline', () => {
    expect(() => lenderDeadline(day('2026-01-01'), 0)).toThrow(RangeError)
  })
})
