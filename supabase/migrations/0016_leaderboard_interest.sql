-- What a trader made of fills is after the interest charged with them, too: the index holds all of the sum again.
drop index public.trades_time;
create index trades_time on public.trades (at) include (authority, quote, realised_pnl, funding_payment, fee, interest);
