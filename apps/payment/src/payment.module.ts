import { Module } from '@nestjs/common'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { AuthorizePaymentHandler } from './features/authorize-payment/authorize-payment.handler.ts'
import { CapturePaymentHandler } from './features/capture-payment/capture-payment.handler.ts'
import { ListPaymentsRoute } from './features/list-payments/list-payments.route.ts'
import { MoneyMover } from './features/money-mover.ts'
import { ProviderCalls } from './features/provider-calls.ts'
import { RefundPaymentHandler } from './features/refund-payment/refund-payment.handler.ts'
import { AuthorizationReleaser } from './features/release-authorization.ts'
import { VoidPaymentHandler } from './features/void-payment/void-payment.handler.ts'
import { PAYMENT_CONFIG, type PaymentConfig, paymentConfig } from './payment.config.ts'
import { AttemptStore } from './persistence/attempt-store.ts'
import { PaymentStore } from './persistence/payment-store.ts'
import { PaymentProviders } from './provider/payment-providers.ts'
import { stripeClient } from './provider/stripe-client.ts'
import { StripeProvider } from './provider/stripe-provider.ts'

/** Cards through Stripe, or through the server that STRIPE_API_BASE names. */
export function cardProvider(config: PaymentConfig): PaymentProviders {
  const { stripeApiKey: apiKey, stripeApiBase: apiBase, stripeTimeoutMs: timeoutMs } = config
  return new PaymentProviders(new StripeProvider(stripeClient({ apiKey, timeoutMs, ...(apiBase === undefined ? {} : { apiBase }) })))
}

@Module({
  imports: [
    PersistenceModule.forRoot({ service: 'payment' }),
    MessagingModule.forRoot({ service: 'payment', context: 'payment' }),
  ],
  controllers: [AuthorizePaymentHandler, VoidPaymentHandler, CapturePaymentHandler, RefundPaymentHandler, ListPaymentsRoute],
  providers: [
    PaymentStore,
    AttemptStore,
    ProviderCalls,
    AuthorizationReleaser,
    MoneyMover,
    { provide: PAYMENT_CONFIG, useFactory: () => paymentConfig() },
    { provide: PaymentProviders, useFactory: cardProvider, inject: [PAYMENT_CONFIG] },
  ],
})
export class PaymentModule {}
