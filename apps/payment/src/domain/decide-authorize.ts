import { PaymentError } from './errors.ts'
import { type Payment, type Reason, type Terms } from './payment.ts'

export type AuthorizeDecision =
  /** Ask the provider. */
  | { readonly kind: 'send' }
  /** Nothing can be reserved: decline and remember it. */
  | { readonly kind: 'decline'; readonly reason: Reason & { code: 'deadline_passed' | 'provider_unavailable' } }
  /** Too late, and an earlier try may have reserved something: find out and give it up. */
  | { readonly kind: 'settle' }
  /** Decided before: say it again. */
  | { readonly kind: 'answer' }

/** What is known of the tries so far: how many there were, and how many may have been carried out unheard. */
export interface Tries {
  readonly count: number
  readonly inDoubt: number
}

/**
 * What to do with an authorize command.
 * @throws PaymentError PAYMENT_COMMAND_CONFLICT when the booking has a payment on other terms
 */
export function decideAuthorize(payment: Payment | null, terms: Terms, isLate: boolean, tries: Tries): AuthorizeDecision {
  if (payment === null) return isLate ? { kind: 'decline', reason: DEADLINE_PASSED } : { kind: 'send' }
  if (payment.terms !== null && !sameTerms(payment.terms, terms)) {
    throw new PaymentError('PAYMENT_COMMAND_CONFLICT', `booking ${payment.bookingId}, payment ${payment.paymentId}`)
  }
  if (payment.state !== 'authorizing') return { kind: 'answer' }
  if (!isLate) return { kind: 'send' }
  if (tries.inDoubt > 0) return { kind: 'settle' }
  return { kind: 'decline', reason: tries.count > 0 ? PROVIDER_UNAVAILABLE : DEADLINE_PASSED }
}

export const DEADLINE_PASSED = {
  code: 'deadline_passed',
  detail: 'The authorization was asked for too late; nothing is reserved.',
} as const

export const PROVIDER_UNAVAILABLE = {
  code: 'provider_unavailable',
  detail: 'The card provider could not be reached in time; nothing is reserved.',
} as const

function sameTerms(one: Terms, other: Terms): boolean {
  return one.amountMinor === other.amountMinor && one.currency === other.currency && one.paymentMethod === other.paymentMethod
}
