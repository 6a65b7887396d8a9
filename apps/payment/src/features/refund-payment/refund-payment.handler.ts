import { Controller, Inject } from '@nestjs/common'
import { RefundPaymentV1, type RefundPaymentV1Data } from '@prep/contracts'
import { type Effect, Outbox, Subscribe } from '@prep/messaging'
import { Database, type Tx } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { decideRefund } from '../../domain/decide-refund.ts'
import { type Payment, type Reason, refunded, refundFailed, refunding } from '../../domain/payment.ts'
import { type RefundOutcome, type RefundRequest } from '../../domain/payment-provider.ts'
import { type ProviderAttempt } from '../../domain/provider-attempt.ts'
import { AttemptStore } from '../../persistence/attempt-store.ts'
import { PaymentStore } from '../../persistence/payment-store.ts'
import { PaymentProviders } from '../../provider/payment-providers.ts'
import { publish, refundedAnswer, refundFailedAnswer } from '../payment-answers.ts'
import { forMessaging, ProviderCalls } from '../provider-calls.ts'
import { UNTIL_DONE } from '../retry-ladders.ts'

type Plan =
  | { readonly kind: 'send'; readonly payment: Payment; readonly attempt: ProviderAttempt<RefundRequest> }
  | { readonly kind: 'answer' }
  | { readonly kind: 'refuse'; readonly payment: Payment | null; readonly reason: Reason }

/** Gives back what was taken, or a part of it, once. */
@Controller()
export class RefundPaymentHandler {
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

  @Subscribe(RefundPaymentV1, { effects: 'external', retry: UNTIL_DONE })
  async handle(data: RefundPaymentV1Data): Promise<Effect> {
    return forMessaging(async () => {
      const plan = await this.#database.transaction(tx => this.#prepare(tx, data))
      if (plan.kind === 'refuse') return tx => publish(this.#outbox, tx, refundFailedAnswer(data.bookingId, plan.payment, plan.reason))
      if (plan.kind === 'answer') return tx => this.#answer(tx, data.bookingId)
      return this.#send(plan.payment, plan.attempt)
    })
  }

  async #prepare(tx: Tx, data: RefundPaymentV1Data): Promise<Plan> {
    const payment = await this.#payments.lock(tx, data.bookingId)
    const decision = decideRefund(payment, data)
    if (decision.kind === 'refuse') return { kind: 'refuse', payment, reason: decision.reason }
    if (payment === null || payment.providerReference === null || decision.kind === 'answer') return { kind: 'answer' }
    const refundId = payment.refundId ?? uuidv7()
    const underWay = payment.state === 'refunding' ? payment : refunding(payment, refundId, data.amountMinor)
    if (underWay !== payment) await this.#payments.update(tx, underWay)
    const { amountMinor, currency, reason } = data
    const request: RefundRequest = { reference: payment.providerReference, refundId, amountMinor, currency, reason }
    return { kind: 'send', payment: underWay, attempt: await this.#attempts.begin(tx, payment.paymentId, 'refund', request) }
  }

  async #send(payment: Payment, attempt: ProviderAttempt<RefundRequest>): Promise<Effect> {
    const outcome = await this.#calls.run(attempt, () => this.#refundOnce(payment, attempt))
    return async tx => {
      const current = await this.#payments.lock(tx, payment.bookingId)
      if (current?.state === 'refunding') {
        await this.#payments.update(tx, outcome.kind === 'refunded'
          ? refunded(current, outcome.reference)
          : refundFailed(current, { code: outcome.code, detail: outcome.detail }))
        await this.#attempts.settle(tx, attempt, outcome.kind === 'refunded' ? 'succeeded' : 'failed')
      }
      await this.#answer(tx, payment.bookingId)
    }
  }

  /** A refund, unlike a capture, can happen twice once its key is forgotten: then it is looked up first. */
  async #refundOnce(payment: Payment, attempt: ProviderAttempt<RefundRequest>): Promise<RefundOutcome> {
    const provider = this.#providers.named(payment.provider)
    const found = attempt.ageMs < provider.keyLifetimeMs
      ? null
      : await provider.findRefund(attempt.request.reference, attempt.request.refundId)
    return found ?? provider.refund(attempt.request, attempt.key)
  }

  async #answer(tx: Tx, bookingId: string): Promise<void> {
    const payment = await this.#payments.lock(tx, bookingId)
    if (payment === null) throw new Error(`The payment of booking ${bookingId} was stored before and is gone.`)
    const isFailed = payment.state === 'refund-failed' && payment.reason !== null
    await publish(this.#outbox, tx, isFailed ? refundFailedAnswer(bookingId, payment, payment.reason as Reason) : refundedAnswer(payment))
  }
}
