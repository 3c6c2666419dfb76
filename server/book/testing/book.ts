import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createGunzip, gzipSync } from 'node:zlib'
import type { Queries } from '../../platform/database/pool.ts'
import { type Layout, readLayout } from '../layout.ts'

/** The real book of 20,000 lines. */
export const realBook = fileURLToPath(
  new URL('../../../fixtures/uci-credit-card/lines.csv.gz', import.meta.url),
)

export async function uciLayout(): Promise<Layout> {
  const layout = await readLayout('uci-credit-card')
  if (layout === undefined) throw new Error('the layout of the real book is missing')
  return layout
}

/** Header and first rows of the real book, as text. */
export async function realRows(count: number): Promise<readonly string[]> {
  const lines: string[] = []
  const source = createReadStream(realBook)
  for await (const line of createInterface({ input: source.pipe(createGunzip()) })) {
    if (lines.push(line) > count) break
  }
  source.destroy()
  return lines
}

/** A folder of book files for one test file. */
export class BookFiles {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(): Promise<BookFiles> {
    return new BookFiles(await mkdtemp(join(tmpdir(), 'jieqing-book-')))
  }

  /** Compressed where the name ends so. */
  async write(name: string, lines: readonly string[]): Promise<string> {
    const path = join(this.folder, name)
    const text = `${lines.join('\n')}\n`
    await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text)
    return path
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true })
  }
}

/** Everything that an import writes, counted and added up: equal numbers are an equal book. */
export async function bookInTables(db: Queries): Promise<object> {
  return db.one<object>(
    `select (select count(*) from customer_directory) as customers,
            (select count(*) from account) as accounts,
            (select sum(credit_balance_fen) from account) as credit,
            (select count(last_used_on) from account) as used,
            (select count(*) from credit_line) as lines,
            (select sum(limit_fen) from credit_line_limit) as limits,
            (select count(*) from agreement) as agreements,
            (select count(*) from credit_line_block) as blocks,
            (select count(*) from loan) as loans,
            (select sum(principal_fen) from loan) as principal,
            (select sum(instalment_principal_fen) from loan) as instalment,
            (select count(*) from bill) as bills,
            (select sum(principal_left_fen) from bill) as billed,
            (select count(*) from event) as events,
            (select count(*) from journal) as journal,
            (select sum(debit_fen) from journal) as debits,
            (select count(*) from imported_line) as imported,
            (select sum(source_row) from imported_line) as source_rows,
            (select count(distinct source_key) from imported_line) as source_keys,
            (select count(*) from imported_month) as months,
            (select sum(bill_fen) from imported_month) as bills_fen,
            (select count(*) from book_import_refusal) as refusals`,
  )
}
