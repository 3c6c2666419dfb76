-- Everything of a customer, in one cell. Rules (design 2.8, scale 4): customer_id first in every key; state that matters is a row with
-- a time and an actor; rows are not updated but for caches and pointers, which the audit recomputes, and which are granted by column.

-- The row that every command of a customer locks first. Caches: the audit recomputes them.
create table account (
  customer_id bigint primary key,
  opened_at timestamptz not null,
  credit_line_id uuid,                                   -- pointer: the line that has no end yet
  credit_balance_fen bigint not null default 0 check (credit_balance_fen >= 0), -- owed to the customer, from the journal
  last_used_on date                                      -- last draw or repayment, for dormancy
);
grant select, insert, update (credit_line_id, credit_balance_fen, last_used_on) on account to jieqing_app;

-- Personal fields, each encrypted under the person's key of its class and year; the newest row of a field counts.
create table personal_field (
  customer_id bigint not null references account,
  field text not null check (field in ('phone', 'name', 'id-number', 'card-token')),
  record_id uuid not null,
  key_id uuid not null,
  ciphertext bytea not null,
  recorded_at timestamptz not null,
  primary key (customer_id, field, record_id)
);
grant select, insert, delete on personal_field to jieqing_app;

-- Append-only, without personal data; the timeline and everything "as it was on date X" reads it (design 2.6).
create table event (
  customer_id bigint not null references account,
  event_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  business_date date not null,
  kind text not null,
  actor text not null,
  command_id uuid not null,
  body jsonb not null,
  primary key (customer_id, event_id),
  unique (customer_id, seq)
);
grant select, insert on event to jieqing_app;

-- One effect and one answer for a key, for ever; written with the effect itself (design 2.1). Holds ids and amounts, nothing personal.
create table idempotency (
  customer_id bigint not null references account,
  idempotency_key text not null,
  fingerprint text not null,
  command_id uuid not null,
  status int not null,
  answer jsonb not null,
  at timestamptz not null,
  primary key (customer_id, idempotency_key)
);
grant select, insert on idempotency to jieqing_app;

-- A1: only an invited customer sees the entry.
create table invitation (
  customer_id bigint not null references account,
  invitation_id uuid not null,
  product_code text not null,
  limit_fen bigint not null check (limit_fen > 0),
  rate_e8 bigint not null check (rate_e8 > 0),
  invited_at timestamptz not null,
  expires_at timestamptz not null,
  actor text not null,
  primary key (customer_id, invitation_id)
);
grant select, insert on invitation to jieqing_app;

-- A2. A line is open while it has no row in credit_line_end.
create table credit_line (
  customer_id bigint not null references account,
  credit_line_id uuid not null,
  product_code text not null,
  product_version int not null,
  rate_e8 bigint not null check (rate_e8 > 0),
  opened_at timestamptz not null,
  origin text not null check (origin in ('invitation', 'import')),
  invitation_id uuid,
  primary key (customer_id, credit_line_id),
  foreign key (customer_id, invitation_id) references invitation,
  unique (customer_id, invitation_id)
);
grant select, insert on credit_line to jieqing_app;

create table credit_line_limit (
  customer_id bigint not null,
  credit_line_id uuid not null,
  seq int not null check (seq > 0),
  limit_fen bigint not null check (limit_fen >= 0),
  since timestamptz not null,
  actor text not null,
  reason text not null,
  primary key (customer_id, credit_line_id, seq),
  foreign key (customer_id, credit_line_id) references credit_line
);
grant select, insert on credit_line_limit to jieqing_app;

-- A block forbids draws, never repayments (B3). It holds until its end row.
create table credit_line_block (
  customer_id bigint not null,
  block_id uuid not null,
  credit_line_id uuid not null,
  reason text not null check (reason in ('over-limit', 'frozen', 'run-off')),
  since timestamptz not null,
  actor text not null,
  primary key (customer_id, block_id),
  foreign key (customer_id, credit_line_id) references credit_line
);
create index credit_line_block_line on credit_line_block (customer_id, credit_line_id);
grant select, insert on credit_line_block to jieqing_app;

create table credit_line_block_end (
  customer_id bigint not null,
  block_id uuid not null,
  ended_at timestamptz not null,
  actor text not null,
  primary key (customer_id, block_id),
  foreign key (customer_id, block_id) references credit_line_block
);
grant select, insert on credit_line_block_end to jieqing_app;

-- The service agreement of a line (I1): accepted once, ended by the closing.
create table agreement (
  customer_id bigint not null,
  agreement_id uuid not null,
  credit_line_id uuid not null,
  text_version text not null,
  accepted_at timestamptz not null,
  primary key (customer_id, agreement_id),
  foreign key (customer_id, credit_line_id) references credit_line,
  unique (customer_id, credit_line_id, text_version)
);
grant select, insert on agreement to jieqing_app;

create table bound_card (
  customer_id bigint not null references account,
  card_id uuid not null,
  bank_code text not null,
  bound_at timestamptz not null,
  primary key (customer_id, card_id)
);
grant select, insert on bound_card to jieqing_app;

-- A8: a mandate forbids or allows debits from a card. In force until its end; termination at the channel is proved apart.
create table mandate (
  customer_id bigint not null,
  mandate_id uuid not null,
  card_id uuid not null,
  signed_at timestamptz not null,
  primary key (customer_id, mandate_id),
  foreign key (customer_id, card_id) references bound_card
);
grant select, insert on mandate to jieqing_app;

-- No new debit from here on. One row a mandate, however often it is asked.
create table mandate_end (
  customer_id bigint not null,
  mandate_id uuid not null,
  ended_at timestamptz not null,
  actor text not null,
  primary key (customer_id, mandate_id),
  foreign key (customer_id, mandate_id) references mandate
);
grant select, insert on mandate_end to jieqing_app;

-- A3. In flight until it has an outcome; only a paid-out drawdown has a loan.
create table drawdown (
  customer_id bigint not null,
  drawdown_id uuid not null,
  credit_line_id uuid not null,
  card_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  instalments int not null check (instalments > 0),
  requested_at timestamptz not null,
  primary key (customer_id, drawdown_id),
  foreign key (customer_id, credit_line_id) references credit_line,
  foreign key (customer_id, card_id) references bound_card
);
create index drawdown_line on drawdown (customer_id, credit_line_id);
grant select, insert on drawdown to jieqing_app;

create table drawdown_outcome (
  customer_id bigint not null,
  drawdown_id uuid not null,
  outcome text not null check (outcome in ('paid-out', 'failed')),
  failure_code text,
  channel_reference text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (customer_id, drawdown_id),
  foreign key (customer_id, drawdown_id) references drawdown,
  check ((outcome = 'failed') = (failure_code is not null))
);
grant select, insert on drawdown_outcome to jieqing_app;

-- A loan's terms never change; its lower part is a cache of where the history has led, recomputed by the audit (design 2.4).
-- Fill factor and the one partial index keep ordinary repayments to heap-only updates (scale 3).
create table loan (
  customer_id bigint not null,
  loan_id uuid not null,
  credit_line_id uuid not null,
  drawdown_id uuid,                                      -- none where the loan was imported
  product_code text not null,
  product_version int not null,
  rate_e8 bigint not null check (rate_e8 > 0),
  rate_per text not null check (rate_per in ('day', 'month', 'year')),
  drawn_on date not null,
  drawn_fen bigint not null check (drawn_fen > 0),
  instalments int not null check (instalments > 0),
  instalment_principal_fen bigint not null check (instalment_principal_fen >= 0),
  due_day int not null check (due_day between 1 and 31),
  principal_fen bigint not null check (principal_fen >= 0),
  accrued_common bigint not null,
  accrued_leap bigint not null,
  accrued_to date not null,
  billed_instalments int not null default 0,
  next_due date,                                         -- null once all principal is billed
  ended_on date,
  primary key (customer_id, loan_id),
  foreign key (customer_id, credit_line_id) references credit_line,
  foreign key (customer_id, drawdown_id) references drawdown,
  unique (customer_id, drawdown_id),
  check (ended_on is null or principal_fen = 0)
) with (fillfactor = 85);
create index loan_due on loan (next_due, customer_id, loan_id) where ended_on is null and next_due is not null;
grant select, insert, update (principal_fen, accrued_common, accrued_leap, accrued_to, billed_instalments, next_due, ended_on)
  on loan to jieqing_app;

-- What is left of the exact interest when a loan ends: less than a fen, on its way to the rounding account.
create table loan_end (
  customer_id bigint not null,
  loan_id uuid not null,
  business_date date not null,
  value_date date not null,
  remainder_common bigint not null,
  remainder_leap bigint not null,
  ended_at timestamptz not null,
  primary key (customer_id, loan_id),
  foreign key (customer_id, loan_id) references loan
);
create index loan_end_day on loan_end (business_date);
grant select, insert on loan_end to jieqing_app;

-- An instalment becomes a bill when it falls due; the plan before that is implied by the loan (scale 3). The lefts are caches.
create table bill (
  customer_id bigint not null,
  loan_id uuid not null,
  seq int not null check (seq >= 0),                     -- 0: what an imported loan was already late with
  due_on date not null,
  principal_fen bigint not null check (principal_fen >= 0),
  interest_fen bigint not null check (interest_fen >= 0),
  billed_at timestamptz not null,
  principal_left_fen bigint not null check (principal_left_fen between 0 and principal_fen),
  interest_left_fen bigint not null check (interest_left_fen between 0 and interest_fen),
  primary key (customer_id, loan_id, seq),
  foreign key (customer_id, loan_id) references loan
) with (fillfactor = 85);
create index bill_unpaid on bill (due_on, customer_id) where principal_left_fen + interest_left_fen > 0;
grant select, insert, update (principal_left_fen, interest_left_fen) on bill to jieqing_app;

-- A5: a fee exists only with a place in the product's disclosed cost table.
create table fee (
  customer_id bigint not null,
  fee_id uuid not null,
  loan_id uuid not null,
  fee_kind text not null check (fee_kind in ('instalment', 'extension', 'management')),
  amount_fen bigint not null check (amount_fen > 0),
  charged_at timestamptz not null,
  actor text not null,
  left_fen bigint not null check (left_fen between 0 and amount_fen),
  primary key (customer_id, fee_id),
  foreign key (customer_id, loan_id) references loan
);
grant select, insert, update (left_fen) on fee to jieqing_app;

-- F1: a promise until its time.
create table payoff_quote (
  customer_id bigint not null,
  quote_id uuid not null,
  credit_line_id uuid not null,
  amount_fen bigint not null check (amount_fen >= 0),
  quoted_at timestamptz not null,
  valid_until timestamptz not null,
  primary key (customer_id, quote_id),
  foreign key (customer_id, credit_line_id) references credit_line
);
grant select, insert on payoff_quote to jieqing_app;

create table payoff_quote_part (
  customer_id bigint not null,
  quote_id uuid not null,
  loan_id uuid not null,
  component text not null check (component in ('fees', 'penalty', 'interest', 'principal')),
  amount_fen bigint not null check (amount_fen > 0),
  primary key (customer_id, quote_id, loan_id, component),
  foreign key (customer_id, quote_id) references payoff_quote,
  foreign key (customer_id, loan_id) references loan
);
grant select, insert on payoff_quote_part to jieqing_app;

-- A6, A10: money on its way to us. Without an outcome it is not posted, whatever the channel has said so far.
create table repayment (
  customer_id bigint not null,
  repayment_id uuid not null,
  credit_line_id uuid not null,
  card_id uuid not null,
  mandate_id uuid,                                       -- set: an automatic debit (A8)
  quote_id uuid,
  loan_id uuid,                                          -- set: its early repayment comes first
  amount_fen bigint not null check (amount_fen > 0),
  requested_at timestamptz not null,
  ask_channel_at timestamptz not null,                   -- when silence becomes a question to the channel
  primary key (customer_id, repayment_id),
  foreign key (customer_id, credit_line_id) references credit_line,
  foreign key (customer_id, card_id) references bound_card,
  foreign key (customer_id, mandate_id) references mandate,
  foreign key (customer_id, quote_id) references payoff_quote,
  foreign key (customer_id, loan_id) references loan
);
grant select, insert on repayment to jieqing_app;

-- The payer's money was taken: this instant is the value date, however late the channel settles.
create table repayment_paid (
  customer_id bigint not null,
  repayment_id uuid not null,
  paid_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (customer_id, repayment_id),
  foreign key (customer_id, repayment_id) references repayment
);
grant select, insert on repayment_paid to jieqing_app;

create table repayment_outcome (
  customer_id bigint not null,
  repayment_id uuid not null,
  outcome text not null check (outcome in ('settled', 'failed')),
  failure_code text,
  channel_reference text,
  settled_at timestamptz not null,
  value_date date not null,
  recorded_at timestamptz not null,
  primary key (customer_id, repayment_id),
  foreign key (customer_id, repayment_id) references repayment,
  check ((outcome = 'failed') = (failure_code is not null))
);
grant select, insert on repayment_outcome to jieqing_app;

create table repayment_allocation (
  customer_id bigint not null,
  repayment_id uuid not null,
  line int not null check (line > 0),
  loan_id uuid,                                          -- none: what was overpaid
  bill_seq int,                                          -- none: not billed yet, or a fee
  fee_id uuid,
  component text not null check (component in ('fees', 'penalty', 'interest', 'principal', 'overpaid')),
  amount_fen bigint not null check (amount_fen > 0),
  primary key (customer_id, repayment_id, line),
  foreign key (customer_id, repayment_id) references repayment_outcome,
  check ((component = 'overpaid') = (loan_id is null))
);
grant select, insert on repayment_allocation to jieqing_app;

-- A credit balance on its way back to the customer.
create table refund (
  customer_id bigint not null references account,
  refund_id uuid not null,
  card_id uuid not null,
  amount_fen bigint not null check (amount_fen > 0),
  requested_at timestamptz not null,
  primary key (customer_id, refund_id),
  foreign key (customer_id, card_id) references bound_card
);
grant select, insert on refund to jieqing_app;

create table refund_outcome (
  customer_id bigint not null,
  refund_id uuid not null,
  outcome text not null check (outcome in ('paid-out', 'failed')),
  failure_code text,
  channel_reference text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (customer_id, refund_id),
  foreign key (customer_id, refund_id) references refund,
  check ((outcome = 'failed') = (failure_code is not null))
);
grant select, insert on refund_outcome to jieqing_app;

-- C5: a closing order is a row of its own: who asked, when, through which channel. "Open" is the absence of its end.
-- A line may have several in its life (withdrawn, asked again), but one unfinished at most: the account row is locked for it,
-- and the two unique indexes below say so again.
create table closing_order (
  customer_id bigint not null,
  order_id uuid not null,                                -- made by the caller, so a retry meets the same row
  credit_line_id uuid not null,
  seq int not null check (seq > 0),                      -- the how-manieth order of this line
  initiator text not null check (initiator in ('borrower', 'next-of-kin', 'lender')),
  channel text not null check (channel in ('wechat', 'qq', 'browser')),
  requested_at timestamptz not null,
  primary key (customer_id, order_id),
  unique (customer_id, credit_line_id, seq),
  foreign key (customer_id, credit_line_id) references credit_line
);
grant select, insert on closing_order to jieqing_app;

create table closing_order_end (
  customer_id bigint not null,
  order_id uuid not null,
  outcome text not null check (outcome in ('executed', 'withdrawn')),
  ended_at timestamptz not null,
  actor text not null,
  primary key (customer_id, order_id),
  foreign key (customer_id, order_id) references closing_order
);
grant select, insert on closing_order_end to jieqing_app;

-- A try that failed keeps its reasons (K3): the order keeps its place and is tried again.
create table closing_attempt (
  customer_id bigint not null,
  order_id uuid not null,
  seq int not null check (seq > 0),
  attempted_at timestamptz not null,
  blockers jsonb not null,
  primary key (customer_id, order_id, seq),
  foreign key (customer_id, order_id) references closing_order
);
grant select, insert on closing_attempt to jieqing_app;

-- The end of a line, once. The foreign key to an order means that no line ends without one.
create table credit_line_end (
  customer_id bigint not null,
  credit_line_id uuid not null,
  order_id uuid not null,
  ended_at timestamptz not null,
  business_date date not null,
  primary key (customer_id, credit_line_id),
  unique (customer_id, order_id),
  foreign key (customer_id, credit_line_id) references credit_line,
  foreign key (customer_id, order_id) references closing_order
);
grant select, insert on credit_line_end to jieqing_app;

create table agreement_end (
  customer_id bigint not null,
  agreement_id uuid not null,
  order_id uuid not null,
  ended_at timestamptz not null,
  primary key (customer_id, agreement_id),
  foreign key (customer_id, agreement_id) references agreement,
  foreign key (customer_id, order_id) references closing_order
);
grant select, insert on agreement_end to jieqing_app;

-- A row for each thing that a closing changed, so that an undo can change back those and only those (design 2.1).
create table closure_effect (
  customer_id bigint not null,
  order_id uuid not null,
  seq int not null check (seq > 0),
  effect text not null check (effect in ('line-ended', 'agreement-ended', 'mandate-ended', 'residual-waived', 'block-ended')),
  subject_id uuid not null,
  amount_fen bigint check (amount_fen > 0),
  primary key (customer_id, order_id, seq),
  foreign key (customer_id, order_id) references closing_order
);
grant select, insert on closure_effect to jieqing_app;

-- A rest below the policy's bound, given up by the lender at the closing (F2); linked to it, so that it can be taken back with it.
create table waiver (
  customer_id bigint not null,
  waiver_id uuid not null,
  order_id uuid not null,
  loan_id uuid not null,
  component text not null check (component in ('fees', 'penalty', 'interest', 'principal')),
  amount_fen bigint not null check (amount_fen > 0),
  waived_at timestamptz not null,
  primary key (customer_id, waiver_id),
  foreign key (customer_id, order_id) references closing_order,
  foreign key (customer_id, loan_id) references loan
);
create index waiver_loan on waiver (customer_id, loan_id);
grant select, insert on waiver to jieqing_app;

-- A promise with a date (design 2.3). Performed only with somebody else's receipt; late is visible by the date alone.
create table obligation (
  customer_id bigint not null references account,
  obligation_id uuid not null,
  order_id uuid not null,
  code text not null check (code in ('autodebit.revoke')),
  subject_id uuid not null,
  owner text not null check (owner in ('lender', 'channel')),
  created_at timestamptz not null,
  due_at timestamptz not null,
  primary key (customer_id, obligation_id),
  unique (customer_id, code, subject_id),
  foreign key (customer_id, order_id) references closing_order
);
create index obligation_due on obligation (due_at, customer_id);
grant select, insert on obligation to jieqing_app;

create table obligation_performance (
  customer_id bigint not null,
  obligation_id uuid not null,
  performed_at timestamptz not null,
  recorded_at timestamptz not null,
  evidence jsonb not null,
  primary key (customer_id, obligation_id),
  foreign key (customer_id, obligation_id) references obligation
);
grant select, insert on obligation_performance to jieqing_app;

-- What must leave the house after commit (design 1): claimed by a lease in system time, due in business time, gone when done.
-- The same reference goes out however often it is tried, so the other side makes one thing of it.
create table outbox (
  customer_id bigint not null references account,
  outbox_id uuid not null,
  task text not null check (task in (
    'submit-drawdown', 'submit-repayment', 'submit-refund', 'sign-mandate', 'terminate-mandate', 'ask-payment', 'ask-mandate')),
  subject_id uuid not null,
  due_at timestamptz not null,
  attempts int not null default 0,
  leased_until timestamptz,
  primary key (customer_id, outbox_id),
  unique (customer_id, task, subject_id)
) with (fillfactor = 70);
create index outbox_due on outbox (due_at, customer_id);
grant select, insert, update (due_at, attempts, leased_until), delete on outbox to jieqing_app;

-- A10: silence is no answer. Every time the channel was asked for the truth, and what it said.
create table channel_inquiry (
  customer_id bigint not null references account,
  inquiry_id uuid not null,
  subject_id uuid not null,
  asked_at timestamptz not null,
  answer text not null,
  primary key (customer_id, inquiry_id)
);
grant select, insert on channel_inquiry to jieqing_app;

-- What must never happen, said once more below the code that already refuses it under the account's lock.
create function refuse_after_end() returns trigger language plpgsql as $$
begin
  if exists (select from credit_line_end e where e.customer_id = new.customer_id and e.credit_line_id = new.credit_line_id) then
    raise exception 'line % has ended', new.credit_line_id using errcode = 'JQ003';
  end if;
  return new;
end
$$;
create trigger drawdown_after_end before insert on drawdown for each row execute function refuse_after_end();
create trigger loan_after_end before insert on loan for each row execute function refuse_after_end();
create trigger repayment_after_end before insert on repayment for each row execute function refuse_after_end();

create function refuse_debit_without_mandate() returns trigger language plpgsql as $$
begin
  if exists (select from mandate_end e where e.customer_id = new.customer_id and e.mandate_id = new.mandate_id) then
    raise exception 'mandate % has ended', new.mandate_id using errcode = 'JQ004';
  end if;
  return new;
end
$$;
create trigger debit_after_mandate_end before insert on repayment
  for each row when (new.mandate_id is not null) execute function refuse_debit_without_mandate();
