import { randomUUID } from 'node:crypto'
import { type CalendarDate, shanghaiDate } from '@jieqing/domain/calendar/date'
import { retried } from '../platform/command.ts'
import type { Queries, Transaction } from '../platform/database/pool.ts'
import { type House, productOf } from '../platform/house.ts'
import { insertRows } from '../platform/rows.ts'
import { contentHash, readBookFile } from './file.ts'
import type { Layout } from './layout.ts'
import { type Month, monthBefore, monthOfDate } from './month.ts'
import { type BookLine, ignoredColumns, RowReader, type RowRefusal, refusalCodes } from './row.ts'
import { type BookAges, BookTotals, type ControlTotals } from './totals.ts'
import { type ImportTerms, writeLines } from './write.ts'

export type ImportWish = {
  /** A `.csv` or `.csv.gz` file. */
  readonly file: string
  readonly layout: Layout
  /** The month that the file's newest month stands for; default: the one before the business date. */
  readonly asOf?: Month
  /** Computes everything and writes nothing. */
  readonly dryRun?: boolean
  /** Called after every batch. */
  readonly progress?: (done: number, total: number) => void
  /** Rows a transaction; default 1,000. */
  readonly batchRows?: number
}

/** The one answer of an import, as it is printed and kept. */
export type ImportSummary = {
  readonly importId: string | null
  readonly layout: string
  readonly asOf: Month
  /** Value date of the opening postings. */
  readonly businessDate: CalendarDate
  /** Of the text inside a compressed file. */
  readonly sha256: string
  readonly dryRun: boolean
  readonly rows: { readonly read: number; readonly used: number; readonly refused: number }
  /** Every refused row: its number, from 1 below the header, and all its reasons. */
  readonly refusals: readonly RefusedRow[]
  readonly ignoredColumns: readonly string[]
  readonly controlTotals: ControlTotals
  readonly book: BookAges
  /** Of the run that finished the import, and what that run wrote (a dry run: read) a second. */
  readonly seconds: number
  readonly rowsPerSecond: number
}

export type RefusedRow = { readonly row: number; readonly reasons: readonly RowRefusal[] }

/** The file as a whole, before anything is written. */
type Survey = {
  readonly sha256: string
  readonly rows: number
  readonly header: readonly string[]
  readonly refusals: readonly RefusedRow[]
  readonly totals: BookTotals
}

/**
 * A14: imports an existing book. The file is read to its end before the first row is written, so one that is cut off leaves nothing behind. Rows are
 * written in batches, each one transaction that also moves the cursor: killed half way, the same command goes on where the last batch
 * ended. The same book under the same layout again changes nothing and answers with the first summary; a line that another file of this
 * layout brought is refused, since it would be there twice.
 *
 * @throws UnreadableBook when the file is no table.
 */
export async function importBook(house: House, wish: ImportWish): Promise<ImportSummary> {
  const { layout } = wish
  checkTerms(house, layout)
  const started = performance.now()
  const sha256 = await contentHash(wish.file)
  const known = await readImport(house.cell, house, layout, sha256)
  if (known?.finished === true && wish.dryRun !== true) return readSummary(house.cell, known.importId)
  const survey = await surveyBook(wish, sha256, await readImportedKeys(house, layout, known?.importId))
  const asOf = wish.asOf ?? monthBefore(monthOfDate(house.today()), 1)
  if (wish.dryRun === true) {
    const terms = known ?? { asOf, on: house.today() }
    return {
      ...summaryOf(survey, layout, { asOf: terms.asOf, on: terms.on, importId: null, dryRun: true }),
      refusals: survey.refusals,
      ...speed(started, survey.rows),
    }
  }
  const terms = { ...(known ?? (await beginImport(house, layout, sha256, asOf))), layout }
  const written = await writeBatches(house, wish, survey, terms)
  return finish(house, terms, {
    ...summaryOf(survey, layout, { ...terms, dryRun: false }),
    ...speed(started, written),
  })
}

/** A layout whose product or rate this house does not have is a broken installation. */
function checkTerms(house: House, layout: Layout): void {
  productOf(house, layout.product, layout.productVersion)
  const { dailyRateMinE8, dailyRateMaxE8 } = house.policy
  if (layout.dailyRateE8 < dailyRateMinE8 || layout.dailyRateE8 > dailyRateMaxE8)
    throw new RangeError(`layout ${layout.name}: the rate is outside the policy ${house.policyRef}`)
}

async function surveyBook(wish: ImportWish, sha256: string, imported: ReadonlySet<string>): Promise<Survey> {
  const totals = new BookTotals(wish.layout)
  const refusals: RefusedRow[] = []
  const opened = { header: [] as readonly string[], reader: new RowReader(wish.layout, [], imported) }
  const rows = await readBookFile(
    wish.file,
    (header) => {
      opened.header = header
      opened.reader = new RowReader(wish.layout, header, imported)
    },
    ({ row, fields }) => {
      const read = opened.reader.read(row, fields)
      if (read.kind === 'line') totals.add(read.line)
      else refusals.push({ row, reasons: read.reasons })
    },
  )
  return { sha256, rows, header: opened.header, refusals, totals }
}

/** Keys of lines that other files of this layout have brought. */
async function readImportedKeys(
  house: House,
  layout: Layout,
  exceptImport: string | undefined,
): Promise<ReadonlySet<string>> {
  const rows = await house.cell.rows<{ source_key: string }>(
    `select l.source_key from book_import i join imported_line l using (import_id)
     where i.layout = $1 and i.cell = $2 and i.import_id is distinct from $3::uuid`,
    [layout.name, house.cellName, exceptImport ?? null],
  )
  return new Set(rows.map((row) => row.source_key))
}

type KnownImport = {
  readonly importId: string
  readonly asOf: Month
  readonly on: CalendarDate
  readonly finished: boolean
}

async function readImport(
  db: Queries,
  house: House,
  layout: Layout,
  sha256: string,
): Promise<KnownImport | undefined> {
  const row = await db.maybe<{ import_id: string; as_of_month: Month; started_at: Date; finished: boolean }>(
    `select i.import_id, i.as_of_month, i.started_at, p.finished_at is not null as finished
     from book_import i join book_import_progress p using (import_id)
     where i.file_sha256 = $1 and i.layout = $2 and i.cell = $3`,
    [sha256, layout.name, house.cellName],
  )
  if (row === undefined) return undefined
  return {
    importId: row.import_id,
    asOf: row.as_of_month,
    on: shanghaiDate(row.started_at),
    finished: row.finished,
  }
}

/** Two first runs at once begin one import: the second finds the first's row. */
async function beginImport(house: House, layout: Layout, sha256: string, asOf: Month): Promise<KnownImport> {
  return house.cell.transaction(async (trx) => {
    const importId = randomUUID()
    const added = await trx.rows(
      `insert into book_import (import_id, file_sha256, layout, as_of_month, cell, started_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning 1 as added`,
      [importId, sha256, layout.name, asOf, house.cellName, house.clock.business()],
    )
    if (added.length > 0)
      await insertRows(trx, 'book_import_progress', [{ import_id: importId, rows_read: 0, rows_used: 0 }])
    const begun = await readImport(trx, house, layout, sha256)
    if (begun === undefined) throw new Error('the import that was begun is not there')
    return begun
  })
}

/** Writes what no batch before has written. Answers how many rows this run wrote or refused. */
async function writeBatches(
  house: House,
  wish: ImportWish,
  survey: Survey,
  terms: ImportTerms,
): Promise<number> {
  const size = wish.batchRows ?? 1000
  const refused = new Map(survey.refusals.map((refusal) => [refusal.row, refusal]))
  const opened = { reader: new RowReader(wish.layout, [], new Set()) }
  let batch: { readonly from: number; lines: BookLine[]; refusals: RefusedRow[] } = {
    from: 0,
    lines: [],
    refusals: [],
  }
  let written = 0
  const flush = async (through: number) => {
    written += await retried(() =>
      house.cell.transaction((trx) => writeBatch(house, trx, terms, batch, through)),
    )
    wish.progress?.(through, survey.rows)
    batch = { from: through, lines: [], refusals: [] }
  }
  await readBookFile(
    wish.file,
    (header) => {
      opened.reader = new RowReader(wish.layout, header, new Set())
    },
    ({ row, fields }) => {
      const refusal = refused.get(row)
      const read = opened.reader.read(row, fields)
      if (refusal !== undefined) batch.refusals.push(refusal)
      else if (read.kind === 'line') batch.lines.push(read.line)
      return row % size === 0 ? flush(row) : undefined
    },
  )
  if (batch.lines.length + batch.refusals.length > 0) await flush(survey.rows)
  return written
}

/** One batch and the cursor behind it. What the cursor has passed already, in an earlier run or in one at the same time, is left alone. */
async function writeBatch(
  house: House,
  trx: Transaction,
  terms: ImportTerms,
  batch: { readonly lines: readonly BookLine[]; readonly refusals: readonly RefusedRow[] },
  through: number,
): Promise<number> {
  const { rows_read: done } = await trx.one<{ rows_read: number }>(
    'select rows_read from book_import_progress where import_id = $1 for update',
    [terms.importId],
  )
  if (done >= through) return 0
  const lines = batch.lines.filter((line) => line.row > done)
  const refusals = batch.refusals.filter((refusal) => refusal.row > done)
  await writeLines(house, trx, terms, lines)
  await insertRows(
    trx,
    'book_import_refusal',
    refusals.flatMap(({ row, reasons }) =>
      reasons.map(({ code, detail }) => ({ import_id: terms.importId, source_row: row, code, detail })),
    ),
  )
  await trx.rows(
    'update book_import_progress set rows_read = $2, rows_used = rows_used + $3 where import_id = $1',
    [terms.importId, through, lines.length],
  )
  return lines.length + refusals.length
}

type Timeless = Omit<ImportSummary, 'refusals' | 'seconds' | 'rowsPerSecond'>

function summaryOf(
  survey: Survey,
  layout: Layout,
  of: {
    readonly importId: string | null
    readonly asOf: Month
    readonly on: CalendarDate
    readonly dryRun: boolean
  },
): Timeless {
  const refused = survey.refusals.length
  return {
    importId: of.importId,
    layout: layout.name,
    asOf: of.asOf,
    businessDate: of.on,
    sha256: survey.sha256,
    dryRun: of.dryRun,
    rows: { read: survey.rows, used: survey.rows - refused, refused },
    ignoredColumns: ignoredColumns(layout, survey.header),
    controlTotals: survey.totals.control(),
    book: survey.totals.ages(),
  }
}

function speed(started: number, rows: number): Pick<ImportSummary, 'seconds' | 'rowsPerSecond'> {
  const milliseconds = Math.max(1, Math.round(performance.now() - started))
  return { seconds: milliseconds / 1000, rowsPerSecond: Math.round((rows * 1000) / milliseconds) }
}

/** Keeps the summary, once: of two runs at once the first one's stands, and both answer with it. */
async function finish(
  house: House,
  { importId }: ImportTerms,
  summary: Omit<ImportSummary, 'refusals'>,
): Promise<ImportSummary> {
  await house.cell.rows(
    'update book_import_progress set finished_at = $2, summary = $3 where import_id = $1 and finished_at is null',
    [importId, house.clock.system(), JSON.stringify(summary)],
  )
  return readSummary(house.cell, importId)
}

/** The summary as it was kept, with the refused rows from their own table. */
async function readSummary(db: Queries, importId: string): Promise<ImportSummary> {
  const [{ summary }, refusals] = await Promise.all([
    db.one<{ summary: Omit<ImportSummary, 'refusals'> }>(
      'select summary from book_import_progress where import_id = $1',
      [importId],
    ),
    db.rows<{ row: number; reasons: readonly RowRefusal[] }>(
      `select source_row as row, json_agg(json_build_object('code', code, 'detail', detail)) as reasons
       from book_import_refusal where import_id = $1 group by source_row order by source_row`,
      [importId],
    ),
  ])
  return {
    ...summary,
    refusals: refusals.map(({ row, reasons }) => ({
      row,
      reasons: refusalCodes.flatMap((code) => reasons.filter((reason) => reason.code === code)),
    })),
  }
}
