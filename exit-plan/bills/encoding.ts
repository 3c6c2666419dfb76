import { isUtf8 } from 'node:buffer'
import { Refusal } from './refusal.ts'

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be'

/** How much is looked at before a text's encoding is settled, in bytes. */
const lookAt = 65_536

/**
 * Text in UTF-8 (BOM taken off), whatever it was stored in: UTF-8, UTF-16 with or without BOM, else GB18030, which
 * holds GBK and GB2312. While only ASCII was seen the decision waits, so a Chinese character late in a file still
 * counts. Bytes that fit no encoding become U+FFFD; a text with NUL bytes that is not UTF-16 is refused (`not-text`).
 */
export async function* asUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | string> {
  let decoder: TextDecoder | undefined
  let decided = false
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    if (decided) {
      if (decoder === undefined) yield chunk
      else yield decoder.decode(chunk, { stream: true })
      continue
    }
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    if (held.length < lookAt) continue
    const encoding = encodingOf(held)
    if (encoding === undefined) {
      yield held
    } else {
      decided = true
      decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding)
      const start = withoutBom(held)
      yield decoder === undefined ? start : decoder.decode(start, { stream: true })
    }
    held = Buffer.alloc(0)
  }
  if (decided) {
    const rest = decoder?.decode() ?? ''
    if (rest !== '') yield rest
    return
  }
  if (held.length === 0) return
  const encoding = encodingOf(held) ?? 'utf-8'
  const start = withoutBom(held)
  yield encoding === 'utf-8' ? start : new TextDecoder(encoding).decode(start)
}

/** `undefined` while only ASCII was seen. A character cut at the end of the bytes does not count against UTF-8. */
export function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  let even = 0
  let odd = 0
  let ascii = true
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    if (byte === 0) {
      if (index % 2 === 0) even += 1
      else odd += 1
    } else if (byte > 0x7f) ascii = false
  }
  if (even + odd > 0) {
    if (odd > even * 10) return 'utf-16le'
    if (even > odd * 10) return 'utf-16be'
    throw new Refusal('not-text')
  }
  if (ascii) return undefined
  for (let cut = 0; cut < 4 && cut < bytes.length; cut += 1) {
    if (isUtf8(bytes.subarray(0, bytes.length - cut))) return 'utf-8'
  }
  return 'gb18030'
}

function withoutBom(bytes: Buffer): Buffer {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3)
  return bytes
}
