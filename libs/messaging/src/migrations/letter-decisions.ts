import { type MigrationInterface, type QueryRunner } from 'typeorm'

/**
 * What operators asked of dead letters, and what came of it. A replay that is asked for and has no outcome is work to do:
 * the row, not the process that took it, keeps it alive.
 */
export class CreateLetterDecisions1763700000010 implements MigrationInterface {
  readonly name = 'CreateLetterDecisions1763700000010'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table letter_decision (
        command_id uuid primary key,
        action text not null check (action in ('replay', 'skip')),
        consumer text not null,
        event_id uuid not null,
        operator text not null,
        reason text,
        correlation_id text not null,
        asked_at timestamptz not null default clock_timestamp(),
        claimed_by text,
        crashes integer not null default 0,
        claimed_until timestamptz not null default '-infinity',
        outcome text check (outcome in ('handled', 'dead', 'skipped', 'refused')),
        code text,
        ended_at timestamptz
      )`)
    await runner.query('create index letter_decision_open on letter_decision (claimed_until) where outcome is null')
    await runner.query('create index letter_decision_of_letter on letter_decision (consumer, event_id)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table letter_decision')
  }
}
