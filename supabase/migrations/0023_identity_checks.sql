-- Checks of who a person is, as a provider does them. users.kyc_status is what came of the newest; nothing that a person
-- showed the provider is kept here.
create table app.identity_checks (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  provider text not null,
  -- The provider's own id of it.
  reference text not null,
  status public.kyc_status not null default 'pending',
  -- Why it was not passed, for the person to read.
  reason text,
  -- The risk desk has decided since it began: what the provider says later changes nothing.
  overruled boolean not null default false,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider, reference)
);
create index identity_checks_user on app.identity_checks (user_id, id desc);
create index identity_checks_pending on app.identity_checks (started_at) where status = 'pending';
