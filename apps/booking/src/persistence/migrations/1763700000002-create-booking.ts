import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** The aggregate. Ids are UUIDv7, so that the primary key is also the order of creation that lists page by. */
export class CreateBooking1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE booking (
        id             uuid PRIMARY KEY,
        kitchen_id     uuid NOT NULL,
        kitchen_name   text NOT NULL,
        time_zone      text NOT NULL,
        starts_at      timestamptz NOT NULL,
        ends_at        timestamptz NOT NULL,
        attendees      integer NOT NULL CHECK (attendees >= 1),
        state          text NOT NULL CHECK (state IN (
          'requested', 'held', 'in-review', 'authorizing', 'authorized', 'confirmed', 'in-use', 'completed',
          'rejected', 'cancelled', 'no-show', 'refunded')),
        amount_minor   bigint NOT NULL CHECK (amount_minor >= 0),
        currency       text NOT NULL,
        payment_method text NOT NULL,
        customer_name  text NOT NULL,
        customer_email text NOT NULL,
        reason_code    text,
        reason_detail  text,
        version        integer NOT NULL,
        created_at     timestamptz NOT NULL,
        updated_at     timestamptz NOT NULL,
        CHECK (starts_at < ends_at)
      )`)
    await runner.query('CREATE INDEX booking_of_kitchen ON booking (kitchen_id, id)')
    await runner.query('CREATE INDEX booking_in_state ON booking (state, id)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE booking')
  }
}
