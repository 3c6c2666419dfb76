import { type CalendarDate, shanghaiDate } from '@jieqing/domain/calendar/date'
import { asUtf8 } from '../bills/encoding.ts'
import { Refusal } from '../bills/refusal.ts'
import type { RowCount } from '../bills/row-count.ts'
import { clean, maskIdentity } from '../bills/text.ts'
import { readWhen } from '../bills/when.ts'
import type { Message } from './message.ts'

/**
 * Messages as JSON: a list, an object that holds one, or one object a line (what phone automations write). The keys
 * are found by meaning: sender/address/from, body/text/content/message, t/date/time/timestamp (seconds,
 * milliseconds or a written date).
 */
export function readJsonMessages(text: string, count: RowCount, take: (message: Message) => void): void {
  const list = listed(text)
  list.forEach((entry, index) => {
    const row = index + 1
    const body = field(entry, ['body', 'text', 'content', 'message', 'msg'])
    if (body === undefined) {
      count.fail(row, 'no-body')
      return
    }
    if (field(entry, ['type', 'direction']) === '2' || field(entry, ['direction']) === 'sent') {
      count.ignore('sent-by-owner')
      return
    }
    if (clean(body) === '') {
      count.ignore('no-text')
      return
    }
    count.use()
    take({
      row,
      on: dayOf(field(entry, ['t', 'date', 'time', 'timestamp', 'at', 'received']) ?? ''),
      sender: clean(field(entry, ['sender', 'address', 'from', 'number', 'phone']) ?? ''),
      body: maskIdentity(clean(body)),
    })
  })
}

/**
 * Messages as plain text: blocks apart by blank lines, else one message a line. A date and a sender's number at the
 * beginning are taken off; the signature 【…】 stays with the body.
 */
export async function readTextMessages(
  source: AsyncIterable<Uint8Array>,
  count: RowCount,
  take: (message: Message) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of asUtf8(source)) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    if (text.length > 67_108_864) throw new Refusal('too-large')
  }
  const blocks = /\n[ \t\r]*\n/.test(text.trim()) ? text.split(/\n[ \t\r]*\n/) : text.split('\n')
  let row = 0
  for (const block of blocks) {
    const whole = clean(block)
    if (whole === '') continue
    row += 1
    count.use()
    take({ row, ...parted(whole) })
  }
}

function parted(text: string): { on: CalendarDate | undefined; sender: string; body: string } {
  const dated =
    /^\[?([0-9]{4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?)\]?[ ,:]*/.exec(
      text,
    )
  const on = dated?.[1] === undefined ? undefined : readWhen(dated[1])?.on
  const rest = on === undefined ? text : text.slice(dated?.[0].length ?? 0)
  const from = /^(\+?[0-9][0-9-]{4,20})[ ,:]+(?=\S)/.exec(rest)
  return {
    on,
    sender: from?.[1] ?? '',
    body: maskIdentity(from === null ? rest : rest.slice(from[0].length)),
  }
}

function listed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
    if (typeof value === 'object' && value !== null) {
      const inner = Object.values(value).find(Array.isArray)
      return inner === undefined ? [value] : inner
    }
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const values = lines.map(parsedLine)
    if (values.some((value) => value !== undefined)) return values
  }
  throw new Refusal('damaged', 'JSON')
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function field(entry: unknown, names: readonly string[]): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const values = new Map(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value]))
  for (const name of names) {
    const value: unknown = values.get(name)
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
  }
  return undefined
}

function dayOf(text: string): CalendarDate | undefined {
  if (/^[0-9]{13}$/.test(text)) return shanghaiDate(new Date(Number(text)))
  if (/^[0-9]{10}$/.test(text)) return shanghaiDate(new Date(Number(text) * 1000))
  const zoned = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(zoned)) return shanghaiDate(new Date(zoned))
  return readWhen(clean(text))?.on
}
