-- E-mail as a channel, and digests: what goes out by Telegram or e-mail gathers until its time has come, and then becomes
-- one message.

create type public.message_channel as enum ('telegram', 'email');

-- What a user's e-mail goes to. Nothing is written to an address before a code has shown that its owner reads it, nor
-- after it was unsubscribed or its server has refused it.
create table app.email_addresses (
  user_id uuid primary key references public.users (id) on delete cascade,
  address text not null check (length(address) <= 254),
  -- Signs the links by which mail is unsubscribed from; a new address gets a new one.
  unsubscribe_key bytea not null check (octet_length(unsubscribe_key) = 32),
  disabled_reason text,
  confirmed_at timestamptz not null
);

-- The newest of a user is good. The rows of a day also say how often somebody, and an address, was written to.
create table app.email_codes (
  id uuid primary key default app.uuid_v7(),
  -- Kept without the user and the address, so that who is deleted and comes again cannot have more mail sent.
  user_id uuid references public.users (id) on delete set null,
  address_hash bytea not null check (octet_length(address_hash) = 32),
  code_hash bytea not null check (octet_length(code_hash) = 32),
  tries integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index email_codes_user on app.email_codes (user_id, id);
create index email_codes_address on app.email_codes (address_hash, created_at);

alter table public.notification_settings
  -- Channel → instant, hourly or daily; one that is absent is instant.
  add column digests jsonb not null default '{}' check (jsonb_typeof(digests) = 'object'),
  -- Of the day in that time zone, for what comes daily.
  add column digest_hour smallint not null default 8 check (digest_hour between 0 and 23);
-- One group for every way of telling that can end.
update public.notification_settings
set channels = channels - 'webhooks' || jsonb_build_object('delivery', channels -> 'webhooks')
where channels ? 'webhooks';

-- Told in the application already, not yet by this channel.
create table app.gathered (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  channel public.message_channel not null,
  -- Goes alone, at once.
  urgent boolean not null,
  title text not null,
  body text not null,
  at timestamptz not null,
  due_at timestamptz not null
);
create index gathered_due on app.gathered (due_at);
create index gathered_user on app.gathered (user_id, channel);

alter table app.telegram_messages rename to messages;
alter index app.telegram_messages_user rename to messages_user;
alter index app.telegram_messages_waiting rename to messages_waiting;
alter table app.messages
  add column channel public.message_channel not null default 'telegram',
  -- Title, body and time of each thing told, oldest first.
  add column items jsonb,
  add column time_zone text not null default 'UTC';
update app.messages set items = jsonb_build_array(jsonb_build_object(
  'title', text, 'body', '', 'at', floor(extract(epoch from created_at) * 1000)
));
alter table app.messages alter column items set not null, alter column channel drop default, drop column text;

-- Where a message goes; without a row it goes nowhere.
create view app.destinations with (security_invoker = true) as
  select user_id, 'telegram'::public.message_channel as channel, chat_id::text as destination from app.telegram_links
  union all
  select user_id, 'email', address from app.email_addresses where disabled_reason is null;
