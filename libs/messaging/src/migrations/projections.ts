import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** For each projection the generation that is read, the one that is being built, and how far the building is. */
export class CreateProjections1763700000030 implements MigrationInterface {
  readonly name = 'CreateProjections1763700000030'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projection (
        name text primary key,
        live integer not null default 1,
        building integer,
        rebuild_id uuid,
        position text,
        items bigint not null default 0,
        operator text,
        started_at timestamptz,
        swapped_at timestamptz,
        check ((building is null) = (rebuild_id is null))
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table projection')
  }
}
