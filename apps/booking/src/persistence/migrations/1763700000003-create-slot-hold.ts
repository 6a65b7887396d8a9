import { type MigrationInterface, type QueryRunner } from 'typeorm'

/**
 * The Calendar Conflict Engine: PostgreSQL itself refuses a second active hold of one kitchen that overlaps.
 * One row a booking; a row that is no longer active is its tombstone.
 */
export class CreateSlotHold1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Trusted: the owner of the database may install it. It lets a GiST index compare uuids for equality.
    await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist')
    await runner.query(`
      CREATE TABLE slot_hold (
        booking_id uuid PRIMARY KEY REFERENCES booking (id),
        kitchen_id uuid NOT NULL,
        starts_at  timestamptz NOT NULL,
        ends_at    timestamptz NOT NULL,
        state      text NOT NULL CHECK (state IN ('held', 'confirmed', 'released', 'expired', 'refused')),
        held_until timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CHECK (starts_at < ends_at),
        CHECK (state <> 'held' OR held_until IS NOT NULL),
        CONSTRAINT slot_hold_never_overlaps EXCLUDE USING gist (
          kitchen_id WITH =,
          tstzrange(starts_at, ends_at, '[)') WITH &&
        ) WHERE (state IN ('held', 'confirmed'))
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE slot_hold')
  }
}
