import { Controller, Inject } from '@nestjs/common'
import { CapturePaymentV1, type CapturePaymentV1Data } from '@prep/contracts'
import { type Effect, Outbox, Subscribe } from '@prep/messaging'
import { Database, type Tx } from '@prep/persistence'
import { decideCapture } from '../../domain/decide-capture.ts'
import { captured, captureFailed, capturing, type Payment, type Reason } from '../../domain/payment.ts'
import { type CaptureRequest } from '../../domain/payment-provider.ts'
import { type ProviderAttempt } from '../../domain/provider-attempt.ts'
import { AttemptStore } from '../../persistence/attempt-store.ts'
import { PaymentStore } from '../../persistence/payment-store.ts'
import { PaymentProviders } from '../../provider/payment-providers.ts'
import { capturedAnswer, captureFailedAnswer, publish } from '../payment-answers.ts'
import { forMessaging, ProviderCalls } from '../provider-calls.ts'
import { UNTIL_DONE } from '../retry-ladders.ts'

type Plan =
  | { readonly kind: 'send'; readonly payment: Payment; readonly attempt: ProviderAttempt<CaptureRequest> }
  | { readonly kind: 'answer' }
  | { readonly kind: 'refuse'; readonly payment: Payment | null; readonly reason: Reason }

/** Takes the reserved amount of a confirmed booking, once. There is no way back from here but a refund. */
@Controller()
export class CapturePaymentHandler {
  readonly #database: Database
  readonly #payments: PaymentStore
  readonly #attempts: AttemptStore
  readonly #providers: PaymentProviders
  readonly #calls: ProviderCalls
  readonly #outbox: Outbox

  constructor(
    @Inject(Database) database: Database, @Inject(PaymentStore) payments: PaymentStore, @Inject(AttemptStore) attempts: AttemptStore,
    @Inject(PaymentProviders) providers: PaymentProviders, @Inject(ProviderCalls) calls: ProviderCalls, @Inject(Outbox) outbox: Outbox,
  ) {
    this.#database = database
    this.#payments = payments
    this.#attempts = attempts
    this.#providers = providers
    this.#calls = calls
    this.#outbox = outbox
  }

  @Subscribe(CapturePaymentV1, { effects: 'external', retry: UNTIL_DONE })
  async handle(data: CapturePaymentV1Data): Promise<Effect> {
    return forMessaging(async () => {
      const plan = await this.#database.transaction(tx => this.#prepare(tx, data))
      if (plan.kind === 'refuse') return tx => publish(this.#outbox, tx, captureFailedAnswer(data.bookingId, plan.payment, plan.reason))
      if (plan.kind === 'answer') return tx => this.#answer(tx, data.bookingId)
      return this.#send(plan.payment, plan.attempt)
    })
  }

  async #prepare(tx: Tx, data: CapturePaymentV1Data): Promise<Plan> {
    const payment = await this.#payments.lock(tx, data.bookingId)
    const decision = decideCapture(payment, data)
    if (decision.kind === 'refuse') return { kind: 'refuse', payment, reason: decision.reason }
    if (payment === null || payment.providerReference === null || decision.kind === 'answer') return { kind: 'answer' }
    const underWay = payment.state === 'capturing' ? payment : capturing(payment, data.amountMinor)
    if (underWay !== payment) await this.#payments.update(tx, underWay)
    const request = { reference: payment.providerReference, amountMinor: data.amountMinor, currency: data.currency }
    return { kind: 'send', payment: underWay, attempt: await this.#attempts.begin(tx, payment.paymentId, 'capture', request) }
  }

  async #send(payment: Payment, attempt: ProviderAttempt<CaptureRequest>): Promise<Effect> {
    const provider = this.#providers.named(payment.provider)
    const outcome = await this.#calls.run(attempt, () => provider.capture(attempt.request, attempt.key))
    return async tx => {
      const current = await this.#payments.lock(tx, payment.bookingId)
      if (current?.state === 'capturing') {
        const failed = outcome.kind === 'refused' ? { code: outcome.code, detail: outcome.detail } : null
        await this.#payments.update(tx, failed === null ? captured(current) : captureFailed(current, failed))
        await this.#attempts.settle(tx, attempt, failed === null ? 'succeeded' : 'failed')
      }
      await this.#answer(tx, payment.bookingId)
    }
  }

  async #answer(tx: Tx, bookingId: string): Promise<void> {
    const payment = await this.#payments.lock(tx, bookingId)
    if (payment === null) throw new Error(`The payment of booking ${bookingId} was stored before and is gone.`)
    const isFailed = payment.state === 'capture-failed' && payment.reason !== null
    await publish(this.#outbox, tx, isFailed ? captureFailedAnswer(bookingId, payment, payment.reason as Reason) : capturedAnswer(payment))
  }
}
