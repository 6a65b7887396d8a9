import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** What operators did to blocked rows of the outbox. A dropped message is kept here whole: it left by no other way. */
export class CreateOutboxDecisions1763700000020 implements MigrationInterface {
  readonly name = 'CreateOutboxDecisions1763700000020'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox_decision (
        id bigint generated always as identity primary key,
        action text not null check (action in ('retry', 'drop')),
        event_id uuid not null,
        topic text not null,
        key text not null,
        payload text,
        last_error text,
        operator text not null,
        decided_at timestamptz not null default clock_timestamp()
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table outbox_decision')
  }
}
