-- The second cluster (design 2.12): keys of personal data live apart from the data, so that destroying one outlives every archive
-- of the other. No foreign key to the data is possible, and none is wanted.
create table data_key (
  key_id uuid primary key,
  customer_id bigint not null,
  data_class text not null,
  retention_year int not null,
  wrapped_key bytea,
  made_at timestamptz not null,
  destroyed_at timestamptz,
  unique (customer_id, data_class, retention_year),
  check ((wrapped_key is null) = (destroyed_at is not null))
);
grant select, insert, update (wrapped_key, destroyed_at) on data_key to jieqing_app;
