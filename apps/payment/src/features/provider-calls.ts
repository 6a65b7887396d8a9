import { Inject, Injectable } from '@nestjs/common'
import { PermanentError, TransientError } from '@prep/messaging'
import { PaymentError, ProviderUnavailable } from '../domain/errors.ts'
import { type ProviderAttempt } from '../domain/provider-attempt.ts'
import { AttemptStore } from '../persistence/attempt-store.ts'

/** Makes calls for attempts that were stored before, and keeps the books of what may have been carried out. */
@Injectable()
export class ProviderCalls {
  readonly #attempts: AttemptStore

  constructor(@Inject(AttemptStore) attempts: AttemptStore) {
    this.#attempts = attempts
  }

  /** Runs one call; when it certainly did not reach the provider, this try leaves no doubt behind. */
  async run<T>(attempt: ProviderAttempt, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (error instanceof ProviderUnavailable && !error.mayHaveReached) await this.#attempts.neverSent(attempt)
      throw error
    }
  }
}

/** Says in messaging's terms what is worth another try and what never is. */
export async function forMessaging<T>(work: () => Promise<T>, retryAfterMs?: () => number): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PaymentError) throw new PermanentError(error.code, error.message, { cause: error })
    if (!(error instanceof ProviderUnavailable)) throw error
    const after = retryAfterMs === undefined ? {} : { retryAfterMs: retryAfterMs() }
    throw new TransientError(error.code, error.message, { cause: error, ...after })
  }
}
