-- Orders signed by the service: a key for each sub-account whose owner wanted it, made and opened by the signer alone, the
-- limits it keeps to, and an intent for everything it is asked to sign. What a key may do is decided here, under the lock
-- of its row, so that however many processes ask, no limit is passed.

create type public.intent_action as enum ('place', 'modify', 'close', 'cancel', 'cancel_all');
-- requested: written, nothing decided · accepted: within the limits · sending: the signed bytes are stored and may have
-- left · confirmed, failed, refused, expired: the end · unknown: nobody answers; the same bytes are tried again.
create type public.intent_state as enum (
  'requested', 'accepted', 'sending', 'confirmed', 'failed', 'refused', 'expired', 'unknown'
);

create table public.signing_keys (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  sub_account_id integer not null check (sub_account_id between 0 and 65535),
  -- Null until the signer has made it.
  public_key text unique check (public_key ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$'),
  -- Of orders that add risk. Null: every market. Quote 1e6.
  markets text[] check (cardinality(markets) > 0),
  max_order_notional numeric(38, 0) not null check (max_order_notional > 0),
  max_day_notional numeric(38, 0) not null check (max_day_notional > 0),
  -- How much worse than the oracle a limit may be, ratio 1e4.
  max_distance_bps integer not null check (max_distance_bps between 1 and 10000),
  max_orders_per_minute integer not null check (max_orders_per_minute between 1 and 600),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  revoked_at timestamptz,
  -- The SOL it held went back to the wallet and the secret was destroyed.
  destroyed_at timestamptz check (destroyed_at is null or revoked_at is not null)
);
create unique index signing_keys_one on public.signing_keys (user_id, sub_account_id) where revoked_at is null;
create index signing_keys_user on public.signing_keys (user_id, created_at desc);
create index signing_keys_to_make on public.signing_keys (created_at) where public_key is null and revoked_at is null;
create index signing_keys_to_destroy on public.signing_keys (revoked_at)
  where revoked_at is not null and destroyed_at is null;

-- Sealed under the signer's own master key: neither who reads this table nor the web process can open it.
create table app.signing_secrets (
  key_id uuid primary key references public.signing_keys (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  sealed bytea not null
);
create index signing_secrets_user on app.signing_secrets (user_id);

create table public.intents (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  key_id uuid not null references public.signing_keys (id) on delete cascade,
  -- SHA-256 of the key the client gave, and of what it asked under it: the same again is this intent, another a mistake.
  idempotency_key bytea check (octet_length(idempotency_key) = 32),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  action public.intent_action not null,
  input jsonb not null,
  state public.intent_state not null default 'requested',
  created_at timestamptz not null default now(),
  -- Nothing is signed later: an order of then is not what was wanted by now.
  good_until timestamptz not null,
  -- Of an order that adds risk: what counts against the limits of a minute and a day (quote 1e6).
  adds_risk boolean not null default false,
  market text,
  notional numeric(38, 0) not null default 0 check (notional >= 0),
  accepted_at timestamptz,
  transaction bytea,
  signature text unique,
  last_valid_block_height bigint,
  signed_at timestamptz,
  slot bigint,
  -- code, message, action
  error jsonb,
  ended_at timestamptz,
  unique (user_id, idempotency_key),
  check (num_nulls(transaction, signature, last_valid_block_height, signed_at) in (0, 4)),
  check (state not in ('sending', 'unknown', 'confirmed', 'failed') or transaction is not null),
  check (state <> 'refused' or transaction is null),
  check (state = 'requested' or state in ('refused', 'expired') or accepted_at is not null),
  check ((ended_at is not null) = (state in ('confirmed', 'failed', 'refused', 'expired')))
);
create index intents_user on public.intents (user_id, id desc);
create index intents_open on public.intents (id) where state in ('requested', 'accepted', 'sending', 'unknown');
create index intents_counted on public.intents (key_id, accepted_at) where adds_risk;

-- What was signed stays what it is, and an end is one: an order is never signed twice for one intent.
create function app.keep_intent() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  if old.transaction is not null and new.transaction is distinct from old.transaction then
    raise exception 'intent % was signed: its bytes never change', old.id using errcode = 'restrict_violation';
  end if;
  if old.ended_at is not null and new.state <> old.state then
    raise exception 'intent % has ended as %', old.id, old.state using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger keep_intent before update on public.intents for each row execute function app.keep_intent();

-- Decides on an intent under the lock of its key, and counts it against the limits in the same step. `risk` is null for what
-- only takes risk away, which is bound by nothing but the key itself: market, notional (of the whole order), added
-- (what it adds to the day), distance from the oracle.
-- @returns null when it is accepted, else why not.
create function app.accept_intent(of_intent uuid, risk jsonb) returns text
  language plpgsql set search_path = ''
as $$
declare
  held public.signing_keys;
  at timestamptz;
begin
  select k.* into held from public.signing_keys k
  where k.id = (select i.key_id from public.intents i where i.id = of_intent) for update;
  at := clock_timestamp();
  if held.revoked_at is not null then return 'revoked'; end if;
  if risk is not null then
    if not coalesce((select f.enabled from public.feature_flags f where f.name = 'signer.orders'), true) then
      return 'paused';
    end if;
    if held.expires_at <= at then return 'expired'; end if;
    if not coalesce(risk ->> 'market' = any (held.markets), true) then return 'market'; end if;
    if (risk ->> 'notional')::numeric > held.max_order_notional then return 'order_notional'; end if;
    if (risk ->> 'distance')::numeric > held.max_distance_bps then return 'distance'; end if;
    if held.max_orders_per_minute <= (
      select count(*) from public.intents i
      where i.key_id = held.id and i.adds_risk and i.accepted_at > at - interval '1 minute'
    ) then return 'orders_per_minute'; end if;
    if held.max_day_notional < (risk ->> 'added')::numeric + (
      select coalesce(sum(i.notional), 0) from public.intents i
      where i.key_id = held.id and i.adds_risk and i.accepted_at > at - interval '24 hours'
        -- What is known not to have reached the exchange does not count.
        and i.state not in ('failed', 'refused', 'expired')
    ) then return 'day_notional'; end if;
  end if;
  update public.intents i
  set state = 'accepted', accepted_at = at, adds_risk = risk is not null, market = risk ->> 'market',
    notional = coalesce((risk ->> 'added')::numeric, 0)
  where i.id = of_intent and i.state = 'requested' and i.good_until > at;
  return case when found then null else 'late' end;
end
$$;
revoke execute on function app.accept_intent(uuid, jsonb) from public;

insert into public.feature_flags (name, enabled, description, changed_by)
values ('signer.orders', true, 'The service signs orders that add risk; off, it signs cancels and closes alone', 'migration');

do $$
declare
  name text;
begin
  foreach name in array array['signing_keys', 'intents'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on public.%I from anon, authenticated', name);
    execute format('grant select on public.%I to authenticated', name);
    execute format(
      'create policy %I on public.%I for select to authenticated using (user_id = (select auth.uid()) or (select app.is_staff()))',
      name || '_read', name
    );
  end loop;
end $$;
