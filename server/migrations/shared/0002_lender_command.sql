-- Keys of the lender's commands that belong to no account yet: recording a customer (design 2.1). By value, not by customer
-- (scale 4, rule 2). The fingerprint is keyed, since what it stands for is a phone.
create table lender_command (
  actor text not null,
  idempotency_key text not null,
  fingerprint bytea not null,
  customer_id bigint not null,
  at timestamptz not null,
  primary key (actor, idempotency_key)
);
grant select, insert on lender_command to jieqing_app;
