import {
  type AuthorizeOutcome, type AuthorizeRequest, type CaptureOutcome, type FoundAuthorization, type PaymentProvider, type RefundOutcome,
} from '../domain/payment-provider.ts'

/** For a booking that costs nothing: there is nothing to reserve or to take, so nobody is asked. */
export class NoChargeProvider implements PaymentProvider {
  readonly name = 'none'
  readonly keyLifetimeMs = Infinity

  authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const until = new Date(Date.UTC(new Date().getUTCFullYear() + 10, 0))
    return Promise.resolve({ kind: 'authorized', reference: `none-${request.paymentId}`, until })
  }

  find(paymentId: string): Promise<FoundAuthorization | null> {
    return Promise.resolve({ reference: `none-${paymentId}`, isHeld: true })
  }

  cancel(): Promise<void> {
    return Promise.resolve()
  }

  capture(): Promise<CaptureOutcome> {
    return Promise.resolve({ kind: 'captured' })
  }

  refund(): Promise<RefundOutcome> {
    return Promise.resolve({ kind: 'refused', code: 'not_captured', detail: 'The booking cost nothing.' })
  }

  findRefund(): Promise<RefundOutcome | null> {
    return Promise.resolve(null)
  }
}
