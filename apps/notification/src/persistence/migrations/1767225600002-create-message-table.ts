import { type MigrationInterface, type QueryRunner } from 'typeorm'

export class CreateMessageTable1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE message (
        id uuid PRIMARY KEY,
        booking_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('booking-confirmed', 'booking-rejected')),
        recipient_name text NOT NULL,
        recipient_email text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        status text NOT NULL DEFAULT 'stored' CHECK (status IN ('stored', 'sent')),
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        CONSTRAINT message_once UNIQUE (booking_id, kind),
        CONSTRAINT message_sent_has_time CHECK ((status = 'sent') = (sent_at IS NOT NULL))
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE message')
  }
}
