-- The whole program: orders that wait, makers, deleveraging and wind-down, pool exits, admin changes, who bore a loss.
-- Units as in 0002. New columns of rows that exist hold what was true of them then.

alter type public.time_in_force add value 'fok';
alter type public.time_in_force add value 'gtt';
alter type public.order_event_kind add value 'modified';
alter type public.order_event_kind add value 'triggered';
alter type public.order_event_kind add value 'trailed';
alter type public.order_event_kind add value 'resized';
alter type public.cancel_reason add value 'expired';
alter type public.cancel_reason add value 'group_filled';
alter type public.cancel_reason add value 'parent_gone';
alter type public.cancel_reason add value 'self_trade';
alter type public.cancel_reason add value 'not_whole';
alter type public.cancel_reason add value 'delegate_budget';
alter type public.cancel_reason add value 'below_initial_margin';
alter type public.cancel_reason add value 'market_settled';
alter type public.liquidation_type add value 'deleverage';
alter type public.transfer_kind add value 'transfer_in';
alter type public.transfer_kind add value 'transfer_out';
alter type public.transfer_kind add value 'insurance_refill';
alter type public.transfer_kind add value 'referral_reward';
alter type public.transfer_kind add value 'treasury_fees';
alter type public.pool_event_kind add value 'exit_requested';
alter type public.pool_event_kind add value 'exited';
alter type public.pool_event_kind add value 'shares_returned';

create type public.order_stage as enum ('active', 'awaiting_trigger', 'awaiting_parent');
create type public.trigger_direction as enum ('above', 'below');
create type public.trade_cause as enum ('order', 'liquidation', 'deleverage', 'settlement');
create type public.change_status as enum ('proposed', 'executed', 'canceled');
create type public.change_kind as enum ('exchange', 'fee_tiers', 'market', 'token_vault', 'insurance_floor');

alter table public.exchange
  add column risk_authority text not null default '',
  add column pause_authority text not null default '',
  add column treasury text not null default '',
  add column timelock_s integer not null default 0,
  add column pool_fee_share_bps integer not null default 0,
  add column treasury_fee_share_bps integer not null default 0,
  add column referee_discount_bps integer not null default 0,
  add column referrer_share_bps integer not null default 0,
  add column pool_exit_cooldown_s integer not null default 0,
  add column fee_tiers jsonb not null default '[]';
alter table public.exchange
  alter column risk_authority drop default,
  alter column pause_authority drop default,
  alter column treasury drop default,
  alter column timelock_s drop default,
  alter column pool_fee_share_bps drop default,
  alter column treasury_fee_share_bps drop default,
  alter column referee_discount_bps drop default,
  alter column referrer_share_bps drop default,
  alter column pool_exit_cooldown_s drop default,
  alter column fee_tiers drop default;
comment on column public.exchange.fee_tiers is 'ascending: {volume, takerShareBps, rebateShareBps}';

alter table public.markets
  add column margin_scale_from numeric(38, 0) not null default 0,
  add column margin_scale_to numeric(38, 0) not null default 0,
  add column insurance_cap numeric(38, 0) not null default 0,
  add column pool_loss_cap numeric(38, 0) not null default 0,
  add column settlement_price numeric(38, 0);
alter table public.markets
  alter column margin_scale_from drop default,
  alter column margin_scale_to drop default,
  alter column insurance_cap drop default,
  alter column pool_loss_cap drop default;

alter table public.sub_accounts
  add column delegate_budget numeric(38, 0),
  add column isolated_market text;
comment on column public.sub_accounts.delegate_budget is 'what the delegate may lose against the oracle in 24 hours';

alter table public.orders
  add column stage public.order_stage not null default 'active',
  add column trigger_price numeric(38, 0),
  add column trigger_direction public.trigger_direction,
  add column trailing_distance numeric(38, 0),
  add column trailing_extreme numeric(38, 0),
  add column peg_offset numeric(38, 0),
  add column expires_at timestamptz,
  add column group_id bigint,
  add column parent_id numeric(20, 0),
  add column takes boolean not null default false,
  add column one_cancels_other boolean not null default false,
  add column bracket boolean not null default false,
  add column by_delegate boolean not null default false,
  -- A bracket's child has no size until its parent fills.
  drop constraint orders_size_check,
  add check (size >= 0);
alter table public.orders
  alter column stage drop default,
  alter column takes drop default,
  alter column one_cancels_other drop default,
  alter column bracket drop default,
  alter column by_delegate drop default;
comment on column public.orders.takes is 'crossed when placed: takes at its one price first, and rests afterwards';

alter table public.trades
  add column cause public.trade_cause not null default 'order',
  add column interest numeric(38, 0) not null default 0;
update public.trades set cause = 'liquidation' where liquidation;
alter table public.trades
  drop column liquidation,
  alter column cause drop default,
  alter column interest drop default;
comment on column public.trades.interest is 'charged on a negative balance before the fill';
comment on column public.trades.fee is 'what the trader paid; negative = rebate';

-- A transfer between two sub-accounts of one owner is two rows of one event.
alter table public.deposits_withdrawals
  drop constraint deposits_withdrawals_pkey,
  add primary key (signature, path, sub_account);

alter table public.pool_events add column net_asset_value numeric(38, 0);

create table public.user_accounts (
  address text primary key,
  authority text not null unique,
  name text not null,
  referrer text,
  updated_at timestamptz not null
);
comment on column public.user_accounts.referrer is 'user account that referred this one';

create table public.insurance (
  address text primary key,
  balance numeric(38, 0) not null,
  floor numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  updated_at timestamptz not null
);

-- Losses that accounts or market pools could not pay, and who bore them.
create table public.covered_losses (
  signature text not null,
  path text not null,
  market text not null,
  sub_account text,
  authority text,
  loss numeric(38, 0) not null check (loss > 0),
  insurance numeric(38, 0) not null,
  pool numeric(38, 0) not null,
  socialised numeric(38, 0) not null,
  deficit numeric(38, 0) not null,
  at timestamptz not null,
  primary key (signature, path)
);
comment on column public.covered_losses.sub_account is 'null: the pool of a market that was wound down';
create index covered_losses_market_time on public.covered_losses (market, at desc);

create table public.collateral_liquidations (
  signature text not null,
  path text not null,
  sub_account text not null,
  authority text not null,
  liquidator text not null,
  mint text not null,
  tokens numeric(38, 0) not null,
  quote numeric(38, 0) not null,
  interest numeric(38, 0) not null,
  oracle_price numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  at timestamptz not null,
  primary key (signature, path)
);
create index collateral_liquidations_authority_time on public.collateral_liquidations (authority, at desc);

-- What admins announced and did.
create table public.changes (
  change_id numeric(20, 0) primary key,
  address text not null,
  payload_hash text not null,
  proposer text not null,
  proposed_at timestamptz not null,
  eta timestamptz not null,
  status public.change_status not null,
  kind public.change_kind,
  payload jsonb,
  closed_at timestamptz
);
comment on column public.changes.payload is 'known once executed; until then its SHA-256 is';

do $$
declare
  name text;
begin
  foreach name in array array[
    'user_accounts', 'insurance', 'covered_losses', 'collateral_liquidations', 'changes'
  ] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on public.%I from anon, authenticated', name);
    execute format('grant select on public.%I to anon, authenticated', name);
    execute format('create policy %I on public.%I for select to anon, authenticated using (true)', name || '_read', name);
  end loop;
end $$;
