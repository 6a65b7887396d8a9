import { createHash } from 'node:crypto'
import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import { Answer } from './envelope.ts'
import { httpError } from './errors.ts'

/** The part of a database transaction that the store needs; `Tx` of `@prep/persistence` is one. */
export interface QueryRunner {
  query<R = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<R[]>
}

export interface IdempotentRequest {
  /** The client's Idempotency-Key. */
  key: string
  /** What the key counts for, for example `POST /api/v1/bookings`. */
  scope: string
  /** `requestHash(body)`. */
  requestHash: string
}

/** How long an answer is kept: a client retries for minutes, a queue for hours. */
const RETENTION = '24 hours'
const PRUNE_EVERY = 200

/**
 * Same key and body: the same answer, once the work was done. The key's row is written by the caller's transaction, so
 * that it commits with the work or not at all; a second request with the key waits on that row until the first has
 * ended, then gets its answer or does the work. Table: `httpMigrations`.
 */
@Injectable()
export class IdempotencyStore {
  #runs = 0

  /**
   * @returns what `work` returned, or the stored answer with the header `Idempotency-Replayed: true`
   * @throws ProblemError HTTP_IDEMPOTENCY_CONFLICT when the key was used with another body; whatever `work` throws
   */
  async run<T>(tx: QueryRunner, request: IdempotentRequest, work: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const { scope, key, requestHash: hash } = request
    const claimed = await tx.query(
      `INSERT INTO http_idempotency (scope, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key`,
      [scope, key, hash],
    )
    if (claimed.length === 0) return this.#replay<T>(tx, request)
    const answer = await work()
    await tx.query(`UPDATE http_idempotency SET status = $3, headers = $4, data = $5 WHERE scope = $1 AND key = $2`, [
      scope, key, answer.status, JSON.stringify(answer.headers), JSON.stringify(answer.data ?? null),
    ])
    if (++this.#runs % PRUNE_EVERY === 0) await prune(tx)
    return answer
  }

  async #replay<T>(tx: QueryRunner, request: IdempotentRequest): Promise<Answer<T>> {
    const [row] = await tx.query<{ request_hash: string; status: number; headers: Record<string, string>; data: T }>(
      `SELECT request_hash, status, headers, data FROM http_idempotency WHERE scope = $1 AND key = $2`,
      [request.scope, request.key],
    )
    // Pruned between the two statements: the client may simply try again.
    if (!row) throw httpError('HTTP_CONFLICT', 'The stored answer has just expired. Send the request again.')
    if (row.request_hash !== request.requestHash) {
      const errors = [{ header: 'Idempotency-Key', code: 'reused', detail: 'belongs to another body' }]
      throw httpError('HTTP_IDEMPOTENCY_CONFLICT', 'Send the first body again to get its answer, or use a new key for a new request.', { errors })
    }
    return new Answer(row.status, row.data, { ...row.headers, 'idempotency-replayed': 'true' })
  }
}

/** A few at a time, never waiting for a row that somebody holds. */
async function prune(tx: QueryRunner): Promise<void> {
  await tx.query(
    `DELETE FROM http_idempotency WHERE (scope, key) IN (SELECT scope, key FROM http_idempotency
      WHERE created_at < now() - interval '${RETENTION}' ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
  )
}

/** SHA-256 of the body with its keys sorted: the order of fields does not make another request. */
export function requestHash(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(sorted(body)) ?? '').digest('base64url')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]))
}

const KEY = /^[\x21-\x7e]{1,255}$/

/** The Idempotency-Key of a request; 400 when it is missing, or not 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(request: Pick<FastifyRequest, 'headers'>): string {
  const key = request.headers['idempotency-key']
  const field = { header: 'Idempotency-Key' }
  if (key === undefined || key === '') {
    const errors = [{ ...field, code: 'required', detail: 'is missing' }]
    throw httpError('HTTP_IDEMPOTENCY_KEY_MISSING', 'Send a header Idempotency-Key with a new UUID for each new request; repeat it when you retry.', { errors })
  }
  if (typeof key === 'string' && KEY.test(key)) return key
  const errors = [{ ...field, code: 'pattern', detail: 'must be 1 to 255 visible ASCII characters, sent once' }]
  throw httpError('HTTP_IDEMPOTENCY_KEY_INVALID', 'Use for example a UUID.', { errors })
}

/** Parameter decorator: `@IdempotencyKey() key: string`. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
)
