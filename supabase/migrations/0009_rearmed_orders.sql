-- A stop that was set off and missed its moment waits for its trigger again.
alter type public.order_event_kind add value 'rearmed';
