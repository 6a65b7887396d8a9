import { type MigrationClass } from '@prep/persistence'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { SHARDS } from './outbox/shard-of.ts'

/**
 * Outbox: rows leave as soon as the broker has them, so the table is small and always changing; vacuum early.
 * Inbox: one row per (consumer, event id), which stays; only what is still to be done is in the small partial index.
 */
class CreateMessagingTables1763700000000 implements MigrationInterface {
  readonly name = 'CreateMessagingTables1763700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX)
    await runner.query(INBOX)
    for (let shard = 0; shard < SHARDS; shard++) await runner.query('insert into outbox_lease (shard) values ($1)', [shard])
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table inbox; drop table outbox_lease; drop table outbox')
  }
}

const OUTBOX = `
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
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index outbox_pending on outbox (shard, id) where state = 'pending';
create index outbox_blocked on outbox (shard, topic, key) where state = 'blocked';
create table outbox_lease (
  shard smallint primary key,
  owner text,
  epoch bigint not null default 0,
  expires_at timestamptz not null default '-infinity'
) with (fillfactor = 50)`

const INBOX = `
create table inbox (
  consumer text not null,
  event_id uuid not null,
  event_type text not null,
  partition_key text not null,
  state text not null check (state in ('received', 'handled', 'retrying', 'dead')),
  attempts integer not null,
  next_attempt_at timestamptz,
  claimed_by text,
  received_at timestamptz not null default clock_timestamp(),
  handled_at timestamptz,
  envelope text,
  error_code text,
  error_class text,
  error_message text,
  error_frame text,
  attempt_log jsonb,
  primary key (consumer, event_id)
);
create index inbox_due on inbox (next_attempt_at) where state in ('received', 'retrying');
create index inbox_dead on inbox (consumer, error_code) where state = 'dead'`

/** Tables of outbox and inbox; spread them into the service's own migrations. */
export const messagingMigrations: MigrationClass[] = [CreateMessagingTables1763700000000]
