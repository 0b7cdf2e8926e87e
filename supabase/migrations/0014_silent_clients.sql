-- A client whose host lost power says nothing: its session would keep its transaction, and the locks of a leader with it,
-- for as long as TCP believes in it, which is hours. Set here and not by the client, because poolers refuse the setting
-- at the start of a session.
do $$
begin
  execute format('alter database %I set idle_in_transaction_session_timeout = ''15s''', current_database());
  execute format('alter database %I set tcp_keepalives_idle = 10', current_database());
  execute format('alter database %I set tcp_keepalives_interval = 5', current_database());
  execute format('alter database %I set tcp_keepalives_count = 3', current_database());
exception when insufficient_privilege then
  raise warning 'idle_in_transaction_session_timeout could not be set on this database: set it to 15s by its settings';
end
$$;
