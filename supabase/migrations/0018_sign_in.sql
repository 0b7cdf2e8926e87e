-- What sign-in, second factors, linked identities and API keys need beyond 0006. All of it is the server's alone.

create type app.challenge_purpose as enum ('sign_in', 'confirm', 'add_passkey', 'confirm_passkey', 'link_identity');
create type app.key_method as enum ('bearer', 'hmac', 'ed25519');
create type app.identity_provider as enum ('google', 'github', 'discord');

-- What we gave out to be signed or sent back: used once, by the browser that asked, before it expires.
create table app.challenges (
  hash bytea primary key check (octet_length(hash) = 32),
  purpose app.challenge_purpose not null,
  -- SHA-256 of what binds it: the browser's cookie, or the session.
  holder bytea not null check (octet_length(holder) = 32),
  user_id uuid references public.users (id) on delete cascade,
  details jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index challenges_expires_at on app.challenges (expires_at);

-- Failed tries by what was tried: an address of the network, or a user's codes.
create table app.attempts (
  subject text primary key,
  failures integer not null check (failures > 0),
  since timestamptz not null,
  locked_until timestamptz
);

alter table app.sessions
  -- When a second factor was last shown or, by a user without one, the wallet last signed.
  add column stepped_up_at timestamptz,
  add column stepped_up_by text check (stepped_up_by in ('wallet', 'totp', 'passkey', 'recovery_code')),
  add column revoked_because text;
create index sessions_revoked_at on app.sessions (revoked_at) where revoked_at is not null;

-- Tries are counted by user, over all factors (app.attempts).
alter table app.mfa_factors drop column failures, drop column locked_until;
create unique index mfa_factors_one_totp on app.mfa_factors (user_id) where kind = 'totp' and confirmed_at is not null;
create unique index mfa_factors_credential on app.mfa_factors ((details ->> 'credentialId')) where kind = 'passkey';

create table app.linked_identities (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  provider app.identity_provider not null,
  -- The provider's own id of the person, which never changes; a name or mail address may.
  subject text not null,
  label text not null,
  linked_at timestamptz not null default now(),
  unique (provider, subject),
  unique (user_id, provider)
);

alter table app.api_keys
  alter column hash drop not null,
  add column method app.key_method not null default 'bearer',
  -- hmac: the secret, sealed. ed25519: the owner's public key.
  add column sealed_secret bytea,
  add column public_key bytea check (octet_length(public_key) = 32),
  -- Requests a minute; null: what everybody has.
  add column trading_limit integer check (trading_limit > 0),
  add column data_limit integer check (data_limit > 0),
  add column last_used_ip inet,
  add constraint api_keys_one_secret check (
    case method
      when 'bearer' then hash is not null and sealed_secret is null and public_key is null
      when 'hmac' then hash is null and sealed_secret is not null and public_key is null
      else hash is null and sealed_secret is null and public_key is not null
    end
  );

-- Of signed requests, until their time has passed: none comes twice.
create table app.api_key_nonces (
  key_id uuid not null references app.api_keys (id) on delete cascade,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);
create index api_key_nonces_expires_at on app.api_key_nonces (expires_at);
