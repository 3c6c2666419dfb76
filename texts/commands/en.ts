import type { CommandTexts } from './zh.ts'

export const en: CommandTexts = {
  page: "borrower's page",
  reference: 'API reference',
  contract: 'contract',
  borrowers: 'sandbox borrowers (sign in with the phone; the code is at {messages})',
  invited: 'invited to a line of ¥50,000',
  inDebt: 'a line of the sample book, with a debt',
  nothingOwed: 'a line of the sample book, nothing owed',
  lenderToken: "lender's token",
  ready: 'ready. Ctrl-C stops everything.',
  stopping: 'stopping …',
}
