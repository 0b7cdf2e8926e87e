-- Schemas, ids, and what the processes of one installation share.
--   public  exposed; row level security on every table
--   app     private: leases, outbox, settings, events, bus
--   chain   private: raw program events, cursors, gaps
--   parts   private: partitions (a partition does not inherit row security, so only parents are in public)

create schema if not exists app;
create schema if not exists chain;
create schema if not exists parts;
revoke all on schema app, chain, parts from public;
grant usage on schema app, chain, parts to service_role;

-- Hosted Supabase grants every new public table to anon and authenticated. Here a table is closed until it grants.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke execute on functions from public;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant all on sequences to service_role;
alter default privileges in schema app, chain, parts grant all on tables to service_role;
alter default privileges in schema app, chain, parts grant all on sequences to service_role;

-- RFC 9562 version 7: 48 bits of Unix milliseconds, then random. PostgreSQL's own uuidv7() comes with 18 only.
create function app.uuid_v7() returns uuid
  language sql volatile parallel safe set search_path = ''
as $$
  select encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid
$$;
grant execute on function app.uuid_v7() to service_role;

-- Who leads. The row stays when a lease is released, because its fence may only grow.
create table app.leases (
  name text primary key,
  owner_id text not null,
  fence bigint not null default 1 check (fence > 0),
  acquired_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

-- Facts that must leave the database, written in the transaction that made them true.
create table app.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  message jsonb not null,
  created_at timestamptz not null default now()
);

-- One row per version; the highest version of a key holds. Never updated, so that who changed what stays readable.
create table app.settings (
  key text not null,
  version integer not null check (version > 0),
  value jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (key, version)
);

create type app.event_level as enum ('info', 'warning', 'error');

-- What an operator must see. Repeats of one kind from one source are one row with a count.
create table app.system_events (
  id uuid primary key default app.uuid_v7(),
  source text not null,
  kind text not null,
  level app.event_level not null,
  message text not null,
  details jsonb not null default '{}',
  count integer not null default 1 check (count > 0),
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  unique (source, kind)
);
create index system_events_last_at on app.system_events (last_at desc);

-- Bodies of bus messages too long for NOTIFY. They live a minute, so a crash may lose them: no write-ahead log.
create unlogged table app.bus_messages (
  id bigint generated always as identity primary key,
  body text not null,
  created_at timestamptz not null default now()
);
create index bus_messages_created_at on app.bus_messages (created_at);
