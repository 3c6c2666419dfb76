-- A11: every fen that moves is a balanced entry. business_date is the cell's open day, value_date the event's date in Shanghai.

-- The open day is the newest row. Opening D+1 closes D: from then on the trigger below refuses postings to D (design 2.5).
create table business_day (
  business_date date primary key,
  opened_at timestamptz not null
);
grant select, insert on business_day to jieqing_app;

create table journal (
  customer_id bigint not null,
  entry_id uuid not null,
  line int not null check (line > 0),
  business_date date not null,
  value_date date not null,
  posting_kind text not null,
  account_code text not null,
  debit_fen bigint not null check (debit_fen >= 0),
  credit_fen bigint not null check (credit_fen >= 0),
  loan_id uuid,
  command_id uuid not null,
  posted_at timestamptz not null,
  primary key (customer_id, entry_id, line, business_date),
  check ((debit_fen = 0) <> (credit_fen = 0))
) partition by range (business_date);
create index journal_day on journal (business_date);
grant select, insert on journal to jieqing_app;

-- A month's part of the journal, made before its first posting by the end of day: attached, so that postings to other months go on
-- meanwhile. The parts have no grants of their own: nothing goes around the trigger below.
create function open_journal_month(day date) returns void language plpgsql security definer set search_path from current as $$
declare
  first date := date_trunc('month', day);
  part text := 'journal_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(part) is not null then return; end if;
  execute format('create table %I (like journal including all)', part);
  execute format('alter table journal attach partition %I for values from (%L) to (%L)', part, first, first + interval '1 month');
end
$$;
grant execute on function open_journal_month(date) to jieqing_app;

-- Entries that belong to no one customer: the day's accrual and rounding of a product and rate (design 2.4).
create table gl_journal (
  business_date date not null,
  entry_id uuid not null,
  line int not null check (line > 0),
  posting_kind text not null,
  account_code text not null,
  debit_fen bigint not null check (debit_fen >= 0),
  credit_fen bigint not null check (credit_fen >= 0),
  posted_at timestamptz not null,
  primary key (business_date, entry_id, line),
  check ((debit_fen = 0) <> (credit_fen = 0))
);
grant select, insert on gl_journal to jieqing_app;

-- An entry balances by itself, in the statement that writes it; a closed day takes no more.
create function refuse_unbalanced_or_closed() returns trigger language plpgsql as $$
declare
  wrong record;
begin
  select entry_id into wrong from written group by entry_id having sum(debit_fen) <> sum(credit_fen) limit 1;
  if found then
    raise exception 'entry % does not balance', wrong.entry_id using errcode = 'JQ001';
  end if;
  select business_date into wrong from written where business_date < (select max(business_date) from business_day) limit 1;
  if found and tg_table_name <> 'gl_journal' then
    raise exception 'business date % is closed', wrong.business_date using errcode = 'JQ002';
  end if;
  return null;
end
$$;
create trigger journal_balances after insert on journal
  referencing new table as written for each statement execute function refuse_unbalanced_or_closed();
create trigger gl_journal_balances after insert on gl_journal
  referencing new table as written for each statement execute function refuse_unbalanced_or_closed();

-- The exact interest of the whole book by product and rate, moved only by the day's movements; posted in whole fen.
create table accrual_aggregate (
  business_date date not null,
  product_code text not null,
  rate_e8 bigint not null,
  principal_fen numeric not null,
  accrued_numerator numeric not null,                    -- since the beginning, 1e-8 fen at a daily rate
  rounding_numerator numeric not null,                   -- remainders of ended loans, since the beginning
  posted_accrual_fen numeric not null,
  posted_rounding_fen numeric not null,
  primary key (business_date, product_code, rate_e8)
);
grant select, insert on accrual_aggregate to jieqing_app;

-- Where the end of day is: one row a step, moved in the transaction of each batch, so that a kill loses nothing and repeats nothing.
create table eod_step (
  business_date date not null,
  step text not null,
  cursor_customer_id bigint not null default 0,
  cursor_loan_id uuid not null default '00000000-0000-0000-0000-000000000000',
  done_count bigint not null default 0,
  seconds numeric not null default 0,
  finished_at timestamptz,
  primary key (business_date, step)
);
grant select, insert, update (cursor_customer_id, cursor_loan_id, done_count, seconds, finished_at) on eod_step to jieqing_app;

-- Six months of an imported line, as the file had them: for dormancy, and so that the control totals can be recomputed (A14).
create table imported_month (
  customer_id bigint not null references account,
  month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
  bill_fen bigint not null,                              -- negative: a credit balance
  paid_fen bigint not null check (paid_fen >= 0),
  status int not null,
  primary key (customer_id, month)
);
grant select, insert on imported_month to jieqing_app;

create table imported_line (
  customer_id bigint primary key references account,
  import_id uuid not null,
  source_row int not null check (source_row > 0),
  source_key text not null,
  credit_line_id uuid not null,
  foreign key (customer_id, credit_line_id) references credit_line
);
create index imported_line_import on imported_line (import_id);
grant select, insert on imported_line to jieqing_app;

-- The cursor of an import and its refusals, moved in the transaction of each batch.
create table book_import_progress (
  import_id uuid primary key,
  rows_read int not null default 0,
  rows_used int not null default 0,
  finished_at timestamptz,
  summary jsonb
);
grant select, insert, update (rows_read, rows_used, finished_at, summary) on book_import_progress to jieqing_app;

create table book_import_refusal (
  import_id uuid not null,
  source_row int not null,
  code text not null,
  detail text not null,
  primary key (import_id, source_row, code)
);
grant select, insert on book_import_refusal to jieqing_app;
