-- Acts of staff that can hurt take two people: one asks, another approves exactly what was asked, before it expires.

create type app.approval_state as enum ('asked', 'approved', 'refused');

create table app.approvals (
  id uuid primary key default app.uuid_v7(),
  -- What is done once it is approved, `factors.reset`.
  kind text not null,
  payload jsonb not null,
  -- SHA-256 of id, kind, asker, subject and payload. Who approves names it, so that what was read is what is done.
  payload_hash bytea not null check (octet_length(payload_hash) = 32),
  reason text not null check (char_length(reason) between 1 and 500),
  -- The user it is about, who takes it along.
  subject uuid references public.users (id) on delete cascade,
  -- No foreign keys: what staff did stays true of those who are gone.
  asked_by uuid not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null check (expires_at >= asked_at),
  state app.approval_state not null default 'asked',
  decided_by uuid check (decided_by <> asked_by),
  decided_at timestamptz,
  check ((state = 'asked') = (decided_by is null) and (state = 'asked') = (decided_at is null))
);
create index approvals_open on app.approvals (expires_at) where state = 'asked';
create index approvals_subject on app.approvals (subject) where subject is not null;

-- The way back for who lost every second factor: they fall when it is due, unless their owner stops it.
create table app.factor_resets (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  approval_id uuid not null unique references app.approvals (id) on delete cascade,
  approved_at timestamptz not null,
  due_at timestamptz not null check (due_at >= approved_at),
  canceled_at timestamptz,
  done_at timestamptz check (done_at >= due_at),
  check (canceled_at is null or done_at is null)
);
create unique index factor_resets_pending on app.factor_resets (user_id) where canceled_at is null and done_at is null;
create index factor_resets_due on app.factor_resets (due_at) where canceled_at is null and done_at is null;

create function app.tell_of_factor_resets() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  values (
    new.user_id,
    case when new.done_at is null then 'security.factor_reset_begun' else 'security.factors_removed' end,
    new.id::text, coalesce(new.done_at, new.approved_at),
    case when new.done_at is null
      then jsonb_build_object('dueAt', floor(extract(epoch from new.due_at) * 1000)::bigint)
      else '{}'::jsonb
    end
  );
  return null;
end
$$;
create trigger tell_of_new_factor_resets after insert on app.factor_resets
  for each row execute function app.tell_of_factor_resets();
create trigger tell_of_done_factor_resets after update of done_at on app.factor_resets
  for each row when (old.done_at is null and new.done_at is not null) execute function app.tell_of_factor_resets();
