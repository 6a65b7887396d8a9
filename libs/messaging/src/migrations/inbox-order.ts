import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** One row per key of an ordered consumer: whether its next message may run, or must wait for an earlier one. */
export class CreateInboxOrder1763700000040 implements MigrationInterface {
  readonly name = 'CreateInboxOrder1763700000040'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table inbox_order (
        consumer text not null,
        partition_key text not null,
        state text not null default 'open' check (state in ('open', 'blocked', 'draining')),
        blocked_by uuid,
        parked integer not null default 0,
        used_at timestamptz not null default clock_timestamp(),
        primary key (consumer, partition_key)
      ) with (fillfactor = 80)`)
    await runner.query(`create index inbox_order_waiting on inbox_order (consumer) where state <> 'open'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table inbox_order')
  }
}
