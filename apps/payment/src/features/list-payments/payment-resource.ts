import { type Payment } from '../../domain/payment.ts'

/** A payment as operators see it: amounts in the currency's minor unit, times in RFC 3339. */
export interface PaymentResource {
  readonly id: string
  readonly booking_id: string
  readonly status: string
  readonly amount_minor: number | null
  readonly currency: string | null
  readonly provider: string | null
  readonly provider_reference: string | null
  readonly authorized_until: string | null
  readonly captured_minor: number
  readonly refunded_minor: number
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly version: number
}

const TAKEN = ['captured', 'refunding', 'refunded', 'refund-failed']

export function paymentResource(payment: Payment): PaymentResource {
  return {
    id: payment.paymentId,
    booking_id: payment.bookingId,
    status: payment.state,
    amount_minor: payment.terms?.amountMinor ?? null,
    currency: payment.terms?.currency ?? null,
    provider: payment.provider,
    provider_reference: payment.providerReference,
    authorized_until: payment.authorizedUntil?.toISOString() ?? null,
    captured_minor: TAKEN.includes(payment.state) ? (payment.captureMinor ?? 0) : 0,
    refunded_minor: payment.state === 'refunded' ? (payment.refundMinor ?? 0) : 0,
    reason: payment.reason,
    version: payment.version,
  }
}
