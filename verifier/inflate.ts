import { Unzlib } from 'fflate'
import { concat } from './bytes.ts'
import { Refused } from './reasons.ts'

/**
 * The content of a zlib stream (RFC 1950), of `most` bytes. Fed in small pieces, so that a few bytes which swell to gigabytes are
 * stopped after at most a thousandfold of one piece. The checksum behind the stream is checked, which also finds bytes after it.
 */
export function inflate(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length < 8) throw new Refused('zlib')
  const parts: Uint8Array[] = []
  let length = 0
  let ended = false
  const stream = new Unzlib((part, final) => {
    parts.push(part)
    length += part.length
    ended = final
  })
  for (let at = 0; at < bytes.length; at += piece) {
    try {
      stream.push(bytes.slice(at, at + piece), at + piece >= bytes.length)
    } catch {
      throw new Refused('zlib')
    }
    if (length > most) throw new Refused('zlib-too-large')
  }
  const content = concat(...parts)
  if (!ended || adler32(content) !== bigEndian(bytes.subarray(-4))) throw new Refused('zlib')
  return content
}

const piece = 256

/** RFC 1950 8.2. */
function adler32(bytes: Uint8Array): number {
  let low = 1
  let high = 0
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return high * 65_536 + low
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
