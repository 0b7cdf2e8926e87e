-- Identity and operations. What a person may read of their own is in `public` under row security; secrets, even hashed
-- ones, are in `app`, which only the server reaches. Of a request's claims `sub` is users.id and `user_role` users.role.

create type public.user_role as enum ('user', 'support', 'risk', 'admin');
create type public.kyc_status as enum ('none', 'pending', 'verified', 'rejected');
create type public.risk_level as enum ('unrated', 'low', 'medium', 'high');
create type public.login_result as enum ('signed_in', 'refused', 'signed_out', 'revoked');
create type public.alert_kind as enum ('price_above', 'price_below', 'margin_below', 'fill', 'liquidation');
create type public.delivery_channel as enum ('in_app', 'telegram', 'webhook', 'email');
create type public.delivery_status as enum ('waiting', 'delivered', 'given_up');
create type app.factor_kind as enum ('totp', 'passkey');
create type app.key_scope as enum ('read', 'trade', 'admin');

-- Policies ask it once a statement, as `(select app.is_staff())`. The claim is the server's to give, never the user's.
create function app.is_staff() returns boolean
  language sql stable set search_path = ''
as $$
  select coalesce(auth.jwt() ->> 'user_role', '') in ('support', 'risk', 'admin')
$$;
grant execute on function app.is_staff() to anon, authenticated, service_role;

create table public.users (
  id uuid primary key default app.uuid_v7(),
  wallet text not null unique check (wallet ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$'),
  display_name text check (char_length(display_name) between 1 and 40),
  role public.user_role not null default 'user',
  kyc_status public.kyc_status not null default 'none',
  risk_level public.risk_level not null default 'unrated',
  referral_code text not null unique check (referral_code ~ '^[A-Z0-9]{4,16}$'),
  referred_by uuid references public.users (id) on delete set null check (referred_by <> id),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_referred_by on public.users (referred_by) where referred_by is not null;

create table app.sessions (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  user_agent text,
  ip inet,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- However often it is refreshed.
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user on app.sessions (user_id, last_seen_at desc);

-- A family is one sign-in; each refresh spends a token and makes the next. A spent one that comes again revokes them all.
create table app.refresh_tokens (
  hash bytea primary key check (octet_length(hash) = 32),
  session_id uuid not null references app.sessions (id) on delete cascade,
  family uuid not null,
  previous bytea unique references app.refresh_tokens (hash) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  spent_at timestamptz,
  revoked_at timestamptz
);
create index refresh_tokens_family on app.refresh_tokens (family);
create index refresh_tokens_session on app.refresh_tokens (session_id);

create table app.mfa_factors (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  kind app.factor_kind not null,
  label text not null,
  -- TOTP: the encrypted secret. Passkey: the public key and its credential id in `details`.
  secret bytea not null,
  details jsonb not null default '{}',
  -- TOTP: the last step accepted, which may not be used again. Passkey: the signature counter.
  last_step bigint,
  failures integer not null default 0 check (failures >= 0),
  locked_until timestamptz,
  confirmed_at timestamptz,
  created_at timestamptz not null default now()
);
create index mfa_factors_user on app.mfa_factors (user_id);

create table app.recovery_codes (
  user_id uuid not null references public.users (id) on delete cascade,
  hash bytea not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (user_id, hash)
);

create table app.api_keys (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  label text not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  scopes app.key_scope[] not null check (cardinality(scopes) > 0),
  -- Empty: from anywhere.
  ips cidr[] not null default '{}',
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_user on app.api_keys (user_id);

-- Kept 13 months. No foreign key: what happened stays true of a user who is gone.
create table public.login_events (
  id uuid not null default app.uuid_v7(),
  at timestamptz not null default now(),
  user_id uuid,
  wallet text not null,
  result public.login_result not null,
  reason text,
  ip inet,
  user_agent text,
  primary key (id, at)
) partition by range (at);
create index login_events_user on public.login_events (user_id, at desc);
insert into app.partition_plans (parent, period, ahead, keep_days) values ('public.login_events', 'month', 2, 400);

create table public.user_settings (
  user_id uuid primary key references public.users (id) on delete cascade,
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) < 32768),
  updated_at timestamptz not null default now()
);

create table public.notifications (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  kind text not null,
  title text not null,
  body text not null default '',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_user on public.notifications (user_id, created_at desc);

create table public.alert_rules (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  kind public.alert_kind not null,
  market text,
  -- Price 1e6, or margin ratio 1e4.
  threshold numeric(38, 0),
  channels public.delivery_channel[] not null default '{in_app}' check (cardinality(channels) > 0),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  last_fired_at timestamptz
);
create index alert_rules_user on public.alert_rules (user_id);
create index alert_rules_market on public.alert_rules (market) where enabled;

create table public.webhooks (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  url text not null check (url ~ '^https://'),
  kinds text[] not null check (cardinality(kinds) > 0),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  disabled_reason text
);
create index webhooks_user on public.webhooks (user_id);

-- Apart from the webhook, whose owner may read it: the key signs what we send.
create table app.webhook_secrets (
  webhook_id uuid primary key references public.webhooks (id) on delete cascade,
  secret bytea not null,
  previous_secret bytea,
  rotated_at timestamptz not null default now()
);

create table public.webhook_deliveries (
  id uuid primary key default app.uuid_v7(),
  webhook_id uuid not null references public.webhooks (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  payload jsonb not null,
  status public.delivery_status not null default 'waiting',
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz,
  response_status integer,
  created_at timestamptz not null default now()
);
create index webhook_deliveries_webhook on public.webhook_deliveries (webhook_id, created_at desc);
create index webhook_deliveries_waiting on public.webhook_deliveries (next_attempt_at) where status = 'waiting';

-- Switches that a page needs to know too.
create table public.feature_flags (
  name text primary key check (name ~ '^[a-z][a-z0-9_.]{0,62}$'),
  enabled boolean not null,
  description text not null,
  -- Of each user in a thousand, by a hash of the id.
  rollout_permille integer not null default 1000 check (rollout_permille between 0 and 1000),
  changed_by text not null,
  changed_at timestamptz not null default now()
);

-- Who did what: one chain of hashes per stream, so that an edit, a deletion or a reordering shows. Rows are only added;
-- the hashes are the database's work, so no writer can forget or invent one.
create table app.audit_log (
  stream text not null,
  -- These four are the trigger's, whatever a writer gives.
  number bigint not null default 0 check (number > 0),
  at timestamptz not null default now(),
  previous_hash bytea not null default '',
  hash bytea not null default '',
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null,
  primary key (stream, number)
);

-- Length before each part: no two different rows have the same bytes. Microseconds, so that the session's time zone and
-- date style have no say.
create function app.audit_hash(entry app.audit_log) returns bytea
  language sql immutable set search_path = ''
as $$
  select sha256(entry.previous_hash || string_agg(
    int4send(octet_length(convert_to(part, 'UTF8'))) || convert_to(part, 'UTF8'), ''::bytea order by place
  ))
  from unnest(array[
    entry.stream, entry.number::text, (extract(epoch from entry.at) * 1000000)::bigint::text, entry.actor, entry.action,
    entry.subject, entry.details::text
  ]) with ordinality as parts (part, place)
$$;

create function app.chain_audit_row() returns trigger
  language plpgsql set search_path = ''
as $$
declare
  last record;
begin
  -- One writer of a stream at a time, until its transaction ends.
  perform pg_advisory_xact_lock(hashtext('app.audit_log'), hashtext(new.stream));
  select number, hash into last from app.audit_log where stream = new.stream order by number desc limit 1;
  new.number := coalesce(last.number, 0) + 1;
  new.at := clock_timestamp();
  new.previous_hash := coalesce(last.hash, ''::bytea);
  new.hash := app.audit_hash(new);
  return new;
end
$$;
create trigger chain_audit_row before insert on app.audit_log for each row execute function app.chain_audit_row();

create function app.refuse_audit_change() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  raise exception 'app.audit_log is insert-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse_audit_change before update or delete or truncate on app.audit_log
  for each statement execute function app.refuse_audit_change();
revoke update, delete, truncate on app.audit_log from service_role;

-- The first row of a stream that does not follow from the one before it, or null. The newest number and hash belong
-- into a place of their own (a log, a post): against them a cut-off tail shows.
create function app.audit_break(of_stream text) returns bigint
  language sql stable set search_path = ''
as $$
  select min(number) from (
    select number,
      number is distinct from lag(number, 1, 0::bigint) over ordered + 1
      or previous_hash is distinct from lag(hash, 1, ''::bytea) over ordered
      or hash is distinct from app.audit_hash(entry) as broken
    from app.audit_log as entry
    where stream = of_stream
    window ordered as (order by number)
  ) as checked
  where broken
$$;
revoke execute on function app.audit_break(text), app.audit_hash(app.audit_log) from public;
grant execute on function app.audit_break(text), app.audit_hash(app.audit_log) to service_role;

-- Own rows, and for the staff everybody's; who changes what is said by grants of columns.
do $$
declare
  name text;
begin
  foreach name in array array[
    'users', 'login_events', 'user_settings', 'notifications', 'alert_rules', 'webhooks', 'webhook_deliveries', 'feature_flags'
  ] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on public.%I from anon, authenticated', name);
    execute format('grant select on public.%I to authenticated', name);
  end loop;
  foreach name in array array[
    'login_events', 'user_settings', 'notifications', 'alert_rules', 'webhooks', 'webhook_deliveries'
  ] loop
    execute format(
      'create policy %I on public.%I for select to authenticated using (user_id = (select auth.uid()) or (select app.is_staff()))',
      name || '_read', name
    );
  end loop;
end $$;

create policy users_read on public.users for select to authenticated
  using (id = (select auth.uid()) or (select app.is_staff()));
create policy users_rename on public.users for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
grant update (display_name) on public.users to authenticated;

create policy feature_flags_read on public.feature_flags for select to anon, authenticated using (true);
grant select on public.feature_flags to anon;

create policy user_settings_add on public.user_settings for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy user_settings_change on public.user_settings for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant insert (user_id, settings), update (settings) on public.user_settings to authenticated;

create policy notifications_change on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant update (read_at) on public.notifications to authenticated;

create policy alert_rules_add on public.alert_rules for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy alert_rules_change on public.alert_rules for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy alert_rules_remove on public.alert_rules for delete to authenticated
  using (user_id = (select auth.uid()));
grant insert (user_id, kind, market, threshold, channels, enabled), update (kind, market, threshold, channels, enabled), delete
  on public.alert_rules to authenticated;

-- The projection names wallets, not users: these views add whose row it is and scale the units. With the reader's rights
-- (security_invoker) a user sees only the own id beside chain data that all may read.
create view public.account_balances with (security_invoker = true) as
  select u.id as user_id, b.authority, b.sub_account, b.mint, v.symbol,
    trim_scale(b.amount / (10::numeric ^ v.decimals)) as amount, b.updated_at
  from public.user_balances b
  join public.token_vaults v using (mint)
  left join public.users u on u.wallet = b.authority;
create view public.account_positions with (security_invoker = true) as
  select u.id as user_id, p.authority, p.sub_account, p.market,
    trim_scale(p.base / 1e9) as base,
    trim_scale(p.quote_entry / 1e6) as quote_entry,
    trim_scale(p.quote_break_even / 1e6) as quote_break_even,
    trim_scale(p.realised_pnl / 1e6) as realised_pnl,
    trim_scale(p.funding_paid / 1e6) as funding_paid,
    trim_scale(p.fees_paid / 1e6) as fees_paid,
    p.opened_at, p.updated_at
  from public.positions p
  left join public.users u on u.wallet = p.authority;
create view public.account_orders with (security_invoker = true) as
  select u.id as user_id, o.authority, o.sub_account, o.order_id, o.market, o.side, o.type, o.time_in_force, o.status, o.stage,
    trim_scale(o.size / 1e9) as size,
    trim_scale(o.filled / 1e9) as filled,
    trim_scale(o.limit_price / 1e6) as limit_price,
    trim_scale(o.trigger_price / 1e6) as trigger_price,
    o.placed_at, o.updated_at, o.signature
  from public.orders o
  left join public.users u on u.wallet = o.authority;
create view public.account_trades with (security_invoker = true) as
  select u.id as user_id, t.authority, t.sub_account, t.market, t.order_id, t.side, t.taker, t.cause,
    trim_scale(t.price / 1e6) as price,
    trim_scale(t.size / 1e9) as size,
    trim_scale(t.quote / 1e6) as quote,
    trim_scale(t.fee / 1e6) as fee,
    trim_scale(t.realised_pnl / 1e6) as realised_pnl,
    trim_scale(t.funding_payment / 1e6) as funding_payment,
    t.at, t.signature, t.path
  from public.trades t
  left join public.users u on u.wallet = t.authority;
revoke all on public.account_balances, public.account_positions, public.account_orders, public.account_trades
  from anon, authenticated;
grant select on public.account_balances, public.account_positions, public.account_orders, public.account_trades
  to authenticated;

-- Supabase Realtime sends what this publication holds, through the row security of each subscriber. A plain PostgreSQL
-- has the publication too, without anybody reading it, and then writes no more than before (wal_level replica).
do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  alter publication supabase_realtime add table
    public.markets, public.positions, public.orders, public.trades, public.user_balances, public.liquidations,
    public.funding_rates, public.oracle_health, public.notifications;
exception
  -- Not ours to change: the operator adds the tables in the dashboard (docs/database.md).
  when insufficient_privilege then raise notice 'publication supabase_realtime was left as it is';
end $$;
