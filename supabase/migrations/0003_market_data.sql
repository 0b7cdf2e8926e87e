-- Market data: what the oracle published and the candles made of it. Prices 1e6, base volume 1e9, quote volume 1e6.

create type public.price_source as enum ('replay', 'hermes', 'pyth-push', 'exchange');
create type public.price_quality as enum ('non-positive', 'volatile', 'uncertain', 'stale', 'valid');
create type public.candle_interval as enum ('1s', '5s', '1m', '5m', '15m', '1h', '4h', '1d');

-- Every price taken from the source. One partition a day in `parts`, made ahead and dropped by ingest.
create table public.price_ticks (
  market text not null,
  published_at timestamptz not null,
  received_at timestamptz not null,
  price numeric(38, 0) not null,
  confidence numeric(38, 0) not null,
  ema_price numeric(38, 0) not null,
  source public.price_source not null,
  quality public.price_quality not null,
  primary key (market, published_at)
) partition by range (published_at);

-- Prices come from the oracle, volumes from the trades of this exchange.
create table public.candles (
  market text not null,
  interval public.candle_interval not null,
  t timestamptz not null,
  open numeric(38, 0) not null,
  high numeric(38, 0) not null,
  low numeric(38, 0) not null,
  close numeric(38, 0) not null,
  volume_base numeric(38, 0) not null default 0,
  volume_quote numeric(38, 0) not null default 0,
  source public.price_source not null,
  primary key (market, interval, t),
  check (low <= open and low <= close and low <= high and open <= high and close <= high)
);

-- The newest price of each market and how its source is doing.
create table public.oracle_health (
  market text primary key,
  source public.price_source not null,
  price numeric(38, 0) not null,
  confidence numeric(38, 0) not null,
  ema_price numeric(38, 0) not null,
  quality public.price_quality not null,
  published_at timestamptz not null,
  received_at timestamptz not null,
  -- Prices refused since the source was started, by reason.
  refused jsonb not null default '{}'
);

-- Prices are public, as chain data is; only the server writes.
alter table public.price_ticks enable row level security;
alter table public.candles enable row level security;
alter table public.oracle_health enable row level security;
create policy price_ticks_read on public.price_ticks for select to anon, authenticated using (true);
create policy candles_read on public.candles for select to anon, authenticated using (true);
create policy oracle_health_read on public.oracle_health for select to anon, authenticated using (true);
revoke all on public.price_ticks, public.candles, public.oracle_health from anon, authenticated;
grant select on public.price_ticks, public.candles, public.oracle_health to anon, authenticated;
