import { type MigrationInterface, type QueryRunner } from 'typeorm'

/** One row a booking, and one row for each thing that was asked of the provider about it. */
export class CreatePayments1764000000100 implements MigrationInterface {
  readonly name = 'CreatePayments1764000000100'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments (
        booking_id         uuid PRIMARY KEY,
        payment_id         uuid NOT NULL UNIQUE,
        state              text NOT NULL,
        version            integer NOT NULL,
        amount_minor       bigint CHECK (amount_minor >= 0),
        currency           text,
        payment_method     text,
        provider           text,
        provider_reference text,
        authorized_until   timestamptz,
        reason_code        text,
        reason_detail      text,
        had_authorization  boolean NOT NULL,
        capture_minor      bigint CHECK (capture_minor BETWEEN 0 AND amount_minor),
        refund_minor       bigint CHECK (refund_minor BETWEEN 0 AND capture_minor),
        refund_id          uuid,
        refund_reference   text,
        created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at         timestamptz NOT NULL DEFAULT clock_timestamp()
      )`)
    await runner.query('CREATE INDEX payments_newest ON payments (payment_id DESC)')
    await runner.query(`
      CREATE TABLE payment_attempts (
        payment_id       uuid NOT NULL REFERENCES payments (payment_id),
        operation        text NOT NULL,
        business_attempt integer NOT NULL,
        provider_key     text NOT NULL UNIQUE,
        request          jsonb NOT NULL,
        sends            integer NOT NULL,
        in_doubt         integer NOT NULL CHECK (in_doubt >= 0),
        outcome          text,
        created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_sent_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        settled_at       timestamptz,
        PRIMARY KEY (payment_id, operation, business_attempt)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payment_attempts')
    await runner.query('DROP TABLE payments')
  }
}
