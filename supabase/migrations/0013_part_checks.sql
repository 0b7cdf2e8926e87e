-- How often each part of the deployment was found working, late or down, counted by the hour. An hour without a row was not
-- measured: nothing is known of it.
create table public.part_checks (
  part text not null,
  hour timestamptz not null,
  ok integer not null default 0 check (ok >= 0),
  late integer not null default 0 check (late >= 0),
  down integer not null default 0 check (down >= 0),
  primary key (part, hour)
);
alter table public.part_checks enable row level security;
revoke all on public.part_checks from anon, authenticated;
grant select on public.part_checks to anon, authenticated;
create policy part_checks_read on public.part_checks for select to anon, authenticated using (true);
