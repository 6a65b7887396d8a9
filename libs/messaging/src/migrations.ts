import { type MigrationClass } from '@prep/persistence'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { INBOX, inboxDays } from './migrations/inbox-tables.ts'
import { CreateLetterDecisions1763700000010 } from './migrations/letter-decisions.ts'
import { SHARDS } from './outbox/shard-of.ts'

/** Outbox: rows leave as soon as the broker has them, so the table is small and always changing; vacuum early. */
class CreateMessagingTables1763700000000 implements MigrationInterface {
  readonly name = 'CreateMessagingTables1763700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX)
    await runner.query(INBOX)
    for (const day of inboxDays(Date.now())) await runner.query(day)
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

/** Tables of outbox and inbox; spread them into the service's own migrations. */
export const messagingMigrations: MigrationClass[] = [CreateMessagingTables1763700000000, CreateLetterDecisions1763700000010]
