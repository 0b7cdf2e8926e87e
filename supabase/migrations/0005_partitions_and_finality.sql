-- Growing tables in native partitions kept by one plan, transactions with their finality, and what it takes to undo
-- what a fork took back.

-- How each partitioned table is kept. server/platform/db/partitions.ts makes the partitions ahead and drops those past
-- keeping; whoever makes a partitioned table adds its row here. An operator changes `keep_days` with an update.
create type app.partition_period as enum ('day', 'month');
create table app.partition_plans (
  parent text primary key,
  period app.partition_period not null,
  -- Periods made ahead of the current one.
  ahead integer not null check (ahead between 1 and 60),
  -- Null: for ever.
  keep_days integer check (keep_days > 0)
);
comment on column app.partition_plans.parent is 'schema.table; its partitions are parts.<table>_<period>';

insert into app.partition_plans (parent, period, ahead, keep_days) values
  ('public.price_ticks', 'day', 2, 2),
  ('chain.program_events', 'month', 2, null);

-- Every transaction that carried events, once. Its events hang on it: what a fork dropped goes with one delete.
create table chain.transactions (
  signature text primary key,
  slot bigint not null,
  occurred_at timestamptz not null,
  -- Confirmed until the cluster has finalized its slot with it inside.
  finalized boolean not null default false,
  -- An event's partition follows from its transaction, so (signature, path) is unique over all partitions.
  unique (signature, occurred_at)
);
create index transactions_pending on chain.transactions (slot) where not finalized;

insert into chain.transactions (signature, slot, occurred_at)
  select distinct on (signature) signature, slot, occurred_at from chain.program_events order by signature, occurred_at;

alter table chain.program_events rename to program_events_whole;
alter table chain.program_events_whole rename constraint program_events_pkey to program_events_whole_pkey;
drop index chain.program_events_order, chain.program_events_waiting;

create sequence chain.program_events_id;
create table chain.program_events (
  id bigint not null default nextval('chain.program_events_id'),
  signature text not null,
  path text not null,
  occurred_at timestamptz not null,
  kind text not null,
  -- The event's bytes as emitted (discriminator and fields), so that a better decoder can read history again.
  data bytea not null,
  projected boolean not null default false,
  -- The writing that projected it, while it may have to be undone.
  batch bigint,
  primary key (signature, path, occurred_at),
  foreign key (signature, occurred_at) references chain.transactions (signature, occurred_at) on delete cascade
) partition by range (occurred_at);
alter sequence chain.program_events_id owned by chain.program_events.id;
comment on column chain.program_events.path is 'place in the transaction: outer instruction, then its inner instruction';
create index program_events_order on chain.program_events (id);
create index program_events_waiting on chain.program_events (id) where not projected;
create index program_events_batch on chain.program_events (batch) where batch is not null;

do $$
declare
  month timestamptz;
begin
  for month in
    select distinct date_trunc('month', occurred_at at time zone 'UTC') at time zone 'UTC' from chain.program_events_whole
  loop
    execute format(
      'create table parts.%I partition of chain.program_events for values from (%L) to (%L)',
      'program_events_' || to_char(month at time zone 'UTC', 'YYYYMM'),
      month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC'
    );
  end loop;
end $$;
insert into chain.program_events (id, signature, path, occurred_at, kind, data, projected)
  select e.id, e.signature, e.path, t.occurred_at, e.kind, e.data, e.projected
  from chain.program_events_whole e join chain.transactions t using (signature);
select setval('chain.program_events_id', coalesce((select max(id) from chain.program_events), 0) + 1, false);
drop table chain.program_events_whole;

-- Rows as they were before a writing that is not final yet; null where there was none. A fork puts them back.
create table chain.undo (
  batch bigint not null,
  table_name text not null,
  key jsonb not null,
  before jsonb,
  primary key (table_name, key, batch)
);
create index undo_batch on chain.undo (batch);
create sequence chain.batches;
grant usage on all sequences in schema chain to service_role;

-- One look at the vaults against the ledger: what each side held, and every equation that did not hold.
create table public.solvency_checks (
  at timestamptz not null,
  slot bigint not null,
  solvent boolean not null,
  vaults jsonb not null,
  failed jsonb not null,
  checks integer not null check (checks > 0),
  primary key (at)
) partition by range (at);
comment on column public.solvency_checks.vaults is '[{mint, symbol, decimals, tokens, ledger, owned}], native units as text';
comment on column public.solvency_checks.failed is '[{name, left, right, difference}], native units as text; empty when solvent';
insert into app.partition_plans (parent, period, ahead, keep_days) values ('public.solvency_checks', 'month', 2, 400);
alter table public.solvency_checks enable row level security;
revoke all on public.solvency_checks from anon, authenticated;
grant select on public.solvency_checks to anon, authenticated;
create policy solvency_checks_read on public.solvency_checks for select to anon, authenticated using (true);
