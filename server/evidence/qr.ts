import { crc32, deflateSync } from 'node:zlib'
import { encode, renderSVG } from 'uqr'
import { base45 } from './base45.ts'

/** The pipeline of the European health certificates (HCERT 1.0.8) under a prefix of our own. */
export function qrText(signed: Uint8Array): string {
  return `JQ1:${base45(deflateSync(signed, { level: 9 }))}`
}

/** Version 20 at level M holds 970 characters: the largest that a phone still reads well from a printed page of our size. */
const settings = { ecc: 'M', maxVersion: 20, border: 4, boostEcc: false } as const

/** Rows of modules, true for dark, with the quiet zone of four around them. Throws where the text needs more than version 20. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encode(text, settings).data
}

/** The version, 1 to 20, that a text needs at level M. */
export function qrVersion(text: string): number {
  return encode(text, settings).version
}

/** For pages. */
export function qrSvg(text: string): string {
  return renderSVG(text, { ...settings, pixelSize: 4 })
}

/** A picture to save and send: PNG, one bit a pixel, `scale` pixels a module. */
export function qrPng(text: string, scale = 6): Uint8Array {
  const modules = qrModules(text)
  const side = modules.length * scale
  const line = Math.ceil(side / 8) + 1
  const rows = Buffer.alloc(line * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const dark = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true
      const at = y * line + 1 + (x >> 3)
      if (!dark) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8) // one bit, grey
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
