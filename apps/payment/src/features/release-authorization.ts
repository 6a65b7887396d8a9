import { Inject, Injectable } from '@nestjs/common'
import { type Payment, type Terms } from '../domain/payment.ts'
import { type AuthorizeRequest } from '../domain/payment-provider.ts'
import { type ProviderAttempt } from '../domain/provider-attempt.ts'
import { PaymentProviders } from '../provider/payment-providers.ts'
import { ProviderCalls } from './provider-calls.ts'

/** What `begin` stored before the first call of a release whose authorization is in doubt. */
export interface DoubtfulRelease {
  readonly payment: Payment
  readonly authorize: ProviderAttempt<AuthorizeRequest>
  readonly cancel: ProviderAttempt
}

/** Finds out whether an authorization in doubt exists, and gives it up. */
@Injectable()
export class AuthorizationReleaser {
  readonly #providers: PaymentProviders
  readonly #calls: ProviderCalls

  constructor(@Inject(PaymentProviders) providers: PaymentProviders, @Inject(ProviderCalls) calls: ProviderCalls) {
    this.#providers = providers
    this.#calls = calls
  }

  /** @returns whether there was one */
  async release(doubt: DoubtfulRelease): Promise<boolean> {
    const reference = await this.#find(doubt)
    if (reference !== null) await this.cancel(doubt.payment, reference, doubt.cancel)
    return reference !== null
  }

  async cancel(payment: Payment, reference: string, attempt: ProviderAttempt): Promise<void> {
    const provider = this.#providers.named(payment.provider)
    await this.#calls.run(attempt, () => provider.cancel(reference, attempt.key))
  }

  /**
   * The same key and request are answered with what came of the first try, also when that is still on its way: no
   * search can say so much. If none had arrived this one reserves the amount, for the moment until it is cancelled.
   */
  async #find({ payment, authorize }: DoubtfulRelease): Promise<string | null> {
    const provider = this.#providers.named(payment.provider)
    if (authorize.ageMs < provider.keyLifetimeMs) {
      const outcome = await this.#calls.run(authorize, () => provider.authorize(authorize.request, authorize.key))
      return outcome.kind === 'authorized' ? outcome.reference : null
    }
    const found = await provider.find(payment.paymentId)
    return found?.isHeld === true ? found.reference : null
  }
}

export function authorizeRequest(payment: Payment, terms: Terms): AuthorizeRequest {
  return { paymentId: payment.paymentId, bookingId: payment.bookingId, ...terms }
}
