import { PaymentError } from '../domain/errors.ts'
import { type PaymentProvider } from '../domain/payment-provider.ts'
import { NoChargeProvider } from './no-charge-provider.ts'

/** The providers of this process: one for cards, and nobody for what costs nothing. */
export class PaymentProviders {
  readonly #card: PaymentProvider
  readonly #none = new NoChargeProvider()

  constructor(card: PaymentProvider) {
    this.#card = card
  }

  for(amountMinor: number): PaymentProvider {
    return amountMinor === 0 ? this.#none : this.#card
  }

  /** @throws PaymentError PAYMENT_PROVIDER_CONFLICT when a payment was begun with a provider that is not set up here */
  named(name: string | null): PaymentProvider {
    const found = [this.#card, this.#none].find(provider => provider.name === name)
    if (found !== undefined) return found
    throw new PaymentError('PAYMENT_PROVIDER_CONFLICT', `the payment was begun with ${name ?? 'no provider'}`)
  }
}
