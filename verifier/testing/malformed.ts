import { deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { bytes, vector } from './vectors.ts'

/** A generator of numbers that a seed repeats: mulberry32. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const signed = bytes(vector('closure').signed)
const qr = new TextEncoder().encode(vector('closure').qr)

/** The `n`-th input that must not be called valid: bytes cut, doubled, changed, put in, nested and swollen. */
export function malformed(n: number, below: (most: number) => number): Uint8Array {
  const kinds = [
    () => mutated(signed, below),
    () => mutated(qr, below),
    () => signed.slice(0, below(signed.length)),
    () => Uint8Array.of(...signed, ...random(1 + below(40), below)),
    () => random(1 + below(600), below),
    () => Uint8Array.of(0xd2, 0x84, ...random(1 + below(200), below)),
    () => nested(below),
    () => text(`JQ1:${base45Like(below)}`),
    () =>
      text(
        `%PDF-1.7\n1 0 obj <</Type /EmbeddedFile /Filter /FlateDecode /Length ${below(999)}>>\nstream\n${'x'.repeat(below(300))}`,
      ),
    () => pdfOf(mutated(signed, below), below),
    () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...random(below(300), below)),
    () => promising(below),
  ] as const
  return (kinds[n % kinds.length] ?? kinds[0])()
}

/** The costliest inputs that are known: each within the limits of a file, each much larger once it is read. */
export const costly: Readonly<Record<string, () => Uint8Array>> = {
  'a zlib bomb in a PDF, 30 times': () => {
    const zeros = deflateSync(new Uint8Array(64 * 1024 * 1024), { level: 9 })
    const head = `%PDF-1.7\n1 0 obj <</Type /EmbeddedFile /Filter /FlateDecode /Length ${zeros.length}>>\nstream\n`
    const one = Buffer.concat([text(head), zeros, text('\nendstream\n')])
    return Buffer.concat(Array.from({ length: 30 }, () => one))
  },
  'four megabytes of attachments’ names': () => text(`%PDF-1.7\n${'/EmbeddedFile '.repeat(290_000)}`),
  'four megabytes of objects': () => text(`%PDF-1.7\n${' obj stream'.repeat(370_000)}`),
  'a picture of noise': () => noisePicture(1340),
  'a large picture of noise': () => noisePicture(1610),
  'a large picture in colours': () => pictureOf(1300, 1300, (x, y) => (x ^ y) & 255, 6),
  'a picture of stripes': () => pictureOf(1340, 1340, (x) => ((x >> 2) & 1) * 255),
  'a picture full of finder patterns': () => pictureOf(1340, 1340, (x, y) => finder(x % 40, y % 40)),
  'a picture that promises 4 gigapixels': () => headOnly(65_535, 65_535),
  'a picture whose pixels swell to 256 megabytes': bombPicture,
}

function noisePicture(side: number): Uint8Array {
  const noise = numbersFrom(7)
  return pictureOf(side, side, () => (noise(2) === 0 ? 0 : 255))
}

function mutated(from: Uint8Array, below: (most: number) => number): Uint8Array {
  const changed = from.slice()
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 + below(255))
  }
  return changed
}

function nested(below: (most: number) => number): Uint8Array {
  const opening = [0x81, 0xa1, 0xd2, 0x9f, 0xbf, 0x5f][below(6)] ?? 0x81
  return Uint8Array.of(0xd2, ...new Uint8Array(1 + below(5000)).fill(opening))
}

/** Heads that promise far more than is there. */
function promising(below: (most: number) => number): Uint8Array {
  const major = [0x5b, 0x7b, 0x9b, 0xbb, 0xdb, 0x1b][below(6)] ?? 0x5b
  return Uint8Array.of(0xd2, 0x84, major, ...random(8, below), ...random(below(30), below))
}

function pdfOf(content: Uint8Array, below: (most: number) => number): Uint8Array {
  const data = below(2) === 0 ? deflateSync(content) : content
  const filter = below(2) === 0 ? '/Filter /FlateDecode ' : ''
  return Buffer.concat([
    text(`%PDF-1.7\n1 0 obj <</Type /EmbeddedFile ${filter}/Length ${data.length}>>\nstream\n`),
    data,
    text('\nendstream\nendobj\n'),
  ])
}

function base45Like(below: (most: number) => number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  return Array.from({ length: below(900) }, () => alphabet.charAt(below(45))).join('')
}

function random(length: number, below: (most: number) => number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256))
}

function pictureOf(
  width: number,
  height: number,
  value: (x: number, y: number) => number,
  colours: 0 | 6 = 0,
): Uint8Array {
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = value(x, y)
      png.data.set([grey, grey, grey, 255], (y * width + x) * 4)
    }
  }
  return PNG.sync.write(png, { colorType: colours, deflateLevel: 9 })
}

/** A square in a ring in a field of forty pixels: what a reader looks for first. */
function finder(x: number, y: number): number {
  const ring = Math.max(Math.abs(x - 17), Math.abs(y - 17))
  return ring <= 7 || (ring > 12 && ring <= 17) ? 0 : 255
}

function headOnly(width: number, height: number): Uint8Array {
  const png = Buffer.from(pictureOf(1, 1, () => 0))
  png.writeUInt32BE(width, 16)
  png.writeUInt32BE(height, 20)
  return png
}

/** A small picture whose compressed pixels are 256 megabytes of nothing. */
function bombPicture(): Uint8Array {
  const small = Buffer.from(pictureOf(100, 100, () => 0))
  const data = deflateSync(new Uint8Array(256 * 1024 * 1024), { level: 9 })
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write('IDAT', 4, 'latin1')
  // The first chunk's end, the bomb, and the rest; nothing before the check looks at the checksum.
  return Buffer.concat([small.subarray(0, 33), head, data, Buffer.alloc(4), small.subarray(33)])
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}
