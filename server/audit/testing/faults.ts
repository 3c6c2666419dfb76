/** The first row in the order of its key, as a condition: a fault is planted in one place. */
const one = (table: string, key: string, where: string) =>
  `(${key}) = (select ${key} from ${table} where ${where} order by ${key} limit 1)`

const oneLoan = (where: string) => one('loan', 'customer_id, loan_id', where)
const oneEntry = (where: string) => one('journal', 'customer_id, entry_id', where)
const oneBill = (where: string) => one('bill', 'customer_id, loan_id, seq', where)
const oneAllocation = (where: string) => one('repayment_allocation', 'customer_id, repayment_id, line', where)

const lateRepayment = (mandate: string) => `
  insert into repayment (customer_id, repayment_id, credit_line_id, card_id, mandate_id, amount_fen, requested_at, ask_channel_at)
  select e.customer_id, gen_random_uuid(), e.credit_line_id, m.card_id, ${mandate}, 100, e.ended_at + interval '1 hour', e.ended_at
  from credit_line_end e join mandate m using (customer_id) limit 1`

/** For each invariant a fault that breaks it, as somebody with a database console and the owner's rights could make it. */
export const faults: Readonly<Record<string, string>> = {
  'entries-balance': `update journal set debit_fen = debit_fen + 1 where debit_fen > 0 and ${oneEntry("posting_kind = 'overpaid'")}`,
  'trial-balance': `insert into gl_journal select business_date, gen_random_uuid(), 1, posting_kind, account_code, 100, 0, posted_at
    from gl_journal where debit_fen > 0 limit 1`,
  'entries-of-known-kinds': `update journal set account_code = '6601' where line = 1 and ${oneEntry("posting_kind = 'repaid-fees'")}`,
  'chart-of-accounts': `update gl_account set side = 'credit' where account_code = '1001'`,
  'posted-on-known-days': `update journal set business_date = date '2030-01-01' where ${oneEntry("posting_kind = 'overpaid'")}`,
  'business-days-without-gaps': `delete from business_day where business_date = date '2026-06-20'`,
  'loan-accounts-name-their-loan': `update journal set loan_id = gen_random_uuid() where ${oneEntry("posting_kind = 'repaid-principal'")}`,
  'postings-have-events': `update journal set command_id = gen_random_uuid() where ${oneEntry("posting_kind = 'refund-requested'")}`,
  'credit-balance-ledger': `update account set credit_balance_fen = credit_balance_fen + 1 where ${one('account', 'customer_id', 'credit_line_id is null')}`,
  'refunds-ledger': `delete from refund r where not exists (select from refund_outcome o where o.refund_id = r.refund_id)`,
  'channel-cash-ledger': `update drawdown_outcome set outcome = 'failed', failure_code = 'x'
    where ${one('drawdown_outcome', 'customer_id, drawdown_id', "outcome = 'paid-out'")}`,
  'loan-principal-ledger': `update loan set principal_fen = principal_fen - 1 where ${oneLoan('principal_fen > 0')}`,
  'loan-principal-allocated': `update repayment_allocation set amount_fen = amount_fen + 1 where ${oneAllocation("component = 'principal'")}`,
  'bill-lefts': `update bill set principal_left_fen = principal_left_fen - 1 where ${oneBill('principal_left_fen > 0')}`,
  'allocations-meet-bills': `update repayment_allocation set bill_seq = 99 where ${oneAllocation('bill_seq is not null')}`,
  'billed-principal-within-loan': `update bill set principal_fen = 100000000000 where ${oneBill('seq = 1')}`,
  'bills-numbered': `update loan set billed_instalments = billed_instalments + 1 where ${oneLoan('ended_on is null')}`,
  'billed-interest-ledger': `update bill set interest_fen = interest_fen + 1 where ${oneBill('seq = 1')}`,
  'fee-lefts': `update fee set left_fen = left_fen + 1`,
  'fees-ledger': `delete from journal where ${oneEntry("posting_kind = 'fee-charged'")}`,
  'repayments-allocated': `delete from repayment_allocation where ${oneAllocation("component = 'overpaid'")}`,
  'allocations-ledger': `update repayment_allocation set component = 'interest' where ${oneAllocation("component = 'principal'")}`,
  'waivers-ledger': `update waiver set amount_fen = amount_fen + 1`,
  'drawdowns-have-loans': `update loan set drawdown_id = null where ${oneLoan('drawdown_id is not null')}`,
  'ended-loans': `delete from loan_end where ${one('loan_end', 'customer_id, loan_id', 'true')}`,
  'loan-interest-exact': `update loan set accrued_common = accrued_common + 1 where ${oneLoan('ended_on is null')}`,
  'loan-remainders': `update loan_end set remainder_common = 100000000 where ${one('loan_end', 'customer_id, loan_id', 'true')}`,
  'accrual-aggregate-journal': `update accrual_aggregate set rounding_numerator = rounding_numerator + 1
    where business_date = (select max(business_date) from accrual_aggregate) and rate_e8 = 35000`,
  'accrual-aggregate-loans': `update accrual_aggregate set accrued_numerator = accrued_numerator + 1
    where business_date = (select max(business_date) from accrual_aggregate) and rate_e8 = 35000`,
  'accrual-posted': `update gl_journal set debit_fen = debit_fen + (debit_fen > 0)::int, credit_fen = credit_fen + (credit_fen > 0)::int
    where ${one('gl_journal', 'business_date, entry_id', 'true')}`,
  'account-points-to-open-line': `update account set credit_line_id = null where ${one('account', 'customer_id', 'credit_line_id is not null')}`,
  'last-use': `update account set last_used_on = last_used_on - 1 where ${one('account', 'customer_id', 'last_used_on is not null')}`,
  'lines-have-terms': `update credit_line_limit set seq = 2 where ${one('credit_line_limit', 'customer_id, credit_line_id, seq', 'true')}`,
  'in-flight-is-asked-for': `delete from outbox where task = 'ask-payment'`,
  'references-have-owners': `delete from channel_reference where ${one('channel_reference', 'reference', "kind = 'repayment'")}`,
  'ended-lines-owe-nothing': `update loan set ended_on = null
    where (customer_id, credit_line_id) in (select customer_id, credit_line_id from credit_line_end)`,
  'ended-lines-have-one-order': `update closing_order_end set outcome = 'withdrawn' where outcome = 'executed'`,
  'one-open-order-a-line': `insert into closing_order select customer_id, gen_random_uuid(), credit_line_id, seq + 1, initiator, channel, requested_at
    from closing_order o where not exists (select from closing_order_end e where e.order_id = o.order_id)`,
  'ended-lines-ended-everything': `delete from agreement_end`,
  'closing-effects-recorded': `delete from closure_effect where effect = 'residual-waived'`,
  'nothing-after-the-end': lateRepayment('null'),
  'no-debit-after-its-mandate': lateRepayment('m.mandate_id'),
  'obligations-complete': `delete from obligation`,
  'performances-have-evidence': `update obligation_performance set evidence = '{"source": "channel"}'`,
  'events-numbered': `delete from event where ${one('event', 'customer_id, seq', 'seq = 2')}`,
  'events-on-known-days': `update event set business_date = date '2030-01-01' where ${one('event', 'customer_id, seq', 'true')}`,
  'answers-have-events': `update event set command_id = gen_random_uuid() where ${one('event', 'customer_id, seq', "kind = 'card-bound'")}`,
  'imported-rows-counted': `delete from book_import_refusal`,
  'imported-book-totals': `update imported_month set bill_fen = bill_fen + 1 where ${one('imported_month', 'customer_id, month', 'true')}`,
  'imported-lines-opened': `delete from credit_line_block where ${one('credit_line_block', 'customer_id, block_id', "reason = 'over-limit'")}`,
  'imported-lines-once': `update imported_line set source_key = '1' where source_row in (2, 3)`,
}
