import { PaymentError } from './errors.ts'
import { type Payment } from './payment.ts'

export type VoidDecision =
  /** No payment is known: remember that none may be made. */
  | 'tombstone'
  /** Nothing was ever sent: no need to ask anyone. */
  | 'void-now'
  /** The authorization is known: give it up. */
  | 'cancel'
  /** An authorization may exist: find out, and give it up. */
  | 'settle'
  /** Nothing is reserved: say so. */
  | 'answer'

/**
 * What to do with a void command. That the outcome of the authorization is unknown is a legal input.
 * @throws PaymentError PAYMENT_NOT_VOIDABLE when the amount is being taken or was taken
 */
export function decideVoid(payment: Payment | null, authorizationsInDoubt: number): VoidDecision {
  if (payment === null) return 'tombstone'
  switch (payment.state) {
    case 'declined':
    case 'voided':
      return 'answer'
    case 'authorizing':
      return authorizationsInDoubt > 0 ? 'settle' : 'void-now'
    case 'authorized':
      return 'cancel'
    case 'voiding':
      return payment.providerReference === null ? 'settle' : 'cancel'
    default:
      throw new PaymentError('PAYMENT_NOT_VOIDABLE', `booking ${payment.bookingId}, payment ${payment.paymentId} is ${payment.state}`)
  }
}
