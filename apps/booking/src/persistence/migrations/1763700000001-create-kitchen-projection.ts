import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** What booking knows of kitchens: listing's events, the latest version of each. A generation for each rebuild. */
export class CreateKitchenProjection1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kitchen (
        generation        integer NOT NULL,
        id                uuid NOT NULL,
        name              text NOT NULL,
        time_zone         text NOT NULL,
        hourly_rate_minor bigint NOT NULL CHECK (hourly_rate_minor >= 0),
        currency          text NOT NULL,
        version           integer NOT NULL,
        updated_at        timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (generation, id)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE kitchen')
  }
}
