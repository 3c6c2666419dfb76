import { type Fen, fen, noFen } from '@jieqing/domain/money/fen'
import { type ReadAmount, readAmount } from './amount.ts'
import type { BillField, BillRow, Flow } from './bill.ts'
import { type AskedMapping, type Header, headerOf } from './header.ts'
import type { RowCount } from './row-count.ts'
import { clean, columnName, maskIdentity } from './text.ts'
import { readTime, readWhen, type StatementMonth, statementMonth, type When } from './when.ts'

/** The first rows as they came: shown when no header is found, so that the person can say which column is which. */
const shownRows = 40

/**
 * Turns rows of cells, from whatever container, into bill rows. Before a header is met every row is preamble; a
 * second header (a new page, a second file pasted behind the first) is followed; every row is counted once (M1).
 */
export class BillReader {
  header: Header | undefined
  /** Lines outside the table that tell versions apart: the banner's company, the note on UTC+08:00. */
  readonly marks = { newAlipayCompany: false, utcNote: false, numericAmounts: false }
  readonly firstRows: (readonly string[])[] = []
  private month: StatementMonth | undefined
  private sectionCurrency = 'CNY'
  private readonly count: RowCount
  private readonly asked: readonly AskedMapping[]
  private readonly take: (row: BillRow) => void

  constructor(count: RowCount, asked: readonly AskedMapping[], take: (row: BillRow) => void) {
    this.count = count
    this.asked = asked
    this.take = take
  }

  /** `row` counts from 1 as the container does; `formula` says that the row holds a computed cell, which no bill has. */
  push(cells: readonly string[], row: number, formula = false): void {
    const header = this.header
    if (header === undefined) {
      this.beforeHeader(cells)
      return
    }
    const when = this.whenOf(cells, header)
    if (when === undefined) {
      this.withoutDate(cells, row)
      return
    }
    if (formula) {
      this.count.fail(row, 'formula-cell')
      return
    }
    for (let index = header.width; index < cells.length; index += 1) {
      if (clean(cells[index] ?? '') !== '') {
        this.count.fail(row, 'too-many-cells')
        return
      }
    }
    const money = moneyOf(cells, header)
    if (money === undefined) {
      this.count.fail(row, 'no-amount')
      return
    }
    const text = (field: BillField) => firstText(cells, header.cells[field])
    const type = header.amounts === 'words' ? (text('item').split(' ')[0] ?? '') : text('type')
    this.count.use()
    this.take({
      row,
      on: when.on,
      time: when.time ?? readTime(text('time')),
      type,
      payee: text('payee'),
      item: text('item'),
      flow: money.flow,
      amount: money.amount,
      refunded: money.refunded,
      currency: money.currency ?? currencyOf(text('currency')) ?? this.sectionCurrency,
      method: text('method'),
      status: text('status'),
      id: text('id'),
      note: allText(cells, header.cells.note),
    })
  }

  /** A line of text outside any table: titles and notes of PDF pages. Blank lines are no rows. */
  note(line: string): void {
    const text = clean(line)
    if (text === '') return
    this.mark(text)
    this.count.ignore(this.header === undefined ? 'before-header' : 'note')
  }

  private beforeHeader(cells: readonly string[]): void {
    const filled = cells.filter((cell) => clean(cell) !== '')
    if (filled.length === 0) return
    if (this.firstRows.length < shownRows) this.firstRows.push(cells.map(clean))
    const found = headerOf(cells.map(bare), this.asked)
    if (found !== undefined) {
      this.header = found
      this.count.ignore('header')
      return
    }
    for (const cell of filled) this.mark(clean(cell))
    this.count.ignore('before-header')
  }

  private withoutDate(cells: readonly string[], row: number): void {
    const filled = cells.map((cell) => clean(bare(cell))).filter((cell) => cell !== '')
    const [first = ''] = filled
    if (first === '') return
    const next = headerOf(cells.map(bare), this.asked)
    if (next !== undefined) {
      this.header = next
      this.count.ignore('header')
      return
    }
    for (const cell of filled) this.mark(cell)
    if (filled.some((cell) => totalLine.test(cell))) this.count.ignore('total')
    else if (filled.length <= 2 && !/^[0-9]{4}[-/.年0-9]/.test(first)) this.count.ignore('note')
    else this.count.fail(row, filled.length <= 2 ? 'truncated' : 'no-date')
  }

  private mark(line: string): void {
    this.month = statementMonth(line) ?? this.month
    if (line.includes('支付宝支付科技')) this.marks.newAlipayCompany = true
    if (line.includes('UTC+08')) this.marks.utcNote = true
    const section = /(人民币|美元|欧元|英镑|日元|港币)账户交易明细/.exec(line)?.[1]
    if (section !== undefined) this.sectionCurrency = currencyOf(section) ?? this.sectionCurrency
  }

  private whenOf(cells: readonly string[], header: Header): When | undefined {
    for (const field of dateFields) {
      for (const index of header.cells[field] ?? []) {
        const cell = clean(bare(cells[index] ?? ''))
        if (cell === '') continue
        const when = readWhen(cell, this.month)
        if (when !== undefined) return when
      }
    }
    return undefined
  }
}

/** What an export writes for "nothing here". */
export function isNothing(text: string): boolean {
  if (text === '' || text === '/' || text === '(空)') return true
  return text.charCodeAt(0) === 0x2d && /^-+$/.test(text)
}

/** Leftovers of spreadsheets and loose quoting: `="4200…"`, and `"3985734"` followed by a tab. */
function bare(cell: string): string {
  const first = cell.charCodeAt(0)
  if (first !== 0x22 && first !== 0x3d) return cell
  const inner = /^="(.*)"\s*$/s.exec(cell) ?? /^"(.*)"\s*$/s.exec(cell)
  return inner?.[1] ?? cell
}

const dateFields = ['at', 'postedAt'] as const
const totalLine = /^(人民币|外币|美元|本页|本期)?(合计|总计|小计)|^共 ?[0-9]+ ?笔/

function firstText(cells: readonly string[], indices: readonly number[] | undefined): string {
  if (indices === undefined) return ''
  for (const index of indices) {
    const text = clean(bare(cells[index] ?? ''))
    if (!isNothing(text)) return maskIdentity(text)
  }
  return ''
}

/** Two columns of remarks are one remark, whichever stands first. */
function allText(cells: readonly string[], indices: readonly number[] | undefined): string {
  if (indices === undefined || indices.length < 2) return firstText(cells, indices)
  return [...new Set(indices.map((index) => firstText(cells, [index])))]
    .filter((text) => text !== '')
    .sort()
    .join(' ')
}

interface Money {
  readonly amount: Fen
  readonly refunded: Fen
  readonly flow: Flow
  readonly currency: string | undefined
}

function moneyOf(cells: readonly string[], header: Header): Money | undefined {
  const read = (field: BillField): ReadAmount | undefined => {
    for (const index of header.cells[field] ?? []) {
      const text = clean(bare(cells[index] ?? ''))
      if (!isNothing(text)) return readAmount(text)
    }
    return undefined
  }
  if (header.amounts === 'pair') {
    const income = read('income')
    const expense = read('expense')
    if (income === undefined && expense === undefined) return undefined
    if (unreadable(cells, header, 'income', income) || unreadable(cells, header, 'expense', expense))
      return undefined
    const spent = expense !== undefined && (expense.amount > 0n || income === undefined)
    const side = spent ? expense : income
    if (side === undefined) return undefined
    // A negative figure in the expense column is money that came back.
    const flow: Flow = (side.sign === '-') === spent ? 'in' : 'out'
    return { amount: side.amount, refunded: fen(0n), flow, currency: side.currency }
  }
  const amount = read('amount')
  if (amount === undefined) return undefined
  const flow = flowOf(cells, header, amount)
  return { amount: amount.amount, refunded: amount.refunded, flow, currency: amount.currency }
}

/** A filled cell that is no amount: the row must fail, the other column alone would tell half of it. */
function unreadable(
  cells: readonly string[],
  header: Header,
  field: BillField,
  read: ReadAmount | undefined,
): boolean {
  return (
    read === undefined &&
    (header.cells[field] ?? []).some((index) => !isNothing(clean(bare(cells[index] ?? ''))))
  )
}

function flowOf(cells: readonly string[], header: Header, money: ReadAmount): Flow {
  switch (header.amounts) {
    case 'direction':
      return directionOf(firstText(cells, header.cells.direction), money)
    case 'signed':
      return money.sign === '-' ? 'out' : 'in'
    case 'spending':
      return money.sign === '-' ? 'in' : 'out'
    case 'words': {
      const item = firstText(cells, header.cells.item)
      if (/^(消费|取现|分期|利息|年费|手续费)/.test(item)) return 'out'
      if (/^(退货|信用卡还款|还款|返现)/.test(item)) return 'in'
      return 'unknown'
    }
    case 'pair':
      return money.amount === noFen ? 'unknown' : 'out'
  }
}

function directionOf(word: string, money: ReadAmount): Flow {
  if (word === '' || word === '不计收支' || word === '其他' || word === '中性交易') return 'neutral'
  if (/^(收入|收|贷|贷方|已收入|CR)/i.test(word)) return money.sign === '-' ? 'out' : 'in'
  if (/^(支出|支|借|借方|已支出|DR)/i.test(word)) return money.sign === '-' ? 'in' : 'out'
  return 'unknown'
}

/** The ISO code behind a currency's name as exports write it; unknown names are kept out rather than guessed. */
function currencyOf(name: string): string | undefined {
  const text = columnName(name)
  if (/^[A-Z]{3}$/.test(text)) return text === 'RMB' ? 'CNY' : text
  return currencies.find(([names]) => names.includes(text))?.[1]
}

const currencies: readonly (readonly [readonly string[], string])[] = [
  [['人民币', '人民币元', '元'], 'CNY'],
  [['美元'], 'USD'],
  [['欧元'], 'EUR'],
  [['英镑'], 'GBP'],
  [['日元', '日圆'], 'JPY'],
  [['港币', '港元'], 'HKD'],
]
