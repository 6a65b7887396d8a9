import { type Money } from './payment.ts'

/**
 * A card provider. Every call that moves money carries a key that was stored before: the same key and the same
 * request are carried out once, and answered again with what came of it. All calls throw ProviderUnavailable when
 * there is no answer, and PaymentError PAYMENT_PROVIDER_CONFLICT when the answer contradicts what we know.
 */
export interface PaymentProvider {
  readonly name: string
  /** How long a key is remembered; after that an unknown outcome is looked up with `find`. */
  readonly keyLifetimeMs: number
  authorize(request: AuthorizeRequest, key: string): Promise<AuthorizeOutcome>
  /** Looks an authorization up by our own ids. It may be a minute late, so never right after the call it asks about. */
  find(paymentId: string): Promise<FoundAuthorization | null>
  /** Gives up a reservation; one that is given up already is fine. */
  cancel(reference: string, key: string): Promise<void>
  /** Takes the amount; one that is taken already is fine. */
  capture(request: CaptureRequest, key: string): Promise<CaptureOutcome>
  refund(request: RefundRequest, key: string): Promise<RefundOutcome>
  /** Looks a refund up by our own id. */
  findRefund(reference: string, refundId: string): Promise<RefundOutcome | null>
}

export interface AuthorizeRequest extends Money {
  readonly paymentId: string
  readonly bookingId: string
  readonly paymentMethod: string
}

export interface CaptureRequest extends Money {
  readonly reference: string
}

export interface RefundRequest extends Money {
  readonly reference: string
  readonly refundId: string
  readonly reason: string
}

export type DeclineCode = 'card_declined' | 'insufficient_funds' | 'invalid_request'

export type AuthorizeOutcome =
  | { readonly kind: 'authorized'; readonly reference: string; readonly until: Date }
  | { readonly kind: 'declined'; readonly code: DeclineCode; readonly detail: string }

export interface FoundAuthorization {
  readonly reference: string
  /** Whether money is reserved by it now. */
  readonly isHeld: boolean
}

export type CaptureOutcome =
  | { readonly kind: 'captured' }
  | { readonly kind: 'refused'; readonly code: 'authorization_expired' | 'amount_mismatch' | 'invalid_request'; readonly detail: string }

export type RefundOutcome =
  | { readonly kind: 'refunded'; readonly reference: string }
  | { readonly kind: 'refused'; readonly code: 'amount_too_large' | 'not_captured' | 'invalid_request'; readonly detail: string }
