-- What a request to the pool is made of, so that everybody sees the queue and anybody can execute what is due, and what the
-- pool was worth over time. Events that were projected before have null here until the projection is rebuilt.
alter table public.pool_events
  add column sub_account text,
  add column ticket_id numeric(20, 0),
  add column executable_at timestamptz,
  add column total_shares numeric(38, 0),
  add column epoch numeric(20, 0);
comment on column public.pool_events.net_asset_value is 'of the whole pool after the event, at the prices of its transaction';
comment on column public.pool_events.total_shares is 'after the event, like net_asset_value';
-- A request and what became of it name the same ticket.
create index pool_events_ticket on public.pool_events (ticket, at) where ticket is not null;

-- The pool valued as the program values it, every five minutes. Counted from the accounts on chain with the prices they held
-- then, so it is not part of the projection that events make again.
create table public.pool_snapshots (
  at timestamptz not null,
  epoch numeric(20, 0) not null,
  shares numeric(38, 0) not null check (shares > 0),
  net_asset_value numeric(38, 0) not null,
  primary key (at)
) partition by range (at);
insert into app.partition_plans (parent, period, ahead, keep_days) values ('public.pool_snapshots', 'month', 2, 800);

alter table public.pool_snapshots enable row level security;
revoke all on public.pool_snapshots from anon, authenticated;
grant select on public.pool_snapshots to anon, authenticated;
create policy pool_snapshots_read on public.pool_snapshots for select to anon, authenticated using (true);
