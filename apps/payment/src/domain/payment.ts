import { mustAllow, type PaymentState } from './payment-state.ts'

/** An amount in the currency's minor unit; the currency in ISO 4217 capitals. */
export interface Money {
  readonly amountMinor: number
  readonly currency: string
}

/** What was asked for when a payment was begun; a tombstone has none. */
export interface Terms extends Money {
  readonly paymentMethod: string
}

export interface Reason {
  readonly code: string
  readonly detail: string
}

/** The one payment of a booking. Never changed in place; each change raises the version by one. */
export interface Payment {
  readonly paymentId: string
  readonly bookingId: string
  readonly state: PaymentState
  readonly version: number
  readonly terms: Terms | null
  /** Who holds the money: `stripe`, or `none` for a booking that costs nothing. */
  readonly provider: string | null
  readonly providerReference: string | null
  readonly authorizedUntil: Date | null
  /** Why it was declined, or why taking or giving back the amount failed. */
  readonly reason: Reason | null
  readonly hadAuthorization: boolean
  /** Asked to be taken; taken, once the state says so. */
  readonly captureMinor: number | null
  readonly refundMinor: number | null
  readonly refundId: string | null
  readonly refundReference: string | null
}

export function begin(paymentId: string, bookingId: string, terms: Terms, provider: string): Payment {
  return { ...nothing(paymentId, bookingId, 'authorizing'), terms, provider }
}

/** Made by a void that arrives before its authorize: an authorize that comes later reserves nothing. */
export function tombstone(paymentId: string, bookingId: string): Payment {
  return nothing(paymentId, bookingId, 'voided')
}

/** Made by an authorize that arrives after its deadline. */
export function beginDeclined(paymentId: string, bookingId: string, terms: Terms, provider: string, reason: Reason): Payment {
  return { ...nothing(paymentId, bookingId, 'declined'), terms, provider, reason }
}

export function authorized(payment: Payment, reference: string, until: Date): Payment {
  return { ...to(payment, 'authorized'), providerReference: reference, authorizedUntil: until, hadAuthorization: true }
}

export function declined(payment: Payment, reason: Reason): Payment {
  return { ...to(payment, 'declined'), reason }
}

/** From here on no answer of the provider makes it authorized any more. */
export function voiding(payment: Payment): Payment {
  return to(payment, 'voiding')
}

export function voided(payment: Payment, hadAuthorization: boolean): Payment {
  return { ...to(payment, 'voided'), hadAuthorization }
}

export function capturing(payment: Payment, captureMinor: number): Payment {
  return { ...to(payment, 'capturing'), captureMinor, reason: null }
}

export function captured(payment: Payment): Payment {
  return to(payment, 'captured')
}

export function captureFailed(payment: Payment, reason: Reason): Payment {
  return { ...to(payment, 'capture-failed'), reason }
}

export function refunding(payment: Payment, refundId: string, refundMinor: number): Payment {
  return { ...to(payment, 'refunding'), refundId, refundMinor, reason: null }
}

export function refunded(payment: Payment, reference: string): Payment {
  return { ...to(payment, 'refunded'), refundReference: reference }
}

export function refundFailed(payment: Payment, reason: Reason): Payment {
  return { ...to(payment, 'refund-failed'), reason }
}

function to(payment: Payment, state: PaymentState): Payment {
  mustAllow(payment.state, state, payment.paymentId)
  return { ...payment, state, version: payment.version + 1 }
}

function nothing(paymentId: string, bookingId: string, state: PaymentState): Payment {
  mustAllow('none', state, paymentId)
  return {
    paymentId, bookingId, state, version: 1, terms: null, provider: null, providerReference: null, authorizedUntil: null, reason: null,
    hadAuthorization: false, captureMinor: null, refundMinor: null, refundId: null, refundReference: null,
  }
}
