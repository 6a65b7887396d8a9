import Stripe from 'stripe'
import { PaymentError, ProviderUnavailable } from '../domain/errors.ts'
import { codeOf } from './stripe-client.ts'

/** A request that failed with one of these was never sent: there was no connection. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ERR_INVALID_URL'])

/**
 * What Stripe decided, as opposed to Stripe not being there: a declined card or a refused request is given back, all
 * else is thrown.
 * @throws ProviderUnavailable, PaymentError PAYMENT_PROVIDER_CONFLICT
 */
export function decisionIn(error: unknown): Stripe.errors.StripeCardError | Stripe.errors.StripeInvalidRequestError {
  if (error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError) return error
  if (error instanceof Stripe.errors.StripeIdempotencyError) {
    throw new PaymentError('PAYMENT_PROVIDER_CONFLICT', 'the key was used for another request', { cause: error })
  }
  throw unavailable(error)
}

function unavailable(error: unknown): ProviderUnavailable {
  if (!(error instanceof Stripe.errors.StripeError)) return new ProviderUnavailable(textOf(error), { mayHaveReached: true, cause: error })
  if (error instanceof Stripe.errors.StripeConnectionError) {
    const cause = (error as { detail?: unknown }).detail
    return new ProviderUnavailable(textOf(cause), { mayHaveReached: !NO_CONNECTION.has(codeOf(cause) ?? ''), cause: error })
  }
  const isRefusedAtTheDoor = [401, 403, 429].includes(error.statusCode ?? 0)
  const detail = `status ${error.statusCode ?? 'none'}, request ${error.requestId ?? 'none'}: ${error.message}`
  return new ProviderUnavailable(detail, { mayHaveReached: !isRefusedAtTheDoor, cause: error })
}

function textOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(textOf).join('; ')
  return cause instanceof Error ? cause.message : 'no answer'
}
