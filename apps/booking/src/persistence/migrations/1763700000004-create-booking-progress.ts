import { type MigrationInterface, type QueryRunner } from 'typeorm'

/**
 * What has passed about a booking, an event a row. `seq` is null until somebody reads: see ProgressLog.
 * The second index holds numbered rows only, so that a delivery pays for one index.
 */
export class CreateBookingProgress1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE booking_progress (
        booking_id  uuid NOT NULL,
        event_id    uuid NOT NULL,
        seq         integer CHECK (seq >= 1),
        type        text NOT NULL,
        source      text NOT NULL,
        saga_step   text,
        occurred_at timestamptz NOT NULL,
        data        jsonb NOT NULL,
        PRIMARY KEY (booking_id, event_id)
      )`)
    await runner.query(
      'CREATE UNIQUE INDEX booking_progress_in_order ON booking_progress (booking_id, seq) WHERE seq IS NOT NULL',
    )
    await runner.query(READ)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION booking_progress_after')
    await runner.query('DROP TABLE booking_progress')
  }
}

/** One round trip instead of six: a stream reads after every event. Each statement inside has its own snapshot (volatile). */
const READ = `
  CREATE FUNCTION booking_progress_after(of_booking uuid, seen integer) RETURNS SETOF booking_progress
  LANGUAGE plpgsql VOLATILE AS $$
  BEGIN
    IF EXISTS (SELECT 1 FROM booking_progress WHERE booking_id = of_booking AND seq IS NULL) THEN
      -- Taken before the update looks: it must see the numbers that the former holder committed.
      PERFORM pg_advisory_xact_lock(hashtextextended('booking_progress ' || of_booking, 1));
      UPDATE booking_progress p SET seq = n.seq FROM (
        SELECT event_id, row_number() OVER (ORDER BY occurred_at, event_id)
          + (SELECT coalesce(max(seq), 0) FROM booking_progress WHERE booking_id = of_booking) AS seq
        FROM booking_progress WHERE booking_id = of_booking AND seq IS NULL) n
      WHERE p.booking_id = of_booking AND p.event_id = n.event_id;
    END IF;
    RETURN QUERY SELECT * FROM booking_progress WHERE booking_id = of_booking AND seq > seen ORDER BY seq;
  END $$`
