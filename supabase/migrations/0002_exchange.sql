-- The exchange's projection: what the program's events say, in native units (base 1e9, quote and price 1e6, funding
-- index 1e9), keyed by what the chain calls things. Every row of `public` here can be rebuilt from chain.program_events.

-- Raw events, exactly once: an event is one self-CPI of the program, at one place of one transaction.
create table chain.program_events (
  id bigint generated always as identity,
  signature text not null,
  path text not null,
  slot bigint not null,
  occurred_at timestamptz not null,
  kind text not null,
  -- The event's bytes as emitted (discriminator and fields), so that a better decoder can read history again.
  data bytea not null,
  projected boolean not null default false,
  primary key (signature, path)
);
comment on column chain.program_events.path is 'place in the transaction: outer instruction, then its inner instruction';
create unique index program_events_order on chain.program_events (id);
create index program_events_waiting on chain.program_events (id) where not projected;

-- How far each reader of the chain has come.
create table chain.cursors (
  name text primary key,
  signature text not null,
  slot bigint not null,
  updated_at timestamptz not null default now()
);

-- The newest sequence projected of each account that numbers its changes. Part of the projection: rebuild empties it.
create table chain.sequences (
  address text primary key,
  sequence numeric(20, 0) not null,
  -- The transaction that brought it there: a back-fill of the address reads what came after.
  signature text not null
);

-- Sequences that are missing although later ones were seen. Open while closed_at is null.
create table chain.gaps (
  address text not null,
  from_sequence numeric(20, 0) not null,
  to_sequence numeric(20, 0) not null,
  found_at timestamptz not null,
  attempts integer not null default 0,
  closed_at timestamptz,
  primary key (address, from_sequence),
  check (to_sequence >= from_sequence)
);
create index gaps_open on chain.gaps (found_at) where closed_at is null;

create type public.market_status as enum ('active', 'reduce_only', 'settling');
create type public.trade_side as enum ('buy', 'sell');
create type public.order_type as enum ('market', 'limit');
create type public.time_in_force as enum ('gtc', 'ioc');
create type public.order_status as enum ('open', 'filled', 'canceled', 'expired');
create type public.order_event_kind as enum ('placed', 'filled', 'canceled', 'expired');
create type public.cancel_reason as enum (
  'requested', 'lapsed', 'price_limit', 'nothing_to_reduce', 'insufficient_margin', 'pool_capacity', 'liquidation', 'risk_refused',
  'price_refused'
);
create type public.liquidation_type as enum ('partial', 'whole');
create type public.transfer_kind as enum ('deposit', 'withdrawal');
create type public.pool_event_kind as enum ('deposit_requested', 'shares_minted', 'request_returned', 'allocated');

create table public.exchange (
  address text primary key,
  admin text not null,
  quote_mint text not null,
  pause_bits integer not null,
  keeper_reward_flat numeric(38, 0) not null,
  keeper_reward_ppm integer not null,
  updated_at timestamptz not null
);

create table public.token_vaults (
  mint text primary key,
  index integer not null unique,
  address text not null,
  symbol text not null,
  decimals integer not null,
  ledger_total numeric(38, 0) not null,
  deposit_cap numeric(38, 0) not null,
  initial_weight_bps integer not null,
  maintenance_weight_bps integer not null,
  updated_at timestamptz not null
);

create table public.markets (
  market text primary key,
  index integer not null unique,
  address text not null unique,
  status public.market_status not null,
  feed_id text not null,
  step_size numeric(38, 0) not null,
  tick_size numeric(38, 0) not null,
  min_notional numeric(38, 0) not null,
  depth_k numeric(38, 0) not null,
  open_interest_cap numeric(38, 0) not null,
  spread_ppm integer not null,
  conf_multiplier_bps integer not null,
  taker_fee_ppm integer not null,
  maker_rebate_ppm integer not null,
  initial_margin_bps integer not null,
  maintenance_margin_bps integer not null,
  liquidation_fee_bps integer not null,
  insurance_fee_bps integer not null,
  liquidation_buffer_bps integer not null,
  max_conf_bps integer not null,
  default_slippage_bps integer not null,
  funding_clamp_divisor integer not null,
  fill_delay_s integer not null,
  unit_exponent integer not null,
  open_interest_long numeric(38, 0) not null,
  open_interest_short numeric(38, 0) not null,
  pool_allocation numeric(38, 0) not null,
  pool_base numeric(38, 0) not null,
  pool_quote numeric(38, 0) not null,
  funding_index_long numeric(38, 0) not null,
  funding_index_short numeric(38, 0) not null,
  funding_rate_daily numeric(38, 0) not null,
  funding_at timestamptz not null,
  oracle_price numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  updated_at timestamptz not null
);
comment on column public.markets.funding_rate_daily is 'what longs pay per base unit and day, price 1e6';

create table public.sub_accounts (
  address text primary key,
  authority text not null,
  id integer not null,
  delegate text,
  delegate_expires_at timestamptz,
  closed boolean not null default false,
  sequence numeric(20, 0) not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (authority, id)
);

create table public.user_balances (
  sub_account text not null,
  mint text not null,
  authority text not null,
  amount numeric(38, 0) not null,
  updated_at timestamptz not null,
  primary key (sub_account, mint)
);
create index user_balances_authority on public.user_balances (authority);

-- Open positions; a closed one lives on in its trades.
create table public.positions (
  sub_account text not null,
  market text not null,
  authority text not null,
  base numeric(38, 0) not null check (base <> 0),
  quote_entry numeric(38, 0) not null,
  quote_break_even numeric(38, 0) not null,
  last_funding_index numeric(38, 0) not null,
  realised_pnl numeric(38, 0) not null,
  funding_paid numeric(38, 0) not null,
  fees_paid numeric(38, 0) not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (sub_account, market)
);
create index positions_authority on public.positions (authority);
create index positions_market on public.positions (market);

create table public.orders (
  sub_account text not null,
  order_id numeric(20, 0) not null,
  authority text not null,
  market text not null,
  client_id numeric(20, 0),
  side public.trade_side not null,
  type public.order_type not null,
  time_in_force public.time_in_force not null,
  reduce_only boolean not null,
  post_only boolean not null,
  size numeric(38, 0) not null check (size > 0),
  filled numeric(38, 0) not null check (filled between 0 and size),
  quote_filled numeric(38, 0) not null,
  limit_price numeric(38, 0) not null,
  status public.order_status not null,
  reason public.cancel_reason,
  eligible_at timestamptz not null,
  placed_at timestamptz not null,
  updated_at timestamptz not null,
  signature text not null,
  primary key (sub_account, order_id)
);
create index orders_authority_time on public.orders (authority, placed_at desc, order_id desc);
create index orders_market_time on public.orders (market, placed_at desc);
create index orders_book on public.orders (market, side, limit_price) where status = 'open' and type = 'limit';
create index orders_open on public.orders (sub_account) where status = 'open';

create table public.order_events (
  signature text not null,
  path text not null,
  sub_account text not null,
  order_id numeric(20, 0) not null,
  authority text not null,
  market text not null,
  kind public.order_event_kind not null,
  reason public.cancel_reason,
  size numeric(38, 0) not null,
  price numeric(38, 0),
  at timestamptz not null,
  primary key (signature, path, sub_account, order_id, kind)
);
create index order_events_order on public.order_events (sub_account, order_id, at);
create index order_events_authority_time on public.order_events (authority, at desc);

-- One row per side of a fill that a sub-account took part in; the public tape is the takers' rows.
create table public.trades (
  signature text not null,
  path text not null,
  sub_account text not null,
  authority text not null,
  market text not null,
  order_id numeric(20, 0),
  side public.trade_side not null,
  taker boolean not null,
  liquidation boolean not null,
  price numeric(38, 0) not null,
  size numeric(38, 0) not null check (size > 0),
  quote numeric(38, 0) not null,
  fee numeric(38, 0) not null,
  realised_pnl numeric(38, 0) not null,
  funding_payment numeric(38, 0) not null,
  oracle_price numeric(38, 0) not null,
  published_at timestamptz not null,
  position_base_after numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  market_sequence numeric(20, 0) not null,
  slot bigint not null,
  at timestamptz not null,
  primary key (signature, path, sub_account)
);
comment on column public.trades.funding_payment is 'settled with this fill; negative = paid by the trader';
create index trades_market_sequence on public.trades (market, market_sequence desc) where taker;
create index trades_market_time on public.trades (market, at desc) where taker;
create index trades_authority_time on public.trades (authority, at desc, sequence desc);

create table public.funding_payments (
  signature text not null,
  path text not null,
  sub_account text not null,
  authority text not null,
  market text not null,
  amount numeric(38, 0) not null check (amount <> 0),
  position_base numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  at timestamptz not null,
  primary key (signature, path, sub_account, market)
);
comment on column public.funding_payments.amount is 'negative = paid by the trader';
create index funding_payments_authority_time on public.funding_payments (authority, at desc, sequence desc);
create index funding_payments_market_time on public.funding_payments (market, at desc);

create table public.funding_rates (
  market text not null,
  sequence numeric(20, 0) not null,
  at timestamptz not null,
  rate_daily numeric(38, 0) not null,
  index_long numeric(38, 0) not null,
  index_short numeric(38, 0) not null,
  oracle_price numeric(38, 0) not null,
  mark_price numeric(38, 0) not null,
  primary key (market, sequence)
);
create index funding_rates_market_time on public.funding_rates (market, at desc);

create table public.liquidations (
  signature text not null,
  path text not null,
  sub_account text not null,
  authority text not null,
  market text not null,
  liquidator text,
  type public.liquidation_type not null,
  side public.trade_side not null,
  price numeric(38, 0) not null,
  size numeric(38, 0) not null,
  quote numeric(38, 0) not null,
  liquidation_fee numeric(38, 0) not null,
  insurance_fee numeric(38, 0) not null,
  reward numeric(38, 0) not null,
  loss numeric(38, 0) not null,
  realised_pnl numeric(38, 0) not null,
  oracle_price numeric(38, 0) not null,
  position_base_after numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  market_sequence numeric(20, 0) not null,
  at timestamptz not null,
  primary key (signature, path)
);
comment on column public.liquidations.liquidator is 'sub-account that got the reward';
comment on column public.liquidations.loss is 'bankruptcy: what the account could not pay';
create index liquidations_authority_time on public.liquidations (authority, at desc, sequence desc);
create index liquidations_market_time on public.liquidations (market, at desc);

create table public.deposits_withdrawals (
  signature text not null,
  path text not null,
  kind public.transfer_kind not null,
  authority text not null,
  sub_account text not null,
  mint text not null,
  amount numeric(38, 0) not null check (amount > 0),
  sequence numeric(20, 0) not null,
  at timestamptz not null,
  primary key (signature, path)
);
create index deposits_withdrawals_authority_time on public.deposits_withdrawals (authority, at desc, sequence desc);

create table public.pools (
  address text primary key,
  idle numeric(38, 0) not null,
  shares numeric(38, 0) not null,
  epoch numeric(20, 0) not null,
  pending_deposits numeric(38, 0) not null,
  sequence numeric(20, 0) not null,
  updated_at timestamptz not null
);

create table public.pool_events (
  signature text not null,
  path text not null,
  kind public.pool_event_kind not null,
  authority text,
  ticket text,
  market text,
  amount numeric(38, 0) not null,
  shares numeric(38, 0),
  at timestamptz not null,
  primary key (signature, path)
);
create index pool_events_time on public.pool_events (at desc);
create index pool_events_authority_time on public.pool_events (authority, at desc);

-- Chain data is public: anyone may read the projection, only the server's own role writes it.
do $$
declare
  name text;
begin
  foreach name in array array[
    'exchange', 'token_vaults', 'markets', 'sub_accounts', 'user_balances', 'positions', 'orders', 'order_events', 'trades',
    'funding_payments', 'funding_rates', 'liquidations', 'deposits_withdrawals', 'pools', 'pool_events'
  ] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on public.%I from anon, authenticated', name);
    execute format('grant select on public.%I to anon, authenticated', name);
    execute format('create policy %I on public.%I for select to anon, authenticated using (true)', name || '_read', name);
  end loop;
end $$;
