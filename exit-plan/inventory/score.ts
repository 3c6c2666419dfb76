import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { calendarDate } from '@jieqing/domain/calendar/date'
import { noFen } from '@jieqing/domain/money/fen'
import { readAmount } from '../bills/amount.ts'
import type { BillRow, Flow } from '../bills/bill.ts'
import { clean } from '../bills/text.ts'
import type { Sign } from './evidence.ts'
import { signOfMessage } from './of-message.ts'
import { signOfRow } from './of-row.ts'

/** How detection does on one part of the labelled set (M1). */
export interface Score {
  readonly items: number
  /** Debts found with the right product, found wrongly (a friend taken for a debt, or the wrong product), and missed. */
  readonly found: number
  readonly wrong: number
  readonly missed: number
  /** Shares between 0 and 1; no debts found or none there: 1. */
  readonly precision: number
  readonly recall: number
  readonly mistakes: readonly Mistake[]
}

export interface Mistake {
  readonly id: string
  readonly expected: string
  readonly got: string
  readonly text: string
}

export type Part = 'tuning' | 'set-aside'

/** Reads a part of `fixtures/exit/labelled` and runs the detection rules on every item as an import would. */
export async function scoreOf(part: Part): Promise<Score> {
  const file = fileURLToPath(new URL(`../../fixtures/exit/labelled/${part}.jsonl`, import.meta.url))
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  let found = 0
  let wrong = 0
  let missed = 0
  const mistakes: Mistake[] = []
  for (const line of lines) {
    const item = JSON.parse(line) as LabelledItem
    const sign = signOfItem(item)
    const got = sign?.kind === 'debt' ? (sign.product ?? sign.lender ?? 'unnamed') : undefined
    const expected = item.expect.debt ?? undefined
    if (got !== undefined && got === expected) found += 1
    else {
      if (got !== undefined) wrong += 1
      if (expected !== undefined) missed += 1
    }
    if (got !== expected) {
      const text = item.message?.body ?? Object.values(item.row ?? {}).join(' | ')
      mistakes.push({ id: item.id, expected: expected ?? item.expect.friend ?? '', got: got ?? 'none', text })
    }
  }
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole)
  return {
    items: lines.length,
    found,
    wrong,
    missed,
    precision: share(found, found + wrong),
    recall: share(found, found + missed),
    mistakes,
  }
}

interface LabelledItem {
  readonly id: string
  readonly source: string
  readonly row?: Readonly<
    Record<'type' | 'payee' | 'item' | 'direction' | 'amount' | 'method' | 'status', string>
  >
  readonly message?: { readonly sender: string; readonly body: string }
  readonly expect: { readonly debt: string | null; readonly friend?: string }
}

function signOfItem(item: LabelledItem): Sign | undefined {
  if (item.message !== undefined) {
    const { sender, body } = item.message
    return signOfMessage({ row: 1, on: undefined, sender: clean(sender), body: clean(body) }).sign
  }
  if (item.row === undefined) return undefined
  const { type, payee, item: what, direction, amount, method, status } = item.row
  const empty = (text: string) => (text === '/' ? '' : clean(text))
  const flow: Flow = direction === '支出' ? 'out' : direction === '收入' ? 'in' : 'neutral'
  const row: BillRow = {
    row: 1,
    on: calendarDate('2026-09-15'),
    time: undefined,
    type: empty(type),
    payee: empty(payee),
    item: empty(what),
    flow,
    amount: readAmount(amount)?.amount ?? noFen,
    refunded: noFen,
    currency: 'CNY',
    method: empty(method),
    status: empty(status),
    id: '',
    note: '',
  }
  return signOfRow(row)
}
