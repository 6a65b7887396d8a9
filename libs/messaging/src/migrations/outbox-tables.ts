/**
 * Rows leave as soon as the broker has them, so the table is small and always changing. Vacuum comes early (the relay calls
 * it too: autovacuum looks once a minute), and gives no pages back: they are needed again at once, cutting them off takes an
 * exclusive lock, and statements planned for a table of one page would read a later backlog from end to end. Updates are
 * rare (a refused row): pages are filled to the brim.
 */
export const OUTBOX = `
create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  component text not null,
  topic text not null,
  key text not null,
  shard smallint not null,
  payload text not null,
  size integer not null,
  state text not null default 'pending' check (state in ('pending', 'blocked')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default clock_timestamp()
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
  vacuum_truncate = false
);
create index outbox_before on outbox (key, (id + 0));
create index outbox_blocked on outbox (shard, topic, key) where state = 'blocked';
create table outbox_lease (
  shard smallint primary key,
  owner text,
  epoch bigint not null default 0,
  expires_at timestamptz not null default '-infinity'
) with (fillfactor = 50)`
