import { Unzlib } from 'fflate'
import { concat } from './bytes.ts'
import { Refused } from './reasons.ts'

/** The content of a zlib stream (RFC 1950), of `most` bytes. */
export function inflate(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = []
  run(bytes, most, (part) => parts.push(part))
  return concat(...parts)
}

/** Refuses a stream that `inflate` would refuse, and keeps nothing of it. */
export function refuseAbove(bytes: Uint8Array, most: number): void {
  run(bytes, most, () => undefined)
}

/**
 * Fed in small pieces, so that a few bytes which swell to gigabytes are stopped after at most a thousandfold of one piece. The checksum
 * behind the stream is checked, which also finds bytes after it.
 */
function run(bytes: Uint8Array, most: number, take: (part: Uint8Array) => void): void {
  if (bytes.length < 8) throw new Refused('zlib')
  const sum = adler32()
  let length = 0
  let ended = false
  const stream = new Unzlib((part, final) => {
    take(part)
    sum.add(part)
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
  if (!ended || sum.value() !== bigEndian(bytes.subarray(-4))) throw new Refused('zlib')
}

const piece = 256

/** RFC 1950 8.2, over parts. The remainder is taken every 3,800 bytes: no sum leaves 32 bits before. */
function adler32(): { readonly add: (bytes: Uint8Array) => void; readonly value: () => number } {
  let low = 1
  let high = 0
  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(at + 3800, bytes.length)
        for (; at < end; at++) {
          low += bytes[at] ?? 0
          high += low
        }
        low %= 65_521
        high %= 65_521
      }
    },
    value: () => high * 65_536 + low,
  }
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}
