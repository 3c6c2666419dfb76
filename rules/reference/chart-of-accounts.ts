import { type AccountCode, chart, postingKinds } from '@jieqing/domain/ledger/chart'
import { code, generatedFrom, page, table } from './page.ts'

export function chartOfAccountsPage(): string {
  const name = (account: AccountCode) => `${account} ${chart[account].name}`
  return page(
    '# Chart of accounts (总账科目)',
    generatedFrom('`domain/ledger/chart.ts`'),
    'Every fen that moves is an entry of two lines, debit and credit of the same amount (mission A11). An account grows on its side.',
    '## Accounts',
    table(
      ['account', 'name', 'grows on'],
      Object.entries(chart).map(([account, { name, side }]) => [account, name, side]),
    ),
    '## Postings',
    'Everything that can be posted, and nothing else: code posts by kind.',
    table(
      ['kind', 'debit', 'credit'],
      Object.entries(postingKinds).map(([kind, { debit, credit }]) => [
        code(kind),
        name(debit),
        name(credit),
      ]),
    ),
  )
}
