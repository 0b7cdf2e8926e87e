-- Token buckets of the API's limits. Nothing is lost with them but a minute of counting, so they are not logged.
create unlogged table app.rate_buckets (
  key text primary key,
  tokens double precision not null check (tokens >= 0),
  held double precision not null default 0 check (held >= 0),
  held_until timestamptz not null default '-infinity',
  at timestamptz not null
);
create index rate_buckets_at on app.rate_buckets (at);

-- Takes `need` tokens, and where more than the part `scarce` of the bucket is left some for later: the part `share` of it.
-- What a process holds unspent counts as held for `hold_ms`, so that a bucket never refills above its capacity less what
-- is out. `granted` is 0 when there are not enough.
create function app.take_tokens(
  bucket text, capacity double precision, per_second double precision, need integer,
  share double precision, scarce double precision, hold_ms integer,
  out granted integer, out remaining double precision
) language plpgsql set search_path = '' as $$
declare
  b app.rate_buckets;
  t timestamptz;
  spare double precision;
begin
  insert into app.rate_buckets (key, tokens, at) values (bucket, capacity, clock_timestamp()) on conflict do nothing;
  select * into b from app.rate_buckets where key = bucket for update;
  t := clock_timestamp();
  if b.held_until <= t then b.held := 0; end if;
  remaining := least(capacity - b.held, b.tokens + greatest(0, extract(epoch from t - b.at)) * per_second);
  spare := remaining - need;
  granted := case
    when spare < 0 then 0
    when spare > capacity * scarce then need + floor(spare * share)
    else need
  end;
  remaining := remaining - granted;
  update app.rate_buckets set
    tokens = remaining,
    held = b.held + greatest(granted - need, 0),
    held_until = case when granted > need then t + hold_ms * interval '1 millisecond' else b.held_until end,
    at = t
  where key = bucket;
end $$;
revoke execute on function app.take_tokens from public;

-- Answers to changes that named an Idempotency-Key, for a day. `key` is a hash, and the answer is sealed with the key
-- itself, which only its sender knows.
create table app.idempotency_keys (
  principal text not null,
  key bytea not null check (octet_length(key) = 32),
  request bytea not null check (octet_length(request) = 32),
  answer bytea,
  started_at timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotency_keys_started_at on app.idempotency_keys (started_at);
