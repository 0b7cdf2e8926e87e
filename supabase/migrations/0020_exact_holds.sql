-- The buckets of 0017, told how much of what is held was spent. Under steady calls that was never said, so what counted as
-- held only grew, until a busy caller was counted one by one.
drop function app.take_tokens;

-- Takes `need` tokens, and where more than the part `scarce` of the bucket is left up to `extra` for later, at most the part
-- `share` of it. What a process holds unspent counts as held for `hold_ms`, so that a bucket never refills above its capacity
-- less what is out; `spent` is what it spent since it last told. `granted` is 0 when there are not enough.
create function app.take_tokens(
  bucket text, capacity double precision, per_second double precision, need integer, extra integer, spent integer,
  share double precision, scarce double precision, hold_ms integer,
  out granted integer, out remaining double precision
) language plpgsql set search_path = '' as $$
declare
  b app.rate_buckets;
  t timestamptz;
  spare double precision;
begin
  select * into b from app.rate_buckets where key = bucket for update;
  if not found then
    insert into app.rate_buckets (key, tokens, at) values (bucket, capacity, clock_timestamp()) on conflict do nothing;
    select * into b from app.rate_buckets where key = bucket for update;
  end if;
  t := clock_timestamp();
  b.held := case when b.held_until <= t then 0 else greatest(0, b.held - spent) end;
  remaining := least(capacity - b.held, b.tokens + greatest(0, extract(epoch from t - b.at)) * per_second);
  spare := remaining - need;
  granted := case
    when spare < 0 then 0
    when spare > capacity * scarce then need + least(extra, floor(spare * share))
    else need
  end;
  remaining := remaining - granted;
  update app.rate_buckets set
    tokens = remaining,
    held = b.held + greatest(granted - need, 0),
    held_until = case when granted > need then t + hold_ms * interval '1 millisecond' else b.held_until end,
    at = t
  where key = bucket;
end $$;
revoke execute on function app.take_tokens from public;
