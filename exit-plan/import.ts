import { readAmount } from './bills/amount.ts'
import { type AskPassword, openArchive } from './bills/archive.ts'
import type { BillRow } from './bills/bill.ts'
import { BillReader } from './bills/bill-reader.ts'
import { QuotesBroken, readCsv, readCsvByLine } from './bills/csv.ts'
import { asUtf8, encodingOf } from './bills/encoding.ts'
import { type AskedMapping, type Header, headerOf } from './bills/header.ts'
import { kindOf } from './bills/kind.ts'
import { pageLines, readPages } from './bills/page-table.ts'
import { type PageText, pageText, pdfPages } from './bills/pdf.ts'
import { Refusal } from './bills/refusal.ts'
import { RowCount, type RowCountReport } from './bills/row-count.ts'
import { fileSource, headOf, type Source, wholeOf } from './bills/source.ts'
import { sheetRows } from './bills/workbook.ts'
import type { DebtSign, Evidence } from './inventory/evidence.ts'
import { type Finding, Findings, type NotDebt } from './inventory/findings.ts'
import { lenderNamed } from './inventory/names.ts'
import { signOfMessage } from './inventory/of-message.ts'
import { signOfRow } from './inventory/of-row.ts'
import { type Renewal, Renewals } from './inventory/renewals.ts'
import { type Decision, reviewed } from './inventory/review.ts'
import { isCreditReport, readReport } from './reports/read.ts'
import type { CreditReport } from './reports/report.ts'
import { readSmsBackup } from './sms/backup-xml.ts'
import type { Message } from './sms/message.ts'
import { readJsonMessages, readTextMessages } from './sms/plain.ts'

/** What became of one file, or of one entry of an archive. */
export interface ImportedFile {
  readonly path: string
  readonly format: string
  readonly version: string
  /** false: the layout is known from descriptions only, no sample stands behind it. */
  readonly tested: boolean
  readonly rows: RowCountReport
  readonly refused: { readonly code: Refusal['code']; readonly detail: string } | undefined
}

export interface Imported {
  readonly files: readonly ImportedFile[]
  readonly findings: readonly Finding[]
  /** Keys that the person chose to ignore in an earlier review. */
  readonly ignoredFindings: readonly string[]
  readonly notDebts: readonly NotDebt[]
  readonly renewals: readonly Renewal[]
  /** Payees met once that were let go because there were too many to watch for renewals. */
  readonly payeesLetGo: number
  readonly reports: readonly { readonly path: string; readonly report: CreditReport }[]
}

export interface ImportOptions {
  readonly passwords: readonly string[]
  readonly mappings: readonly AskedMapping[]
  readonly decisions: readonly Decision[]
  readonly askPassword: AskPassword
  /** Shows the first rows of an unknown layout and gives back which column is which; `undefined` gives up. */
  readonly askMapping: (
    path: string,
    rows: readonly (readonly string[])[],
  ) => Promise<AskedMapping | undefined>
  /** Bytes read of a file of `size` bytes, for the progress bar. */
  readonly onBytes: (path: string, bytes: number, size: number | undefined) => void
  /** Every bill row as it is read; for those who want the rows themselves. */
  readonly onRow?: (row: BillRow, path: string) => void
}

/** An import that asks nobody and shows nothing. */
export const quietly: ImportOptions = {
  passwords: [],
  mappings: [],
  decisions: [],
  askPassword: async () => undefined,
  askMapping: async () => undefined,
  onBytes: () => undefined,
}

/**
 * Reads files of any known kind and says which lines of credit they prove (M1, M2, M5). A file that cannot be read is
 * refused with its reason and the others go on. Nothing is written and nothing leaves the machine.
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions = quietly,
): Promise<Imported> {
  const run: Run = {
    options,
    mappings: [...options.mappings],
    files: [],
    findings: new Findings(),
    renewals: new Renewals(),
    reports: [],
  }
  for (const path of paths) {
    await refusing(run, path, async () => importSource(run, await fileSource(path), false))
  }
  const { findings, ignored } = reviewed(run.findings.found(), options.decisions)
  return {
    files: run.files,
    findings,
    ignoredFindings: ignored,
    notDebts: run.findings.notDebts(),
    renewals: run.renewals.found(),
    payeesLetGo: run.renewals.letGo,
    reports: run.reports,
  }
}

interface Run {
  readonly options: ImportOptions
  readonly mappings: AskedMapping[]
  readonly files: ImportedFile[]
  readonly findings: Findings
  readonly renewals: Renewals
  readonly reports: { path: string; report: CreditReport }[]
}

async function refusing(run: Run, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, detail } = error
    const rows = new RowCount().report()
    run.files.push({ path, format: 'refused', version: '', tested: false, rows, refused: { code, detail } })
  }
}

async function importSource(run: Run, source: Source, insideArchive: boolean): Promise<void> {
  const watched = watchedSource(source, run.options)
  const head = await headOf(source)
  if (head.length === 0) throw new Refusal('empty')
  const kind = kindOf(head)
  switch (kind) {
    case 'zip':
      return importZip(run, source, watched, insideArchive)
    case 'ole2':
      return importWorkbook(run, source.path, await wholeOf(watched))
    case 'html':
      return importWorkbook(run, source.path, await textOf(watched))
    case 'pdf': {
      const { passwords, askPassword } = run.options
      const bytes = await wholeOf(watched)
      return importPages(run, source.path, await pdfPages(bytes, source.path, passwords, askPassword))
    }
    case 'xml':
      return importMessages(run, source.path, 'sms-backup', 'xml', true, (count, take) =>
        readSmsBackup(watched.open(), count, take),
      )
    case 'json': {
      const text = await textOf(watched)
      const pages = pagesInJson(text)
      if (pages !== undefined) return importPages(run, source.path, pages)
      return importMessages(run, source.path, 'messages', 'json', false, async (count, take) =>
        readJsonMessages(text, count, take),
      )
    }
    case 'text':
      return importText(run, watched, head)
  }
}

async function importZip(run: Run, source: Source, watched: Source, insideArchive: boolean): Promise<void> {
  const archive = await openArchive(source, run.options.passwords, run.options.askPassword)
  if (archive.workbook) return importWorkbook(run, source.path, await wholeOf(watched))
  if (insideArchive) throw new Refusal('zip-nested')
  if (archive.entries.length === 0) throw new Refusal('empty')
  for (const entry of archive.entries) {
    await refusing(run, entry.path, () => importSource(run, entry, true))
  }
}

/** A text is a bill if some line near its start is a known header, a report if it says so, messages if it carries signatures. */
async function importText(run: Run, source: Source, head: Uint8Array): Promise<void> {
  const text = new TextDecoder(encodingOf(head) ?? 'utf-8').decode(head)
  if (hasHeader(text, run.mappings)) return importCsv(run, source)
  if (isCreditReport(text)) return importReport(run, source.path, await textOf(source))
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (
    lines.filter((line) => /【[^】]{2,20}】/.test(line)).length * 3 >= lines.length &&
    !/,.*,.*,/.test(lines[0] ?? '')
  ) {
    return importMessages(run, source.path, 'messages', 'text', false, (count, take) =>
      readTextMessages(source.open(), count, take),
    )
  }
  return importCsv(run, source)
}

function hasHeader(text: string, mappings: readonly AskedMapping[]): boolean {
  const lines = text.split(/\r\n|\n|\r/, 400)
  return [',', '\t', ';', '|'].some((sign) =>
    lines.some((line) => headerOf(line.replaceAll('"', '').split(sign), mappings) !== undefined),
  )
}

async function importCsv(run: Run, source: Source): Promise<void> {
  await importBill(
    run,
    source.path,
    'csv',
    async (reader, count) => {
      await readCsv(source.open(), run.mappings, (cells, row) => pushed(reader, count, cells, row))
    },
    async (reader, count) => {
      await readCsvByLine(source.open(), run.mappings, (cells, row) => pushed(reader, count, cells, row))
    },
  )
}

function pushed(
  reader: BillReader,
  count: RowCount,
  cells: readonly string[] | undefined,
  row: number,
): void {
  if (cells === undefined) count.fail(row, 'unclosed-quote')
  else reader.push(cells, row)
}

async function importWorkbook(run: Run, path: string, bytes: Uint8Array | string): Promise<void> {
  await importBill(run, path, 'workbook', async (reader) => {
    for (const { cells, row, formula, numeric } of sheetRows(bytes)) {
      reader.push(cells, row, formula)
      if (numeric) reader.marks.numericAmounts = true
    }
  })
}

async function importPages(run: Run, path: string, pages: readonly (readonly PageText[])[]): Promise<void> {
  const text = pages.map((page) => pageLines(page).join('\n')).join('\n')
  if (isCreditReport(text)) return importReport(run, path, text)
  await importBill(run, path, 'pdf', async (reader) => readPages(pages, run.mappings, reader))
}

type ReadInto = (reader: BillReader, count: RowCount) => Promise<void>
type Container = 'csv' | 'workbook' | 'pdf'

/**
 * Runs a reader over a source; a second time with the person's mapping if no header was found, and line by line if
 * quotes are broken. What the first run found is thrown away then, so nothing counts twice.
 */
async function importBill(
  run: Run,
  path: string,
  container: Container,
  read: ReadInto,
  byLine?: ReadInto,
): Promise<void> {
  let attempt = await attempted(run, path, read, byLine)
  if (attempt.reader.header === undefined) {
    const mapping = await run.options.askMapping(path, attempt.reader.firstRows)
    if (mapping !== undefined) {
      run.mappings.push(mapping)
      attempt = await attempted(run, path, read, byLine)
    }
  }
  const { reader, count, signs } = attempt
  if (reader.header === undefined) throw new Refusal('unknown-layout', namesSeen(reader.firstRows))
  signs.commit()
  const { format, version, tested } = versionOf(reader.header, reader.marks, container)
  run.files.push({ path, format, version, tested, rows: count.report(), refused: undefined })
}

async function attempted(run: Run, path: string, read: ReadInto, byLine: ReadInto | undefined) {
  const make = () => {
    const count = new RowCount()
    const signs = new RowSigns(run, path)
    const reader: BillReader = new BillReader(count, run.mappings, (row) => signs.take(row, reader.header))
    return { count, signs, reader }
  }
  let attempt = make()
  try {
    await read(attempt.reader, attempt.count)
  } catch (error) {
    if (!(error instanceof QuotesBroken) || byLine === undefined) throw error
    attempt = make()
    await byLine(attempt.reader, attempt.count)
  }
  return attempt
}

/** What one file says stands apart until the file is accepted: a second reading must not count twice. */
class RowSigns {
  private readonly run: Run
  private readonly path: string
  private readonly findings = new Findings()
  private readonly renewals = new Renewals()

  constructor(run: Run, path: string) {
    this.run = run
    this.path = path
  }

  take(row: BillRow, header: Header | undefined): void {
    const format = header?.format ?? ''
    this.run.options.onRow?.(row, this.path)
    const sign = signOfRow(row, format.endsWith('-credit'))
    if (sign === undefined || (sign.kind === 'debt' && sign.grade === 'pay-method'))
      this.renewals.add(row, this.path, format)
    if (sign === undefined) return
    const text = textOfRow(row)
    if (sign.kind === 'friend') {
      const { friend, product } = sign
      this.findings.addFriend(friend, product, { file: this.path, row: row.row, on: row.on, text })
      return
    }
    const piece: Evidence = {
      file: this.path,
      row: row.row,
      on: row.on,
      amount: row.amount,
      text,
      grade: sign.grade,
      act: sign.act,
      source: walletFormats.has(format) ? 'wallet' : 'bank',
      id: row.id,
    }
    this.findings.add(sign, piece)
  }

  commit(): void {
    this.run.findings.join(this.findings)
    this.run.renewals.join(this.renewals)
  }
}

const walletFormats: ReadonlySet<string> = new Set(['wechat', 'alipay', 'jd', 'meituan'])

function textOfRow(row: BillRow): string {
  return [row.type, row.payee, row.item, row.method, row.status, row.note]
    .filter((part) => part !== '')
    .join(' | ')
    .slice(0, 300)
}

/** The release of a layout, told by what changed between releases, and whether a sample of it stands in `fixtures/`. */
function versionOf(
  header: Header,
  marks: BillReader['marks'],
  container: Container,
): { readonly format: string; readonly version: string; readonly tested: boolean } {
  const { format, version, tested } = header
  if (format === 'wechat' && version === 'bill') {
    if (container === 'csv') return { format, version: 'csv', tested }
    if (container === 'workbook') {
      const since2026 = marks.numericAmounts || marks.utcNote
      return { format, version: since2026 ? 'xlsx-2026-03' : 'xlsx-2025', tested: since2026 }
    }
  }
  if (format === 'alipay' && version === 'app-2023' && marks.newAlipayCompany)
    return { format, version: 'app-2025-10', tested: false }
  if (container === 'pdf') {
    return {
      format,
      version: version === 'pdf' || version === 'proof' ? version : `${version} pdf`,
      tested: format === 'cmb-debit' || format === 'boc-credit',
    }
  }
  return { format, version, tested }
}

function namesSeen(rows: readonly (readonly string[])[]): string {
  const widest = rows.reduce<readonly string[]>(
    (most, row) => (row.filter(Boolean).length > most.filter(Boolean).length ? row : most),
    [],
  )
  return widest.filter(Boolean).join(', ').slice(0, 300)
}

async function importMessages(
  run: Run,
  path: string,
  format: string,
  version: string,
  tested: boolean,
  read: (count: RowCount, take: (message: Message) => void) => Promise<void>,
): Promise<void> {
  const count = new RowCount()
  await read(count, (message) => addMessage(run, path, message))
  run.files.push({ path, format, version, tested, rows: count.report(), refused: undefined })
}

function addMessage(run: Run, path: string, message: Message): void {
  const { sign, amount } = signOfMessage(message)
  if (sign === undefined) return
  const text = message.body.slice(0, 300)
  const { row, on } = message
  if (sign.kind === 'friend') {
    run.findings.addFriend(sign.friend, sign.product, { file: path, row, on, text })
    return
  }
  const fen = amount === undefined ? undefined : readAmount(amount)?.amount
  run.findings.add(sign, {
    file: path,
    row,
    on,
    amount: fen,
    text,
    grade: sign.grade,
    act: sign.act,
    source: 'message',
    id: '',
  })
}

/** Own accounts of a report are findings of the best grade; guarantees and applications are not debts. */
function importReport(run: Run, path: string, text: string): void {
  const count = new RowCount()
  const report = readReport(text, count)
  const rows = count.report()
  if (rows.used === 0 && report.number === undefined)
    throw new Refusal('unknown-layout', 'credit report without a known statement')
  run.reports.push({ path, report })
  run.files.push({
    path,
    format: 'pboc-report',
    version: report.form,
    tested: report.form === 'brief',
    rows,
    refused: undefined,
  })
  report.accounts.forEach((account, index) => {
    if (account.standing === 'closed') return
    const lender = lenderNamed(account.institution)
    const only =
      lender !== undefined && !lender.bank && lender.products.length === 1 ? lender.products[0] : undefined
    const sign: DebtSign = {
      kind: 'debt',
      product: only?.id,
      lender: account.institution,
      grade: 'report',
      act: 'open',
    }
    const piece: Evidence = {
      file: path,
      row: account.row,
      on: account.openedOn,
      amount: account.balance,
      text: account.text.slice(0, 400),
      grade: 'report',
      act: sign.act,
      source: 'report',
      id: '',
    }
    // Every account stands alone, twins too; a product's other evidence joins it by hand where a lender has several.
    if (only !== undefined) run.findings.add(sign, piece)
    else
      run.findings.add(sign, piece, {
        key: `report:${account.institution}:${index + 1}`,
        product: account.business,
      })
  })
  for (const guarantee of report.guarantees) {
    run.findings.addFriend('guarantee', undefined, {
      file: path,
      row: guarantee.row,
      on: guarantee.on,
      text: guarantee.text.slice(0, 300),
    })
  }
  for (const { row, on, by, reason, own } of report.enquiries) {
    if (own || !/审批/.test(reason)) continue
    const [product] = lenderNamed(by)?.products ?? []
    run.findings.addFriend('enquiry', product?.id, { file: path, row, on, text: `${by} ${reason}` })
  }
}

/** Pages of text items as PDF readers give them, stored as JSON: one page, or a list of pages. */
function pagesInJson(text: string): readonly (readonly PageText[])[] | undefined {
  if (!/"transform"\s*:/.test(text.slice(0, 4096))) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value)) return undefined
    return Array.isArray(value[0])
      ? value.map((page: unknown[]) => page.flatMap(pageText))
      : [value.flatMap(pageText)]
  } catch {
    return undefined
  }
}

async function textOf(source: Source): Promise<string> {
  const decoder = new TextDecoder()
  const bytes = await wholeOf(source)
  let text = ''
  const once = async function* () {
    yield bytes
  }
  for await (const chunk of asUtf8(once())) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  }
  return text
}

function watchedSource(source: Source, options: ImportOptions): Source {
  return {
    ...source,
    open: async function* () {
      let bytes = 0
      for await (const chunk of source.open()) {
        bytes += chunk.length
        options.onBytes(source.path, bytes, source.size)
        yield chunk
      }
    },
  }
}
