-- Whoever lets the service sign is told of it, so that somebody who did not can stop it.
create function app.tell_of_signing_keys() returns trigger
  language plpgsql set search_path = ''
as $$
begin
  insert into app.happenings (user_id, kind, source, at, facts)
  values (new.user_id, 'security.signing_key_made', new.id::text, new.created_at, jsonb_build_object(
    'subAccountId', new.sub_account_id, 'maxOrderNotional', new.max_order_notional::text,
    'maxDayNotional', new.max_day_notional::text
  ));
  return null;
end
$$;
create trigger tell_of_signing_keys after insert on public.signing_keys
  for each row execute function app.tell_of_signing_keys();
