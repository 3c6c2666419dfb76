import { createInterface } from 'node:readline/promises'
import type { BillField } from './bills/bill.ts'
import type { AskedMapping } from './bills/header.ts'
import type { AmountRule } from './bills/layouts.ts'
import { say } from './texts/say.ts'
import type { Texts } from './texts/zh.ts'

/** Fields a person may name for a column. */
export const askedFields: readonly BillField[] = [
  'at',
  'time',
  'type',
  'payee',
  'item',
  'direction',
  'amount',
  'income',
  'expense',
  'method',
  'status',
  'id',
  'note',
  'currency',
  'balance',
]

/** `at=日期,amount=金额,payee=对方`; `undefined` where a field is not one of ours or a date or amount is missing. */
export function mappingOf(words: string): AskedMapping | undefined {
  const columns: Record<string, BillField> = {}
  for (const part of words.split(',')) {
    const [field = '', column = ''] = part.split('=').map((word) => word.trim())
    const known = askedFields.find((each) => each === field)
    if (known === undefined || column === '') return undefined
    columns[column] = known
  }
  return complete(columns)
}

function complete(columns: Readonly<Record<string, BillField>>): AskedMapping | undefined {
  const fields = Object.values(columns)
  const pair = fields.includes('income') && fields.includes('expense')
  if (!fields.includes('at') || !(pair || fields.includes('amount'))) return undefined
  const amounts: AmountRule = pair ? 'pair' : fields.includes('direction') ? 'direction' : 'signed'
  return { columns, amounts }
}

/** Asks on the terminal which row is the header and what each of its columns is. Nobody there: no mapping. */
export async function askMapping(
  path: string,
  rows: readonly (readonly string[])[],
  texts: Texts,
): Promise<AskedMapping | undefined> {
  if (process.stdin.isTTY !== true || rows.length === 0) return undefined
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    process.stderr.write(`${say(texts.mapAsk, { path })}\n`)
    rows.slice(0, 12).forEach((row, index) => {
      process.stderr.write(`${index + 1}: ${row.join(' | ')}\n`)
    })
    const header = rows[Number(await line.question(texts.mapRow)) - 1]
    if (header === undefined) return undefined
    const columns: Record<string, BillField> = {}
    for (const name of header.filter((cell) => cell !== '')) {
      const answer = await line.question(say(texts.mapColumn, { name, choices: askedFields.join(' ') }))
      const field = askedFields.find((each) => each === answer.trim())
      if (field !== undefined) columns[name] = field
    }
    return complete(columns)
  } finally {
    line.close()
  }
}

export async function askPassword(path: string, texts: Texts): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await line.question(say(texts.passwordAsk, { path }))
    return answer === '' ? undefined : answer
  } finally {
    line.close()
  }
}
