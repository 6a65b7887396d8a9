import { createHash } from 'node:crypto'
import type { KeyRecord } from './records.ts'
import { StripeRefusal } from './refusal.ts'
import type { Store } from './store.ts'

/** One POST that carries an `Idempotency-Key`. */
export interface KeyedRequest {
  readonly key: string
  readonly endpoint: string
  readonly parametersHash: string
}

export function keyedRequest(key: string, endpoint: string, body: string): KeyedRequest {
  if (key.length > 255) throw StripeRefusal.invalidRequest({ message: 'Idempotency keys can be at most 255 characters.' })
  return { key, endpoint, parametersHash: createHash('sha256').update(body).digest('base64') }
}

/**
 * Stripe's rules for keys (https://docs.stripe.com/api/idempotent_requests): the stored answer for the
 * same request, an error for another one, a conflict while the first is still running.
 */
export class IdempotencyKeys {
  readonly #store: Store
  readonly #running = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The stored record to answer with, or null when the work is to be done; then `end` must follow. */
  begin(request: KeyedRequest, nowSeconds: number): KeyRecord | null {
    if (this.#running.has(request.key)) throw inUse()
    const stored = this.#store.key(request.key, nowSeconds)
    if (stored === undefined) {
      this.#running.add(request.key)
      return null
    }
    if (stored.endpoint !== request.endpoint) {
      throw mismatch(`Keys for idempotent requests can only be used for the same endpoint they were first used for ('${stored.endpoint}' vs '${request.endpoint}'). Try using a key other than '${request.key}' if you meant to execute a different request.`)
    }
    if (stored.parametersHash !== request.parametersHash) {
      throw mismatch(`Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${request.key}' if you meant to execute a different request.`)
    }
    return stored
  }

  end(request: KeyedRequest): void {
    this.#running.delete(request.key)
  }
}

function mismatch(message: string): StripeRefusal {
  return new StripeRefusal(400, { type: 'idempotency_error', message })
}

function inUse(): StripeRefusal {
  const message = 'There is currently another in-progress request using this idempotency key (that probably means you submitted twice, and the other request is still going through). Please try again later.'
  return new StripeRefusal(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use', message })
}
