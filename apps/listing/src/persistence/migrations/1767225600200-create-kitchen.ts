import { type MigrationInterface, type QueryRunner } from 'typeorm'

export class CreateKitchen1767225600200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kitchen (
        id uuid PRIMARY KEY,
        version int NOT NULL CHECK (version >= 1),
        name text NOT NULL,
        time_zone text NOT NULL,
        hourly_rate_minor bigint NOT NULL CHECK (hourly_rate_minor >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        capacity int NOT NULL CHECK (capacity >= 1),
        licence jsonb NOT NULL,
        insurance jsonb,
        registered_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE kitchen`)
  }
}
