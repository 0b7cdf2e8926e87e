-- Sums over a time of everybody's fills, without touching the table itself.
create index trades_time on public.trades (at) include (authority, quote, realised_pnl, funding_payment, fee);
