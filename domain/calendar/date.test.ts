import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  type CalendarDate,
  calendarDate,
  calendarDateOrNone,
  dateOfDayNumber,
  dayNumber,
  daysBetween,
  dueDateAfter,
  isLeapYear,
  shanghaiDate,
  shanghaiInstant,
  shanghaiTime,
} from './date.ts'

const day = (text: string) => text as CalendarDate
const dates = fc.integer({ min: -30_000, max: 60_000 }).map(dateOfDayNumber)

describe('A4 A12 dates', () => {
  test('only real days in their one form are dates', () => {
    expect(calendarDate('2024-02-29')).toBe('2024-02-29')
    const refused = [
      '2026-02-29',
      '2026-04-31',
      '2026-13-01',
      '2026-1-1',
      '20260101',
      '2026-01-01T00:00',
      ' 2026-01-01',
      '',
    ]
    expect(refused.filter((text) => calendarDateOrNone(text) !== undefined)).toEqual([])
    expect(() => calendarDate('2026-02-29')).toThrow(RangeError)
  })

  test('of the days between two dates the first counts and the last does not', () => {
    expect(daysBetween(day('2026-06-10'), day('2026-07-10'))).toBe(30)
    expect(daysBetween(day('2026-06-10'), day('2026-06-10'))).toBe(0)
    expect(daysBetween(day('2024-02-28'), day('2024-03-01'))).toBe(2)
    expect(daysBetween(day('2026-07-10'), day('2026-06-10'))).toBe(-30)
  })

  test('a due day that a month does not have is its last', () => {
    const dues = [1, 2, 3, 13].map((months) => dueDateAfter(day('2026-01-31'), months, 31))
    expect(dues).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2027-02-28'])
    expect(dueDateAfter(day('2024-01-31'), 1, 31)).toBe('2024-02-29')
    expect(dueDateAfter(day('2026-12-10'), 1, 10)).toBe('2027-01-10')
  })

  test('leap years are those of the calendar', () => {
    expect([1900, 2000, 2024, 2026, 2100].map(isLeapYear)).toEqual([false, true, true, false, false])
  })

  test('a day in Shanghai begins eight hours before that of UTC', () => {
    expect(shanghaiDate(new Date('2026-06-10T15:59:59Z'))).toBe('2026-06-10')
    expect(shanghaiDate(new Date('2026-06-10T16:00:00Z'))).toBe('2026-06-11')
    expect(shanghaiInstant(day('2026-06-11')).toISOString()).toBe('2026-06-10T16:00:00.000Z')
    expect(shanghaiTime(shanghaiInstant(day('2026-06-11'), 90))).toBe('2026-06-11T01:30:00+08:00')
  })

  test('days added are days between, and a number leads back to its date', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -5_000, max: 5_000 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days)
        expect(dateOfDayNumber(dayNumber(date))).toBe(date)
        expect(shanghaiDate(shanghaiInstant(date, 1_439))).toBe(date)
      }),
    )
  })

  test('due dates of one due day follow each other by 28 to 31 days', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 31 }), (date, dueDay) => {
        const first = dueDateAfter(date, 1, dueDay)
        const apart = daysBetween(first, dueDateAfter(first, 1, dueDay))
        expect(apart >= 28 && apart <= 31).toBe(true)
      }),
    )
  })
})
