-- Makes a plain PostgreSQL look enough like Supabase for our migrations: its three roles, and the auth functions that
-- read the claims of the request. The migration runner applies it only where auth.uid() does not exist.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['anon', 'authenticated', 'service_role'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin noinherit', role_name);
    end if;
  end loop;
  -- Only a superuser may give this; where we are none, the server connects as the owner of the tables anyway.
  if (select rolsuper from pg_roles where rolname = current_user) then
    alter role service_role bypassrls;
  end if;
exception
  -- Two databases of one server bootstrapped at the same moment: roles belong to the server, the other made them.
  when duplicate_object or unique_violation then null;
end
$$;

grant anon, authenticated, service_role to current_user;
grant usage on schema public to anon, authenticated, service_role;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;

create or replace function auth.jwt() returns jsonb
  language sql stable set search_path = ''
as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
$$;

create or replace function auth.uid() returns uuid
  language sql stable set search_path = ''
as $$
  select nullif(auth.jwt() ->> 'sub', '')::uuid
$$;

create or replace function auth.role() returns text
  language sql stable set search_path = ''
as $$
  select auth.jwt() ->> 'role'
$$;
