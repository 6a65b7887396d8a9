import { DAY_MS, dayOf } from '../inbox/inbox-days.ts'

/** Days that are made before their first message comes: so long may the keeper of the days be prevented. */
export const DAYS_AHEAD = 3

/**
 * One row per (consumer, event id), which stays until its day is dropped. Partitioned by the day inside the id, so that a
 * duplicate after midnight meets its twin; ids that are no UUIDv7 (raw letters) and days without a table of their own are
 * in the default partition. What is still to be done is in small partial indexes: a good message touches none of them.
 */
export const INBOX = `
create table inbox (
  consumer text not null,
  event_id uuid not null,
  event_type text not null,
  partition_key text not null,
  sequence text,
  state text not null check (state in ('received', 'handled', 'retrying', 'dead', 'parked', 'replaying', 'archived', 'skipped')),
  attempts integer not null,
  next_attempt_at timestamptz,
  claimed_by text,
  crashes integer,
  received_at timestamptz not null default clock_timestamp(),
  handled_at timestamptz,
  envelope text,
  fingerprint integer,
  error_code text,
  error_class text,
  error_message text,
  error_frame text,
  group_id text,
  attempt_log jsonb,
  decided_at timestamptz,
  decided_by text,
  decided_why text,
  primary key (consumer, event_id)
) partition by range (event_id);
create index inbox_due on inbox (next_attempt_at) where state in ('received', 'retrying');
create index inbox_set_aside on inbox (consumer, partition_key, sequence nulls first, event_id) where state in ('dead', 'parked', 'replaying', 'archived');
create table inbox_default partition of inbox default`

/** The days around `now`: yesterday's ids still come, and tomorrow's come from clocks that are ahead. */
export function inboxDays(now: number): string[] {
  return Array.from({ length: DAYS_AHEAD + 2 }, (_, i) => {
    const day = dayOf(now + (i - 1) * DAY_MS)
    return `create table ${day.table} partition of inbox for values from ('${day.from}') to ('${day.to}')`
  })
}
