/** The chart of accounts (总账科目, mission A11). The side is the one on which the account grows. */
export const chart = {
  '1001': { name: 'channel-cash', side: 'debit' },
  '1131': { name: 'loan-principal', side: 'debit' },
  '1132': { name: 'interest-billed', side: 'debit' },
  '1133': { name: 'interest-accrued', side: 'debit' },
  '1134': { name: 'fees-receivable', side: 'debit' },
  '2202': { name: 'customer-credit-balance', side: 'credit' },
  '2203': { name: 'refunds-in-transit', side: 'credit' },
  '3900': { name: 'book-taken-over', side: 'credit' },
  '6011': { name: 'interest-income', side: 'credit' },
  '6021': { name: 'fee-income', side: 'credit' },
  '6051': { name: 'interest-rounding', side: 'credit' },
  '6601': { name: 'waivers', side: 'debit' },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly side: 'debit' | 'credit' }>>

export type AccountCode = keyof typeof chart

/** Every kind of posting: what it debits and what it credits. Documentation and audit read this table; code posts through it. */
export const postingKinds = {
  'drawdown-paid-out': { debit: '1131', credit: '1001' },
  'book-principal': { debit: '1131', credit: '3900' },
  'book-credit-balance': { debit: '3900', credit: '2202' },
  'interest-billed': { debit: '1132', credit: '1133' },
  'fee-charged': { debit: '1134', credit: '6021' },
  'repaid-fees': { debit: '1001', credit: '1134' },
  'repaid-billed-interest': { debit: '1001', credit: '1132' },
  'repaid-accrued-interest': { debit: '1001', credit: '1133' },
  'repaid-principal': { debit: '1001', credit: '1131' },
  overpaid: { debit: '1001', credit: '2202' },
  'refund-requested': { debit: '2202', credit: '2203' },
  'refund-paid-out': { debit: '2203', credit: '1001' },
  'refund-failed': { debit: '2203', credit: '2202' },
  'interest-returned': { debit: '1133', credit: '2202' },
  'waived-fees': { debit: '6601', credit: '1134' },
  'waived-billed-interest': { debit: '6601', credit: '1132' },
  'waived-accrued-interest': { debit: '6601', credit: '1133' },
  'waived-principal': { debit: '6601', credit: '1131' },
  'interest-accrued': { debit: '1133', credit: '6011' },
  'interest-accrual-reversed': { debit: '6011', credit: '1133' },
  'interest-rounding-gain': { debit: '1133', credit: '6051' },
  'interest-rounding-loss': { debit: '6051', credit: '1133' },
} as const satisfies Readonly<Record<string, { readonly debit: AccountCode; readonly credit: AccountCode }>>

export type PostingKind = keyof typeof postingKinds
