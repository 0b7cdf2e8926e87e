-- Telling people: what happened to an account becomes a notification, a webhook and a Telegram message, each exactly as
-- often as it happened. The first step is written by the transaction that makes the fact true.

-- What happened to a user and has not been told yet.
create table app.happenings (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  kind text not null,
  -- Names the fact: the same source of the same user is told once, however often it is projected.
  source text not null,
  -- Money in native units, as text.
  facts jsonb not null,
  at timestamptz not null
);

alter table public.notifications
  add column source text not null default app.uuid_v7()::text,
  add constraint notifications_source unique (user_id, source);
create index notifications_unread on public.notifications (user_id) where read_at is null;

create table public.notification_settings (
  user_id uuid primary key references public.users (id) on delete cascade,
  -- Group of kinds → channels; a group that is absent has its defaults.
  channels jsonb not null default '{}' check (jsonb_typeof(channels) = 'object'),
  -- Minutes of the day between which Telegram stays quiet, in that time zone; both or neither.
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_to smallint check (quiet_to between 0 and 1439),
  time_zone text not null default 'UTC',
  updated_at timestamptz not null default now(),
  check ((quiet_from is null) = (quiet_to is null))
);
alter table public.notification_settings enable row level security;
revoke all on public.notification_settings from anon, authenticated;
grant select on public.notification_settings to authenticated;
create policy notification_settings_read on public.notification_settings for select to authenticated
  using (user_id = (select auth.uid()) or (select app.is_staff()));

-- A rule that speaks goes quiet until its value has come back (armed); one that does not repeat is done with.
alter table public.alert_rules
  add column repeats boolean not null default false,
  add column armed boolean not null default true;

alter table public.webhooks drop constraint webhooks_url_check, add constraint webhooks_url_check check (url ~ '^https?://');
alter table app.webhook_secrets rename column secret to sealed;
alter table app.webhook_secrets rename column previous_secret to sealed_previous;
alter table public.webhook_deliveries
  add column kind text not null,
  add column error text,
  add column delivered_at timestamptz;
drop index public.webhook_deliveries_waiting;
create index webhook_deliveries_waiting on public.webhook_deliveries (next_attempt_at, webhook_id) where status = 'waiting';
create index webhook_deliveries_created on public.webhook_deliveries (created_at);

create table app.telegram_links (
  user_id uuid primary key references public.users (id) on delete cascade,
  chat_id bigint not null unique,
  name text not null,
  linked_at timestamptz not null default now()
);
create table app.telegram_codes (
  hash bytea primary key check (octet_length(hash) = 32),
  user_id uuid not null references public.users (id) on delete cascade,
  expires_at timestamptz not null
);
create index telegram_codes_user on app.telegram_codes (user_id);
create table app.telegram_messages (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  text text not null,
  status public.delivery_status not null default 'waiting',
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default now(),
  error text,
  created_at timestamptz not null default now()
);
create index telegram_messages_user on app.telegram_messages (user_id);
create index telegram_messages_waiting on app.telegram_messages (next_attempt_at) where status = 'waiting';

-- The projection is written by one statement for many rows, so one trigger sees them all. What is projected anew (a
-- rebuild, a gap filled late) is history by then and nobody's news.
create function app.tell_of_trades() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  select u.id, case t.cause when 'order' then 'order.filled' else 'position.reduced' end,
    concat_ws(':', t.signature, t.path, t.sub_account), t.at, jsonb_build_object(
      'market', t.market, 'side', t.side, 'price', t.price::text, 'size', t.size::text, 'fee', t.fee::text,
      'realisedPnl', t.realised_pnl::text, 'orderId', t.order_id::text, 'cause', t.cause, 'subAccount', t.sub_account,
      'signature', t.signature
    )
  from inserted t join public.users u on u.wallet = t.authority
  -- A liquidation has a row, and a message, of its own.
  where t.cause <> 'liquidation' and t.at > clock_timestamp() - interval '1 hour';
  return null;
end
$$;
create trigger tell_of_trades after insert on public.trades
  referencing new table as inserted for each statement execute function app.tell_of_trades();

-- Of orders, what their owner did not do: the exchange or the time took them off.
create function app.tell_of_orders() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  select u.id, 'order.canceled', concat_ws(':', e.signature, e.path, e.sub_account, e.order_id), e.at, jsonb_build_object(
    'market', e.market, 'orderId', e.order_id::text, 'reason', coalesce(e.reason::text, e.kind::text),
    'size', e.size::text, 'subAccount', e.sub_account, 'signature', e.signature
  )
  from inserted e join public.users u on u.wallet = e.authority
  where e.kind in ('canceled', 'expired')
    and coalesce(e.reason::text, 'expired') not in ('requested', 'group_filled', 'parent_gone', 'liquidation')
    and e.at > clock_timestamp() - interval '1 hour';
  return null;
end
$$;
create trigger tell_of_orders after insert on public.order_events
  referencing new table as inserted for each statement execute function app.tell_of_orders();

create function app.tell_of_liquidations() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  select u.id, 'position.liquidated', concat_ws(':', l.signature, l.path), l.at, jsonb_build_object(
    'market', l.market, 'side', l.side, 'price', l.price::text, 'size', l.size::text,
    'realisedPnl', l.realised_pnl::text, 'subAccount', l.sub_account, 'signature', l.signature
  )
  from inserted l join public.users u on u.wallet = l.authority
  where l.at > clock_timestamp() - interval '1 hour';
  return null;
end
$$;
create trigger tell_of_liquidations after insert on public.liquidations
  referencing new table as inserted for each statement execute function app.tell_of_liquidations();

create function app.tell_of_transfers() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  select u.id, 'transfer.' || d.kind, concat_ws(':', d.signature, d.path), d.at, jsonb_build_object(
    'mint', d.mint, 'symbol', v.symbol, 'amount', trim_scale(d.amount / (10::numeric ^ v.decimals))::text,
    'subAccount', d.sub_account, 'signature', d.signature
  )
  from inserted d
  join public.users u on u.wallet = d.authority
  join public.token_vaults v on v.mint = d.mint
  where d.kind in ('deposit', 'withdrawal') and d.at > clock_timestamp() - interval '1 hour';
  return null;
end
$$;
create trigger tell_of_transfers after insert on public.deposits_withdrawals
  referencing new table as inserted for each statement execute function app.tell_of_transfers();

create function app.tell_of_keys() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  values (new.user_id, 'security.api_key_created', new.id::text, new.created_at, jsonb_build_object(
    'label', new.label, 'scopes', to_jsonb(new.scopes)
  ));
  return null;
end
$$;
create trigger tell_of_keys after insert on app.api_keys for each row execute function app.tell_of_keys();

-- A wallet that signs in from where it has not been in the last 90 days.
create function app.tell_of_sign_ins() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  select new.user_id, 'security.signed_in', new.id::text, new.at, jsonb_build_object(
    'ip', host(new.ip), 'userAgent', new.user_agent
  )
  where exists (
      select from public.login_events e
      where e.user_id = new.user_id and e.result = 'signed_in' and e.id <> new.id and e.at > new.at - interval '90 days'
    )
    and not exists (
      select from public.login_events e
      where e.user_id = new.user_id and e.result = 'signed_in' and e.id <> new.id and e.at > new.at - interval '90 days'
        and e.ip is not distinct from new.ip and e.user_agent is not distinct from new.user_agent
    );
  return null;
end
$$;
create trigger tell_of_sign_ins after insert on public.login_events
  for each row when (new.result = 'signed_in' and new.user_id is not null) execute function app.tell_of_sign_ins();
