import { fileURLToPath } from 'node:url'
import { shanghaiTime } from '@jieqing/domain/calendar/date'
import { en } from '@jieqing/texts/evidence/en'
import { type CertificateTexts, zh } from '@jieqing/texts/evidence/zh'
import PDFDocument from 'pdfkit'
import type { Personal } from '../platform/personal.ts'
import { qrModules, qrText } from './qr.ts'
import type { Closure, DataFate } from './statement.ts'

export interface CertificatePaper {
  readonly closure: Closure
  /** The signed statement: attached, and drawn as the QR code. */
  readonly signed: Uint8Array
  /** The `.tlog-proof` file, once a checkpoint covers the statement: attached. */
  readonly proof?: string
  /** What the issuer is called. */
  readonly issuerTitle: { readonly zh: string; readonly en: string }
  /** The id of the key that signed. */
  readonly kid: Uint8Array
  /** Printed where given; the signed data only hold a commitment. */
  readonly holder?: Personal<string>
}

/**
 * The certificate on paper: a part in Chinese and a part in English, each complete with the QR code; `closure.cose` and
 * `closure.tlog-proof` are attached. The same paper gives the same bytes.
 */
export async function certificatePdf(paper: CertificatePaper): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 48, bottom: 48, left: margin, right: margin },
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    pdfVersion: '1.7',
    info: {
      Title: `${zh.title} ${en.title}`,
      CreationDate: paper.closure.issuedAt,
      ModDate: paper.closure.issuedAt,
    },
  })
  const done = bytesOf(doc)
  doc.registerFont('text', fontFile).font('text')
  for (const [texts, language] of parts) {
    if (language !== 'zh') doc.addPage()
    drawPart(doc, paper, texts, paper.issuerTitle[language])
  }
  drawPageNumbers(doc)
  attach(doc, paper)
  doc.end()
  return done
}

const margin = 52
const parts = [
  [zh, 'zh'],
  [en, 'en'],
] as const
const ink = '#1a1a1a'
const quiet = '#595959'
const rule = '#c8c8c8'
const fontFile = fileURLToPath(new URL('./font/noto-sans-sc-gb2312.otf', import.meta.url))

function drawPart(
  doc: PDFKit.PDFDocument,
  paper: CertificatePaper,
  texts: CertificateTexts,
  issuer: string,
): void {
  const { closure } = paper
  const width = doc.page.width - 2 * margin
  const side = 176
  doc.fillColor(ink).fontSize(22).text(texts.title, margin, 44, { width })
  const top = doc.y + 14
  drawQr(doc, qrText(paper.signed), margin + width - side, top, side)
  doc.y = top
  const rows: [string, string][] = [
    [texts.number, grouped(closure.id)],
    ...(paper.holder === undefined ? [] : [[texts.holder, paper.holder.reveal()] as [string, string]]),
    [texts.issuer, `${issuer} (${closure.issuer})`],
    [texts.issuedAt, clock(closure.issuedAt)],
    [texts.opened, closure.opened],
    [texts.closed, closure.closed],
    [texts.effective, clock(closure.effectiveAt)],
    [texts.closureKind, texts.kinds[closure.closureKind]],
    [texts.balance, fill(texts.balanceZero, { amount: '0.00', currency: closure.currency })],
    [texts.payoffReference, grouped(closure.payoffReference)],
    [texts.kid, hex(paper.kid)],
    [texts.log, closure.logOrigin],
  ]
  drawFacts(doc, rows, width - side - 20)
  doc.y = Math.max(doc.y, top + side) + 8
  const word = (code: string) => (texts.codes as Readonly<Record<string, string>>)[code] ?? code
  const end = (date: string | undefined) => (date === undefined ? texts.noEnd : fill(texts.until, { date }))
  drawList(
    doc,
    texts.obligations,
    closure.obligations.map((one) => [
      word(one.code),
      `${clock(one.due)}  ${one.policy.name} ${one.policy.version}`,
    ]),
  )
  drawList(
    doc,
    texts.clauses,
    closure.clauses.map((clause) => [word(clause.code), end(clause.until)]),
  )
  drawList(
    doc,
    texts.data,
    (closure.data ?? []).map((row) => [word(row.code), fateText(texts, row)]),
  )
  const { bureau } = closure
  drawList(
    doc,
    texts.bureau,
    bureau === undefined
      ? []
      : [
          [
            fill(texts.bureauPlan, { type: word(bureau.accountType) }) +
              (bureau.agreementRecord ? texts.bureauAgreement : ''),
            '',
          ],
        ],
  )
  drawList(
    doc,
    texts.complaints,
    closure.complaints.map((route) => [word(route.kind), route.address]),
  )
  drawHeading(doc, texts.verifyTitle)
  const later = closure.loggedBy === undefined || paper.proof !== undefined ? '' : clock(closure.loggedBy)
  const note = later === '' ? '' : ` ${fill(texts.verifyWithoutProof, { date: later })}`
  doc.fillColor(ink).fontSize(9).text(`${texts.verify}${note}`, margin, doc.y, { width, lineGap: 2 })
}

function fateText(texts: CertificateTexts, { disposition, until }: DataFate): string {
  if (until === undefined || disposition === 'evidence') return texts[disposition]
  return fill(disposition === 'erase' ? texts.eraseBy : texts.sealUntil, { date: until })
}

function drawFacts(
  doc: PDFKit.PDFDocument,
  rows: readonly (readonly [string, string])[],
  width: number,
): void {
  for (const [label, value] of rows) {
    const y = doc.y
    doc.fontSize(9).fillColor(quiet).text(label, margin, y, { width: 104 })
    const labelEnd = doc.y
    doc.fillColor(ink).text(value, margin + 110, y, { width: width - 110 })
    doc.y = Math.max(doc.y, labelEnd) + 3
  }
}

function drawHeading(doc: PDFKit.PDFDocument, heading: string): void {
  if (doc.y > doc.page.height - 110) doc.addPage()
  doc.y += 8
  doc
    .moveTo(margin, doc.y)
    .lineTo(doc.page.width - margin, doc.y)
    .lineWidth(0.5)
    .strokeColor(rule)
    .stroke()
  doc
    .fillColor(ink)
    .fontSize(11)
    .text(heading, margin, doc.y + 6)
  doc.y += 2
}

/** An empty list has no heading either. */
function drawList(
  doc: PDFKit.PDFDocument,
  heading: string,
  rows: readonly (readonly [string, string])[],
): void {
  if (rows.length === 0) return
  drawHeading(doc, heading)
  const width = doc.page.width - 2 * margin
  for (const [left, right] of rows) {
    if (doc.y > doc.page.height - 70) doc.addPage()
    const y = doc.y
    doc
      .fontSize(9)
      .fillColor(ink)
      .text(left, margin, y, { width: right === '' ? width : width * 0.52 })
    const leftEnd = doc.y
    if (right !== '') doc.fillColor(quiet).text(right, margin + width * 0.54, y, { width: width * 0.46 })
    doc.y = Math.max(doc.y, leftEnd) + 2
  }
}

function drawQr(doc: PDFKit.PDFDocument, text: string, x: number, y: number, side: number): void {
  const modules = qrModules(text)
  const step = side / modules.length
  modules.forEach((row, line) => {
    // Runs, not single squares: no hairlines between neighbours, and a fifth of the file.
    let start = -1
    for (let column = 0; column <= row.length; column++) {
      const dark = row[column] === true
      if (dark && start < 0) start = column
      if (!dark && start >= 0) {
        doc.rect(x + start * step, y + line * step, (column - start) * step, step)
        start = -1
      }
    }
  })
  doc.fill('#000000')
}

function drawPageNumbers(doc: PDFKit.PDFDocument): void {
  const { count } = doc.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page)
    // The foot lies below the margin, where text would begin a new page.
    doc.page.margins.bottom = 0
    const label = [zh, en].map((texts) => fill(texts.page, { page: String(page + 1), pages: String(count) }))
    doc
      .fontSize(8)
      .fillColor(quiet)
      .text(label.join('  ·  '), margin, doc.page.height - 36, {
        width: doc.page.width - 2 * margin,
        align: 'center',
        lineBreak: false,
      })
  }
}

function attach(doc: PDFKit.PDFDocument, paper: CertificatePaper): void {
  const dates = { creationDate: paper.closure.issuedAt, modifiedDate: paper.closure.issuedAt }
  doc.file(Buffer.from(paper.signed), {
    ...dates,
    name: 'closure.cose',
    type: 'application/cose',
    description: `${zh.title} / ${en.title}`,
  })
  if (paper.proof === undefined) return
  doc.file(Buffer.from(paper.proof), {
    ...dates,
    name: 'closure.tlog-proof',
    type: 'text/plain',
    description: 'c2sp.org/tlog-proof@v1',
  })
}

function bytesOf(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}

/** `2026-11-22 10:00:00 +08:00`: Shanghai's, whatever else the certificate is told in. */
function clock(at: Date): string {
  return shanghaiTime(at).replace('T', ' ').replace('+', ' +')
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+)\}/g, (_whole, name: string) => values[name] ?? '')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** In eights, so that it can be read aloud. */
function grouped(bytes: Uint8Array): string {
  return (hex(bytes).match(/.{1,8}/g) ?? []).join(' ')
}
