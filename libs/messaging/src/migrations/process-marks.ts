import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** One row per process of the service, from its start until its graceful stop. Who finds one of a dead process is careful. */
export class CreateProcessMarks1763700000050 implements MigrationInterface {
  readonly name = 'CreateProcessMarks1763700000050'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table process_mark (
        owner text primary key,
        seen_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50)`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table process_mark')
  }
}
