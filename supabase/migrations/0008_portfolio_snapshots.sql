-- What each sub-account was worth at every full hour: the past of a portfolio. Counted from the accounts on chain with the
-- prices the program held then, so it is not part of the projection that events make again.
create table public.portfolio_snapshots (
  sub_account text not null,
  at timestamptz not null,
  authority text not null,
  equity numeric(38, 0) not null,
  unrealised_pnl numeric(38, 0) not null,
  notional numeric(38, 0) not null check (notional >= 0),
  primary key (sub_account, at)
) partition by range (at);
comment on column public.portfolio_snapshots.equity is 'cash, tokens and unrealised PnL, funding included, without margin weights; quote 1e6';
create index portfolio_snapshots_authority on public.portfolio_snapshots (authority, at desc);
insert into app.partition_plans (parent, period, ahead, keep_days) values ('public.portfolio_snapshots', 'month', 2, 800);

alter table public.portfolio_snapshots enable row level security;
revoke all on public.portfolio_snapshots from anon, authenticated;
grant select on public.portfolio_snapshots to anon, authenticated;
create policy portfolio_snapshots_read on public.portfolio_snapshots for select to anon, authenticated using (true);
