import { type Tries } from './decide-authorize.ts'

export type Operation = 'authorize' | 'cancel' | 'capture' | 'refund'

/**
 * One thing asked of the provider about one payment. It is stored before it is sent, with the key and the request
 * that every try repeats. A further business attempt, with a key of its own, is made only after one has failed for good.
 */
export interface ProviderAttempt<R = unknown> {
  readonly paymentId: string
  readonly operation: Operation
  readonly businessAttempt: number
  readonly key: string
  readonly request: R
  /** Tries so far, the one about to be made included. */
  readonly sends: number
  /** Tries that may have been carried out without our hearing of it, the one about to be made included. */
  readonly inDoubt: number
  readonly ageMs: number
}

/** The provider's key, stable for (payment, operation, business attempt), without the number of the business attempt at its end. */
export function keyStem(paymentId: string, operation: Operation): string {
  return `${paymentId}-${operation}-`
}

export const NO_TRIES: Tries = { count: 0, inDoubt: 0 }
