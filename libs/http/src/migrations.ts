import type { QueryRunner } from './idempotency.ts'

/** The table of `IdempotencyStore`. A TypeORM migration by shape: this library does not know TypeORM. */
export class HttpIdempotency1767225600100 {
  readonly name = 'HttpIdempotency1767225600100'

  async up(runner: Pick<QueryRunner, 'query'>): Promise<void> {
    await runner.query(`
      CREATE TABLE http_idempotency (
        scope text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        status int,
        headers jsonb,
        data jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, key)
      )`)
    await runner.query(`CREATE INDEX http_idempotency_created_at ON http_idempotency (created_at)`)
  }

  async down(runner: Pick<QueryRunner, 'query'>): Promise<void> {
    await runner.query(`DROP TABLE http_idempotency`)
  }
}

/** Spread into the migrations of a service that uses `IdempotencyStore`. */
export const httpMigrations = [HttpIdempotency1767225600100]
