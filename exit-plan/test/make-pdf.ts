import { createHash } from 'node:crypto'
import type { PageText } from '../bills/pdf.ts'

/**
 * A small PDF with given text at given places, in a Chinese font that is named and not embedded, as statements are
 * made. Enough for tests; not a general writer.
 */
export function makePdf(pages: readonly (readonly PageText[])[], password?: string): Uint8Array {
  const lock = password === undefined ? undefined : lockOf(password)
  const objects: string[] = []
  const add = (body: string) => objects.push(body)
  const hidden = (text: string) => (lock === undefined ? text : lock.hide(objects.length + 1, text))
  const string = (text: string) => `<${Buffer.from(hidden(text), 'latin1').toString('hex')}>`
  add('<< /Type /Catalog /Pages 2 0 R >>')
  const kids = pages.map((_, index) => `${6 + index * 2} 0 R`).join(' ')
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  add(
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>',
  )
  add(
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry ${string('Adobe')} /Ordering ${string('GB1')} /Supplement 2 >> /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>`,
  )
  add(
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  )
  pages.forEach((page, index) => {
    const shows = page.map(
      ({ text, x, y, height }) => `BT /F1 ${height} Tf 1 0 0 1 ${x} ${y} Tm <${hexOf(text)}> Tj ET`,
    )
    const content = shows.join('\n')
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${7 + index * 2} 0 R >>`,
    )
    add(`<< /Length ${content.length} >>\nstream\n${hidden(content)}\nendstream`)
  })
  let file = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const at = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return at
  })
  const start = file.length
  const id = lock === undefined ? '' : ` /ID [<${fileId}> <${fileId}>] /Encrypt ${lock.dictionary}`
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const at of offsets) file += `${String(at).padStart(10, '0')} 00000 n \n`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${id} >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

const fileId = '00112233445566778899aabbccddeeff'
const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')

/** The standard security handler, revision 2 (40-bit RC4): old, and what statements with a password still use. */
function lockOf(password: string) {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32)
  const md5 = (...parts: readonly Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest()
  const owner = rc4(md5(padded).subarray(0, 5), padded)
  const permissions = Buffer.from('fcffffff', 'hex')
  const key = md5(padded, owner, permissions, Buffer.from(fileId, 'hex')).subarray(0, 5)
  const user = rc4(key, padding)
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>`,
    hide: (object: number, text: string) => {
      const own = md5(key, Uint8Array.of(object & 0xff, (object >> 8) & 0xff, 0, 0, 0)).subarray(0, 10)
      return rc4(own, Buffer.from(text, 'latin1')).toString('latin1')
    },
  }
}

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index)
  const swap = (a: number, b: number) => {
    const kept = state[a] ?? 0
    state[a] = state[b] ?? 0
    state[b] = kept
  }
  let j = 0
  for (let i = 0; i < 256; i += 1) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 0xff
    swap(i, j)
  }
  let a = 0
  let b = 0
  return Buffer.from(
    data.map((byte) => {
      a = (a + 1) & 0xff
      b = (b + (state[a] ?? 0)) & 0xff
      swap(a, b)
      return byte ^ (state[((state[a] ?? 0) + (state[b] ?? 0)) & 0xff] ?? 0)
    }),
  )
}

/** Lines of text down a page, as a report prints them: cut where the page ends. */
export function linesOnPages(lines: readonly string[], each = 40): readonly (readonly PageText[])[] {
  const pages: PageText[][] = []
  const short = lines.flatMap((line) => line.match(/.{1,50}/gu) ?? [])
  short.forEach((text, index) => {
    const page = pages[Math.floor(index / each)] ?? []
    if (page.length === 0) pages.push(page)
    page.push({ text, x: 40, y: 800 - (index % each) * 18, width: 0, height: 10 })
  })
  return pages
}

function hexOf(text: string): string {
  return Array.from({ length: text.length }, (_, index) =>
    text.charCodeAt(index).toString(16).padStart(4, '0'),
  ).join('')
}
