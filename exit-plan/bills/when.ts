import { type CalendarDate, calendarDateOrNone, dateOfDayNumber } from '@jieqing/domain/calendar/date'

/** A moment as an export gives it: always a day, a clock time only where the file kept one (`HH:MM` or `HH:MM:SS`). */
export interface When {
  readonly on: CalendarDate
  readonly time: string | undefined
}

/** The month a statement's title names: bank bills print MM/DD only and the year stands in the title. */
export interface StatementMonth {
  readonly year: number
  readonly month: number
}

/**
 * Reads the date forms met in exports: `2019-09-26 12:45:27`, `2025/1/9 8:05` (re-saved by Excel), `20250101`,
 * `2025年1月9日`, glued `2025-01-0918:53:19`, a workbook's day serial (45297.5), and `12/29` beside the month of the
 * statement's title. A month later than the title's belongs to the year before. Not a real day: `undefined`.
 */
export function readWhen(cell: string, title?: StatementMonth): When | undefined {
  if (commonForm.test(cell)) {
    const on = dayKnown(cell.slice(0, 10))
    if (on === undefined) return undefined
    return { on, time: readTime(cell.slice(11)) }
  }
  const full = fullDate.exec(cell)
  if (full !== null) {
    const [, year = '', month = '', day = '', time] = full
    return whenOf(year, month, day, time)
  }
  const packed = packedDate.exec(cell)
  if (packed !== null) {
    const [, year = '', month = '', day = '', time] = packed
    return whenOf(year, month, day, time)
  }
  const short = shortDate.exec(cell)
  if (short !== null && title !== undefined) {
    const [, month = '', day = ''] = short
    const year = title.month <= 12 && Number(month) > title.month ? title.year - 1 : title.year
    return whenOf(String(year).padStart(4, '0'), month, day, undefined)
  }
  const serial = Number(cell)
  if (cell !== '' && serial >= 25_569 && serial < 73_050) {
    const seconds = Math.round((serial % 1) * 86_400)
    const on = dateOfDayNumber(Math.floor(serial) - 25_569 + Math.floor(seconds / 86_400))
    return { on, time: seconds === 0 ? undefined : clock(seconds % 86_400) }
  }
  return undefined
}

/** `18:53:19`, `185319` (ABC), `8:05`; anything else is no time. */
export function readTime(cell: string): string | undefined {
  const match = /^([0-9]{1,2}):?([0-9]{2})(?::?([0-9]{2}))?$/.exec(cell)
  if (match === null) return undefined
  const [, hour = '', minute = '', second] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? '0') > 59) return undefined
  return `${hour.padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second}`}`
}

/** `…账户 2024年01月…` in a title line; none where the line names no month. */
export function statementMonth(line: string): StatementMonth | undefined {
  const match = /([0-9]{4})\s*年\s*([0-9]{1,2})\s*月(?!\s*[0-9]{1,2}\s*日)/.exec(line)
  if (match === null) return undefined
  return { year: Number(match[1]), month: Number(match[2]) }
}

const commonForm = /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/
const fullDate =
  /^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T\s-]*([0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)[0-9.+:Z]*)?$/
const packedDate = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:\s*([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?$/
const shortDate = /^([0-9]{1,2})[-/]([0-9]{1,2})$/

/** Rows of one day follow each other: the last day looked up is mostly the one asked for. */
let lastDay: { readonly text: string; readonly on: CalendarDate | undefined } = { text: '', on: undefined }

function dayKnown(text: string): CalendarDate | undefined {
  if (text !== lastDay.text) lastDay = { text, on: calendarDateOrNone(text) }
  return lastDay.on
}

function whenOf(year: string, month: string, day: string, time: string | undefined): When | undefined {
  const on = calendarDateOrNone(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  if (on === undefined) return undefined
  return { on, time: time === undefined ? undefined : readTime(time.replaceAll('.', ':')) }
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
