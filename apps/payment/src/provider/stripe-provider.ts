import type Stripe from 'stripe'
import { PaymentError } from '../domain/errors.ts'
import {
  type AuthorizeOutcome, type AuthorizeRequest, type CaptureOutcome, type CaptureRequest, type FoundAuthorization, type PaymentProvider,
  type RefundOutcome, type RefundRequest,
} from '../domain/payment-provider.ts'
import { decisionIn } from './stripe-failure.ts'

const HOUR_MS = 3_600_000
/** How long card networks keep an authorization, when the charge does not say it. */
const USUAL_HOLD_MS = 7 * 24 * HOUR_MS
const EXPIRED = ['charge_expired_for_capture', 'capture_charge_authorization_expired']

/** Cards through Stripe payment intents, captured by hand: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe'
  /** Stripe forgets keys after 24 hours; an hour is left for clocks that differ. */
  readonly keyLifetimeMs = 23 * HOUR_MS
  readonly #stripe: Stripe

  constructor(stripe: Stripe) {
    this.#stripe = stripe
  }

  async authorize(request: AuthorizeRequest, key: string): Promise<AuthorizeOutcome> {
    try {
      const intent = await this.#stripe.paymentIntents.create(intentFor(request), { idempotencyKey: key })
      if (intent.status === 'requires_capture') return { kind: 'authorized', reference: intent.id, until: heldUntil(intent) }
    } catch (error) {
      return declineIn(decisionIn(error))
    }
    return { kind: 'declined', code: 'card_declined', detail: 'The card asks for a step that the customer would have to take.' }
  }

  async find(paymentId: string): Promise<FoundAuthorization | null> {
    const found = await this.#ask(() => this.#stripe.paymentIntents.search({ query: `metadata['payment_id']:'${paymentId}'`, limit: 1 }))
    const id = found.data[0]?.id
    if (id === undefined) return null
    // What search shows may be old; what is retrieved is not.
    const intent = await this.#ask(() => this.#stripe.paymentIntents.retrieve(id))
    return { reference: intent.id, isHeld: intent.status === 'requires_capture' }
  }

  async cancel(reference: string, key: string): Promise<void> {
    try {
      await this.#stripe.paymentIntents.cancel(reference, {}, { idempotencyKey: key })
    } catch (error) {
      const decision = decisionIn(error)
      const intent = decision.payment_intent
      if (intent?.status === 'canceled') return
      throw new PaymentError('PAYMENT_PROVIDER_CONFLICT', `${reference} cannot be cancelled: ${decision.message}`, { cause: error })
    }
  }

  async capture(request: CaptureRequest, key: string): Promise<CaptureOutcome> {
    try {
      const intent = await this.#stripe.paymentIntents.capture(
        request.reference, { amount_to_capture: request.amountMinor }, { idempotencyKey: key })
      return captureOf(intent, request, 'Stripe did not take the amount.')
    } catch (error) {
      const decision = decisionIn(error)
      if (decision.payment_intent != null) return captureOf(decision.payment_intent, request, decision.message)
      return { kind: 'refused', code: captureCode(decision.code), detail: decision.message }
    }
  }

  async refund(request: RefundRequest, key: string): Promise<RefundOutcome> {
    try {
      const metadata = { refund_id: request.refundId, reason: request.reason.slice(0, 500) }
      const refund = await this.#stripe.refunds.create(
        { payment_intent: request.reference, amount: request.amountMinor, reason: 'requested_by_customer', metadata }, { idempotencyKey: key })
      return refundOf(refund)
    } catch (error) {
      const decision = decisionIn(error)
      const code = decision.code === 'charge_already_refunded' ? 'amount_too_large' : 'invalid_request'
      return { kind: 'refused', code: decision.code === 'payment_intent_unexpected_state' ? 'not_captured' : code, detail: decision.message }
    }
  }

  async findRefund(reference: string, refundId: string): Promise<RefundOutcome | null> {
    const refunds = await this.#ask(() => this.#stripe.refunds.list({ payment_intent: reference, limit: 100 }))
    const refund = refunds.data.find(({ metadata }) => metadata?.['refund_id'] === refundId)
    return refund === undefined ? null : refundOf(refund)
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      const decision = decisionIn(error)
      throw new PaymentError('PAYMENT_PROVIDER_CONFLICT', decision.message, { cause: error })
    }
  }
}

/** Made from the stored request alone, so that every try sends the same bytes. */
function intentFor(request: AuthorizeRequest): Stripe.PaymentIntentCreateParams {
  return {
    amount: request.amountMinor,
    currency: request.currency.toLowerCase(),
    payment_method: request.paymentMethod,
    capture_method: 'manual',
    confirm: true,
    error_on_requires_action: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { booking_id: request.bookingId, payment_id: request.paymentId },
    expand: ['latest_charge'],
  }
}

function heldUntil(intent: Stripe.PaymentIntent): Date {
  const charge = intent.latest_charge
  const seconds = charge !== null && typeof charge === 'object' ? charge.payment_method_details?.card?.capture_before : undefined
  return seconds === undefined ? new Date(intent.created * 1000 + USUAL_HOLD_MS) : new Date(seconds * 1000)
}

function declineIn(error: Stripe.errors.StripeCardError | Stripe.errors.StripeInvalidRequestError): AuthorizeOutcome {
  const detail = error.message === '' ? 'The card was declined.' : error.message
  if (error.type !== 'StripeCardError') return { kind: 'declined', code: 'invalid_request', detail }
  return { kind: 'declined', code: error.decline_code === 'insufficient_funds' ? 'insufficient_funds' : 'card_declined', detail }
}

function captureOf(intent: Stripe.PaymentIntent, request: CaptureRequest, detail: string): CaptureOutcome {
  if (intent.status === 'canceled') return { kind: 'refused', code: 'authorization_expired', detail }
  if (intent.status !== 'succeeded') return { kind: 'refused', code: 'invalid_request', detail }
  if (intent.amount_received === request.amountMinor) return { kind: 'captured' }
  return { kind: 'refused', code: 'amount_mismatch', detail: `${intent.amount_received} was taken before instead of ${request.amountMinor}.` }
}

function captureCode(code: string | undefined): 'authorization_expired' | 'amount_mismatch' | 'invalid_request' {
  if (code === 'amount_too_large') return 'amount_mismatch'
  return code !== undefined && EXPIRED.includes(code) ? 'authorization_expired' : 'invalid_request'
}

/** Pending counts as refunded: it is on its way, and Stripe tells of a later failure by itself. */
function refundOf(refund: Stripe.Refund): RefundOutcome {
  if (refund.status !== 'failed' && refund.status !== 'canceled') return { kind: 'refunded', reference: refund.id }
  return { kind: 'refused', code: 'invalid_request', detail: `Stripe says that the refund ${refund.id} has ${refund.status}.` }
}
