import { Inject, Injectable } from '@nestjs/common'
import { Database, type Tx } from '@prep/persistence'
import { type Tries } from '../domain/decide-authorize.ts'
import { keyStem, NO_TRIES, type Operation, type ProviderAttempt } from '../domain/provider-attempt.ts'

interface AttemptRow {
  business_attempt: number
  provider_key: string
  request: unknown
  sends: number
  in_doubt: number
  age_ms: number
}

/* Number 1 at first; one more after an attempt that failed for good. */
const BEGIN = `
INSERT INTO payment_attempts AS a (payment_id, operation, business_attempt, provider_key, request, sends, in_doubt)
SELECT $1, $2, n, $3::text || n, $4, 1, 1 FROM (SELECT coalesce((
  SELECT CASE outcome WHEN 'failed' THEN business_attempt + 1 ELSE business_attempt END
  FROM payment_attempts WHERE payment_id = $1 AND operation = $2 ORDER BY business_attempt DESC LIMIT 1), 1) AS n) AS current
ON CONFLICT (payment_id, operation, business_attempt)
DO UPDATE SET sends = a.sends + 1, in_doubt = a.in_doubt + 1, last_sent_at = clock_timestamp()
RETURNING business_attempt, provider_key, request, sends, in_doubt,
  (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS age_ms`

/** What was asked of the provider. All but `neverSent` runs under the lock of the payment. */
@Injectable()
export class AttemptStore {
  readonly #database: Database

  constructor(@Inject(Database) database: Database) {
    this.#database = database
  }

  /**
   * Notes that a try is about to be made: until the outcome is known it counts as one that may have been carried out.
   * The first try of a business attempt fixes the request; later ones repeat it.
   */
  async begin<R>(tx: Tx, paymentId: string, operation: Operation, request: R): Promise<ProviderAttempt<R>> {
    const rows = await tx.query<AttemptRow>(BEGIN, [paymentId, operation, keyStem(paymentId, operation), JSON.stringify(request)])
    const row = rows[0] as AttemptRow
    return {
      paymentId, operation, businessAttempt: row.business_attempt, key: row.provider_key, request: row.request as R, sends: row.sends,
      inDoubt: row.in_doubt, ageMs: row.age_ms,
    }
  }

  /** The tries of the business attempt under way. */
  async tries(tx: Tx, paymentId: string, operation: Operation): Promise<Tries> {
    const rows = await tx.query<{ sends: number; in_doubt: number }>(
      `SELECT sends, in_doubt FROM payment_attempts WHERE payment_id = $1 AND operation = $2 AND outcome IS NULL
       ORDER BY business_attempt DESC LIMIT 1`,
      [paymentId, operation],
    )
    return rows[0] === undefined ? NO_TRIES : { count: rows[0].sends, inDoubt: rows[0].in_doubt }
  }

  /** Takes back one doubt: the try that was begun certainly did not reach the provider. */
  async neverSent(attempt: ProviderAttempt): Promise<void> {
    await this.#database.execute(
      `UPDATE payment_attempts SET in_doubt = in_doubt - 1
       WHERE payment_id = $1 AND operation = $2 AND business_attempt = $3 AND in_doubt > 0`,
      [attempt.paymentId, attempt.operation, attempt.businessAttempt],
    )
  }

  /** Notes what came of it: the attempt is over. */
  settle(tx: Tx, attempt: ProviderAttempt, outcome: string): void {
    tx.send(
      `UPDATE payment_attempts SET outcome = $4, in_doubt = 0, settled_at = clock_timestamp()
       WHERE payment_id = $1 AND operation = $2 AND business_attempt = $3 AND outcome IS NULL`,
      [attempt.paymentId, attempt.operation, attempt.businessAttempt, outcome],
    )
  }
}
