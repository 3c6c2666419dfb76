import { inflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { concat, latin1 } from './bytes.ts'
import { limits } from './limits.ts'
import type { Picture } from './picture.ts'
import { Refused } from './reasons.ts'

/** Reads a PNG after looking at what it would become: neither its size nor its compressed pixels may exceed the limits. */
export function readPng(bytes: Uint8Array): Picture {
  const { width, height, bits } = headOf(bytes)
  if (width > limits.side || height > limits.side || width * height > limits.pixels) {
    throw new Refused('picture-too-large')
  }
  if (((width * bits) / 8) * height > limits.pixelBytes) throw new Refused('picture-too-large')
  // Rows begin with a byte of their filter; an interlaced picture has up to two rows for each.
  const most = Math.ceil((width * bits) / 8 + 2) * height * 2 + 64
  refuseAbove(pixelsOf(bytes), most)
  try {
    const png = PNG.sync.read(Buffer.from(bytes))
    return { width: png.width, height: png.height, data: png.data }
  } catch {
    throw new Refused('picture-unreadable')
  }
}

function headOf(bytes: Uint8Array): { width: number; height: number; bits: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 33 || latin1(bytes.slice(12, 16)) !== 'IHDR') throw new Refused('picture-unreadable')
  const channels = [1, 0, 3, 1, 2, 0, 4][bytes[25] ?? 1] ?? 0
  const bits = (bytes[24] ?? 0) * channels
  const width = view.getUint32(16)
  const height = view.getUint32(20)
  if (bits === 0 || width === 0 || height === 0) throw new Refused('picture-unreadable')
  return { width, height, bits }
}

/** The IDAT chunks, one behind the other. */
function pixelsOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Uint8Array[] = []
  let at = 8
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at)
    if (length > bytes.length - at - 12) throw new Refused('picture-unreadable')
    if (latin1(bytes.slice(at + 4, at + 8)) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return concat(...parts)
}

/** Node's own inflate stops at the limit; the reader behind it would not for every kind of PNG. */
function refuseAbove(pixels: Uint8Array, most: number): void {
  try {
    inflateSync(pixels, { maxOutputLength: most })
  } catch {
    throw new Refused('picture-unreadable')
  }
}
