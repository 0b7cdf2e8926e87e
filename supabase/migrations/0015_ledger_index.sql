-- A ledger of one account is read by time from each of its tables.
create index covered_losses_authority_time on public.covered_losses (authority, at desc);
