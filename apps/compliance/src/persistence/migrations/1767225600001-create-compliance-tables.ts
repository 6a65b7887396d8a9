import { type MigrationInterface, type QueryRunner } from 'typeorm'

export class CreateComplianceTables1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kitchen (
        generation integer NOT NULL,
        kitchen_id uuid NOT NULL,
        version integer NOT NULL CHECK (version >= 1),
        time_zone text NOT NULL,
        capacity integer NOT NULL CHECK (capacity >= 1),
        licence jsonb NOT NULL,
        insurance jsonb,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (generation, kitchen_id)
      )`)
    await runner.query(`
      CREATE TABLE compliance_check (
        booking_id uuid PRIMARY KEY,
        kitchen_id uuid NOT NULL,
        kitchen_version integer,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        attendees integer NOT NULL CHECK (attendees >= 1),
        outcome text NOT NULL CHECK (outcome IN ('approved', 'rejected', 'review-requested')),
        rule_set text NOT NULL,
        decision jsonb NOT NULL,
        decided_at timestamptz NOT NULL DEFAULT now()
      )`)
    // What waits for a person, oldest first.
    await runner.query(`
      CREATE INDEX compliance_check_to_review ON compliance_check (decided_at)
      WHERE outcome = 'review-requested'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE compliance_check')
    await runner.query('DROP TABLE kitchen')
  }
}
