import type { DataClass } from './key-ring.ts'

/** What becomes of a value when its time is over (mission H1): destroyed; kept under lock for its term, then shredded; or kept for good, as nothing in it is of a person. */
export type Disposition = 'ERASE' | 'SEAL' | 'EVIDENCE'

type ClassTerms = {
  readonly disposition: Disposition
  readonly what: string
  /** From when and how long, as law and the default policy have it; the numbers are the policy's (mission H2). */
  readonly keep: string
  readonly basis: string
}

/** Every class of data that a column may have, with its end and the law it rests on. */
export const dataClasses = {
  contact: {
    disposition: 'ERASE',
    what: 'How a person is reached, and the keyed hash by which a phone is found.',
    keep: 'until the customer relation ends, then 15 working days at most',
    basis: 'PIPL 13(1)(2), 47(1)',
  },
  identity: {
    disposition: 'SEAL',
    what: 'Who a person is: name and number of the identity card.',
    keep: '10 years from the end of the customer relation',
    basis: 'AML Law 34',
  },
  'payment-instrument': {
    disposition: 'ERASE',
    what: "The channel's token of a bound card.",
    keep: 'until nothing is left to pay or refund, then 15 working days at most',
    basis: 'PIPL 13(1)(2), 47(1)(1)',
  },
  link: {
    disposition: 'SEAL',
    what: 'The numbers that stand for a person; without the directory they stand for nobody.',
    keep: 'as long as the last sealed record that needs them, then the link is shredded',
    basis: 'AML Law 34; PIPL 51',
  },
  contract: {
    disposition: 'SEAL',
    what: 'Offers accepted, lines, agreements, mandates, closings and what was promised with them.',
    keep: '10 years from when the debts were cleared, 3 years of limitation included',
    basis: 'Civil Code 188; AML Law 34',
  },
  transaction: {
    disposition: 'SEAL',
    what: 'Money asked for, moved, owed, waived or posted.',
    keep: '10 years from the end of each transaction',
    basis: 'AML Law 34',
  },
  behaviour: {
    disposition: 'ERASE',
    what: 'What a person was offered or how often the product was used.',
    keep: 'until closing or withdrawal of consent, then 15 working days at most',
    basis: 'PIPL 47(1)(3)',
  },
  access: {
    disposition: 'ERASE',
    what: 'Sessions, tokens and one-time codes, as hashes.',
    keep: 'minutes to hours: until they expire',
    basis: 'PIPL 51; ASVS 6.5',
  },
  staff: {
    disposition: 'SEAL',
    what: "Who of the lender did or checked something: a role, or an id of the lender's own people.",
    keep: 'as long as the record that it answers for',
    basis: 'PIPL 13(1)(2), 51',
  },
  'key-material': {
    disposition: 'ERASE',
    what: 'A wrapped key: destroyed, it takes with it every value that it protects.',
    keep: 'as long as the class and year that it protects',
    basis: 'PIPL 47, 51(3)',
  },
  evidence: {
    disposition: 'EVIDENCE',
    what: 'That something was done or destroyed, without a word of whom.',
    keep: 'no end',
    basis: 'PIPL 56 (3 years at least)',
  },
  operation: {
    disposition: 'EVIDENCE',
    what: "The house's own state: policies, products, accounts, days, progress.",
    keep: 'no end',
    basis: 'nothing of a person',
  },
} as const satisfies Readonly<Record<string, ClassTerms>>

export type ColumnClass = keyof typeof dataClasses

/** The class of each personal field; `personal_field.ciphertext` holds them all, a row each, and each has the end of its own class. */
export const personalFields = {
  phone: 'contact',
  name: 'identity',
  'id-number': 'identity',
  'card-token': 'payment-instrument',
} as const satisfies Readonly<Record<string, DataClass>>

type Columns = Readonly<Partial<Record<ColumnClass, string>>>

const migration: Columns = { operation: 'name checksum applied_at' }
const checked = 'made_by checked_by'

/**
 * Every column of every table, by class (mission H1). A column that is not here fails the build, and so does one that is here and no
 * longer in the schema: whoever adds a column says what it is and what becomes of it.
 */
export const classification: Readonly<Record<string, Columns>> = {
  'shared.migration': migration,
  'shared.installation': { operation: 'only_one sandbox policy_profile initialised_at' },
  'shared.sandbox_clock': { operation: 'sandbox business_now' },
  'shared.policy_version': {
    operation: 'profile version effective_from body made_at checked_at',
    staff: checked,
  },
  'shared.product_version': {
    operation: 'product_code version effective_from body made_at checked_at',
    staff: checked,
  },
  'shared.gl_account': { operation: 'account_code name_code side' },
  'shared.customer_directory': { link: 'customer_id public_id', operation: 'cell' },
  'shared.phone_lookup': { contact: 'phone_hmac since', link: 'customer_id' },
  'shared.channel_reference': { link: 'customer_id', transaction: 'reference kind' },
  'shared.caller': { staff: 'caller_id kind role display_name created_at' },
  'shared.caller_token': { staff: 'caller_id', access: 'token_hash issued_at expires_at' },
  'shared.one_time_code': {
    contact: 'phone_hmac',
    access: 'code_id purpose code_hash issued_at expires_at attempts used_at',
  },
  'shared.borrower_session': {
    contact: 'phone_hmac',
    link: 'customer_id',
    access: 'token_hash signed_in_at expires_at stepped_up_until',
  },
  'shared.sandbox_message': { contact: 'phone_hmac body', access: 'message_id sandbox template sent_at' },
  'shared.lender_command': {
    contact: 'fingerprint',
    link: 'customer_id',
    staff: 'actor',
    operation: 'idempotency_key at',
  },
  'shared.book_import': { operation: 'import_id file_sha256 layout as_of_month cell started_at' },

  'cell.migration': migration,
  'cell.account': {
    link: 'customer_id',
    contract: 'opened_at credit_line_id',
    transaction: 'credit_balance_fen',
    behaviour: 'last_used_on',
  },
  'cell.personal_field': {
    link: 'customer_id',
    evidence: 'field record_id key_id recorded_at',
    contact: 'ciphertext',
    identity: 'ciphertext',
    'payment-instrument': 'ciphertext',
  },
  'cell.event': {
    link: 'customer_id',
    transaction: 'event_id seq at business_date kind command_id body',
    staff: 'actor',
  },
  'cell.idempotency': {
    link: 'customer_id',
    evidence: 'idempotency_key fingerprint command_id status answer at',
  },
  'cell.invitation': {
    link: 'customer_id',
    behaviour: 'invitation_id product_code limit_fen rate_e8 invited_at expires_at',
    staff: 'actor',
  },
  'cell.credit_line': {
    link: 'customer_id',
    contract: 'credit_line_id product_code product_version rate_e8 opened_at origin invitation_id',
  },
  'cell.credit_line_limit': {
    link: 'customer_id',
    contract: 'credit_line_id seq limit_fen since reason',
    staff: 'actor',
  },
  'cell.credit_line_block': {
    link: 'customer_id',
    contract: 'block_id credit_line_id reason since',
    staff: 'actor',
  },
  'cell.credit_line_block_end': { link: 'customer_id', contract: 'block_id ended_at', staff: 'actor' },
  'cell.agreement': {
    link: 'customer_id',
    contract: 'agreement_id credit_line_id text_version accepted_at',
  },
  'cell.bound_card': { link: 'customer_id', transaction: 'card_id bank_code bound_at' },
  'cell.mandate': { link: 'customer_id', contract: 'mandate_id card_id signed_at' },
  'cell.mandate_end': { link: 'customer_id', contract: 'mandate_id ended_at', staff: 'actor' },
  'cell.drawdown': {
    link: 'customer_id',
    transaction: 'drawdown_id credit_line_id card_id amount_fen instalments requested_at',
  },
  'cell.drawdown_outcome': {
    link: 'customer_id',
    transaction: 'drawdown_id outcome failure_code channel_reference occurred_at recorded_at',
  },
  'cell.loan': {
    link: 'customer_id',
    transaction: `loan_id credit_line_id drawdown_id product_code product_version rate_e8 rate_per drawn_on drawn_fen instalments
      instalment_principal_fen due_day principal_fen accrued_common accrued_leap accrued_to billed_instalments next_due ended_on`,
  },
  'cell.loan_end': {
    link: 'customer_id',
    transaction: 'loan_id business_date value_date remainder_common remainder_leap ended_at',
  },
  'cell.bill': {
    link: 'customer_id',
    transaction:
      'loan_id seq due_on principal_fen interest_fen billed_at principal_left_fen interest_left_fen',
  },
  'cell.fee': {
    link: 'customer_id',
    transaction: 'fee_id loan_id fee_kind amount_fen charged_at left_fen',
    staff: 'actor',
  },
  'cell.payoff_quote': {
    link: 'customer_id',
    transaction: 'quote_id credit_line_id amount_fen quoted_at valid_until',
  },
  'cell.payoff_quote_part': { link: 'customer_id', transaction: 'quote_id loan_id component amount_fen' },
  'cell.repayment': {
    link: 'customer_id',
    transaction:
      'repayment_id credit_line_id card_id mandate_id quote_id loan_id amount_fen requested_at ask_channel_at',
  },
  'cell.repayment_paid': { link: 'customer_id', transaction: 'repayment_id paid_at recorded_at' },
  'cell.repayment_outcome': {
    link: 'customer_id',
    transaction: 'repayment_id outcome failure_code channel_reference settled_at value_date recorded_at',
  },
  'cell.repayment_allocation': {
    link: 'customer_id',
    transaction: 'repayment_id line loan_id bill_seq fee_id component amount_fen',
  },
  'cell.refund': { link: 'customer_id', transaction: 'refund_id card_id amount_fen requested_at' },
  'cell.refund_outcome': {
    link: 'customer_id',
    transaction: 'refund_id outcome failure_code channel_reference occurred_at recorded_at',
  },
  'cell.closing_order': {
    link: 'customer_id',
    contract: 'order_id credit_line_id seq initiator channel requested_at',
  },
  'cell.closing_order_end': {
    link: 'customer_id',
    contract: 'order_id outcome ended_at',
    staff: 'actor',
  },
  'cell.closing_attempt': { link: 'customer_id', contract: 'order_id seq attempted_at blockers' },
  'cell.credit_line_end': {
    link: 'customer_id',
    contract: 'credit_line_id order_id ended_at business_date',
  },
  'cell.agreement_end': { link: 'customer_id', contract: 'agreement_id order_id ended_at' },
  'cell.closure_effect': { link: 'customer_id', contract: 'order_id seq effect subject_id amount_fen' },
  'cell.waiver': {
    link: 'customer_id',
    transaction: 'waiver_id order_id loan_id component amount_fen waived_at',
  },
  'cell.obligation': {
    link: 'customer_id',
    contract: 'obligation_id order_id code subject_id owner created_at due_at',
  },
  'cell.obligation_performance': {
    link: 'customer_id',
    contract: 'obligation_id performed_at recorded_at evidence',
  },
  'cell.outbox': {
    link: 'customer_id',
    operation: 'outbox_id task subject_id due_at attempts leased_until',
  },
  'cell.channel_inquiry': { link: 'customer_id', transaction: 'inquiry_id subject_id asked_at answer' },
  'cell.business_day': { operation: 'business_date opened_at' },
  'cell.journal': {
    link: 'customer_id',
    transaction: `entry_id line business_date value_date posting_kind account_code debit_fen credit_fen loan_id command_id posted_at`,
  },
  'cell.gl_journal': {
    operation: 'business_date entry_id line posting_kind account_code debit_fen credit_fen posted_at',
  },
  'cell.accrual_aggregate': {
    operation: `business_date product_code rate_e8 principal_fen accrued_numerator rounding_numerator posted_accrual_fen
      posted_rounding_fen`,
  },
  'cell.eod_step': {
    link: 'cursor_customer_id',
    operation: 'business_date step cursor_loan_id done_count seconds finished_at',
  },
  'cell.imported_month': { link: 'customer_id', transaction: 'month bill_fen paid_fen status' },
  'cell.imported_line': {
    link: 'customer_id source_key',
    contract: 'import_id source_row credit_line_id',
  },
  'cell.book_import_progress': { operation: 'import_id rows_read rows_used finished_at summary' },
  'cell.book_import_refusal': { operation: 'import_id source_row code detail' },

  'keys.migration': migration,
  'keys.data_key': {
    link: 'customer_id',
    'key-material': 'wrapped_key',
    evidence: 'key_id data_class retention_year made_at destroyed_at',
  },
}

/** The classes of each column, by "cell.loan.due_day". */
export function columnClasses(): ReadonlyMap<string, readonly ColumnClass[]> {
  const classes = new Map<string, ColumnClass[]>()
  for (const [table, groups] of Object.entries(classification)) {
    for (const name of classNames) {
      for (const column of (groups[name] ?? '').split(/\s+/).filter((one) => one !== '')) {
        const key = `${table}.${column}`
        classes.set(key, [...(classes.get(key) ?? []), name])
      }
    }
  }
  return classes
}

/** How a column ends: one word, or several where its rows have classes of their own. */
export function dispositionsOf(classes: readonly ColumnClass[]): readonly Disposition[] {
  return [...new Set(classes.map((name) => dataClasses[name].disposition))]
}

const classNames: readonly ColumnClass[] = Object.keys(dataClasses).filter(
  (name): name is ColumnClass => name in dataClasses,
)
