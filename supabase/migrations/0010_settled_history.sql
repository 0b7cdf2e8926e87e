-- What was recorded before finality was kept has no rows to be undone with, and is older than any fork.
update chain.transactions set finalized = true
where not finalized and not exists (
  select from chain.program_events
  where program_events.signature = transactions.signature and (batch is not null or not projected)
);
