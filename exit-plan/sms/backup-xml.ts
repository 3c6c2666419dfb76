import { shanghaiDate } from '@jieqing/domain/calendar/date'
import sax from 'sax'
import { asUtf8 } from '../bills/encoding.ts'
import { Refusal } from '../bills/refusal.ts'
import type { RowCount } from '../bills/row-count.ts'
import { clean, maskIdentity } from '../bills/text.ts'
import type { Message } from './message.ts'

/** Pictures of an MMS stand in an attribute; longer ones than this are a damaged or hostile file. In characters. */
const longestAttribute = 67_108_864

/**
 * Streams an "SMS Backup & Restore" file. Attributes vary by version and `date` (milliseconds) is the only reliable
 * time. Sent messages are counted and left out; "null" is what the app writes for nothing. A file that breaks off
 * keeps what stood before the break; a document type, the road of entity bombs, is refused (`xml-doctype`).
 */
export async function readSmsBackup(
  source: AsyncIterable<Uint8Array>,
  count: RowCount,
  take: (message: Message) => void,
): Promise<void> {
  Object.assign(sax, { MAX_BUFFER_LENGTH: longestAttribute })
  const parser = sax.parser(true, {})
  let row = 0
  let root = ''
  let mms: { sender: string; date: string; received: boolean; texts: string[] } | undefined
  let broken = false
  let refusal: Refusal | undefined

  const finish = (body: string | undefined, sender: string, date: string, received: boolean) => {
    row += 1
    if (!received) count.ignore('sent-by-owner')
    else if (body === undefined) count.fail(row, 'no-body')
    else if (written(body) === '') count.ignore('no-text')
    else {
      count.use()
      take({ row, on: dayOf(date), sender: written(sender), body: maskIdentity(written(body)) })
    }
  }
  parser.ondoctype = () => {
    refusal = new Refusal('xml-doctype')
  }
  parser.onopentag = ({ name, attributes }) => {
    const text = (key: string) => String(attributes[key] ?? '')
    if (root === '') {
      root = name
      if (name !== 'smses') refusal = new Refusal('unknown-layout', `<${name}>`)
    } else if (name === 'sms') {
      const body = attributes.body
      finish(
        body === undefined ? undefined : String(body),
        text('address'),
        text('date'),
        text('type') !== '2',
      )
    } else if (name === 'mms') {
      mms = { sender: text('address'), date: text('date'), received: text('msg_box') !== '2', texts: [] }
    } else if (name === 'part' && text('ct') === 'text/plain') {
      mms?.texts.push(written(text('text')))
    }
  }
  parser.onclosetag = (name) => {
    if (name !== 'mms' || mms === undefined) return
    finish(mms.texts.join(' '), mms.sender, mms.date, mms.received)
    mms = undefined
  }
  parser.onerror = () => {
    broken = true
  }
  const decoder = new TextDecoder()
  for await (const chunk of asUtf8(source)) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    feed(parser, text)
    if (refusal !== undefined) throw refusal
    if (broken) break
  }
  if (!broken) feed(parser, undefined)
  if (refusal !== undefined) throw refusal
  if (root === '') throw new Refusal('damaged', 'no element')
  if (broken) count.fail(row + 1, 'truncated')
}

/** The parser throws again whatever it has reported; the report is enough. */
function feed(parser: sax.SAXParser, text: string | undefined): void {
  try {
    if (text === undefined) parser.close()
    else parser.write(text)
  } catch {
    return
  }
}

function written(text: string): string {
  const cleaned = clean(text)
  return cleaned === 'null' ? '' : cleaned
}

function dayOf(milliseconds: string) {
  const at = Number(milliseconds)
  return milliseconds === '' || !Number.isFinite(at) || at <= 0 || at > 4e12
    ? undefined
    : shanghaiDate(new Date(at))
}
