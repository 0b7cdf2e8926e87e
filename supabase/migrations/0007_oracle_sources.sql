-- Several live sources beside the recording: which ones there are, how each is doing, and what was unusual about a price.

alter type public.price_source add value 'hermes-rest' after 'hermes';
create type public.source_state as enum ('closed', 'open', 'half-open');

alter table public.price_ticks add column flags text[] not null default '{}'
  check (flags <@ array['fallback', 'diverges', 'unchecked', 'clock']);
alter table public.oracle_health add column flags text[] not null default '{}'
  check (flags <@ array['fallback', 'diverges', 'unchecked', 'clock']);

-- One row for each source in use, written by ingest every second.
create table public.oracle_sources (
  source public.price_source primary key,
  -- 0 is the preferred one.
  rank smallint not null,
  -- Of its circuit breaker: open means left alone until it is tried again.
  state public.source_state not null,
  retry_at timestamptz,
  error text,
  -- Markets whose prices come from it now.
  active text[] not null,
  last_published_at timestamptz,
  refused jsonb not null,
  updated_at timestamptz not null
);

alter table public.oracle_sources enable row level security;
create policy oracle_sources_read on public.oracle_sources for select to anon, authenticated using (true);
revoke all on public.oracle_sources from anon, authenticated;
grant select on public.oracle_sources to anon, authenticated;
