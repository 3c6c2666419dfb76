import type { PageText } from '../bills/pdf.ts'

/**
 * A small PDF with given text at given places, in a Chinese font that is named and not embedded, as statements are
 * made. Enough for tests; not a general writer.
 */
export function makePdf(pages: readonly (readonly PageText[])[]): Uint8Array {
  const objects: string[] = []
  const add = (body: string) => objects.push(body)
  add('<< /Type /Catalog /Pages 2 0 R >>')
  const kids = pages.map((_, index) => `${6 + index * 2} 0 R`).join(' ')
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  add(
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>',
  )
  add(
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>',
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
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`)
  })
  let file = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const at = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return at
  })
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const at of offsets) file += `${String(at).padStart(10, '0')} 00000 n \n`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
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
