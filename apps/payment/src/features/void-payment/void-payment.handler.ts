import { Controller, Inject } from '@nestjs/common'
import { VoidPaymentV1, type VoidPaymentV1Data } from '@prep/contracts'
import { type Effect, Outbox, Subscribe } from '@prep/messaging'
import { TransactionGroups, type Tx } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { decideVoid } from '../../domain/decide-void.ts'
import { type Payment, tombstone, voided, voiding } from '../../domain/payment.ts'
import { NO_TRIES, type ProviderAttempt } from '../../domain/provider-attempt.ts'
import { AttemptStore } from '../../persistence/attempt-store.ts'
import { PaymentStore } from '../../persistence/payment-store.ts'
import { answerToVoid, publish } from '../payment-answers.ts'
import { forMessaging } from '../provider-calls.ts'
import { AuthorizationReleaser, authorizeRequest, type DoubtfulRelease } from '../release-authorization.ts'
import { UNTIL_DONE } from '../retry-ladders.ts'

type Plan =
  | { readonly kind: 'cancel'; readonly payment: Payment; readonly reference: string; readonly cancel: ProviderAttempt }
  | { readonly kind: 'settle'; readonly doubt: DoubtfulRelease }
  | { readonly kind: 'answer' }

/** Makes sure that nothing is reserved for a booking, whatever is known of it: the undo of authorize. */
@Controller()
export class VoidPaymentHandler {
  readonly #groups: TransactionGroups
  readonly #payments: PaymentStore
  readonly #attempts: AttemptStore
  readonly #releaser: AuthorizationReleaser
  readonly #outbox: Outbox

  constructor(
    @Inject(TransactionGroups) groups: TransactionGroups, @Inject(PaymentStore) payments: PaymentStore, @Inject(AttemptStore) attempts: AttemptStore,
    @Inject(AuthorizationReleaser) releaser: AuthorizationReleaser, @Inject(Outbox) outbox: Outbox,
  ) {
    this.#groups = groups
    this.#payments = payments
    this.#attempts = attempts
    this.#releaser = releaser
    this.#outbox = outbox
  }

  @Subscribe(VoidPaymentV1, { effects: 'external', retry: UNTIL_DONE })
  async handle(data: VoidPaymentV1Data): Promise<Effect> {
    return forMessaging(async () => {
      const plan = await this.#groups.run(data.bookingId, tx => this.#prepare(tx, data.bookingId))
      if (plan.kind === 'answer') return async tx => publish(this.#outbox, tx, answerToVoid(await this.#payments.lockStored(tx, data.bookingId)))
      if (plan.kind === 'settle') return this.#ended(plan.doubt, await this.#releaser.release(plan.doubt))
      await this.#releaser.cancel(plan.payment, plan.reference, plan.cancel)
      return this.#ended(plan, true)
    })
  }

  async #prepare(tx: Tx, bookingId: string): Promise<Plan> {
    const payment = await this.#payments.lock(tx, bookingId)
    if (payment === null) {
      const isFirst = await this.#payments.insert(tx, tombstone(uuidv7(), bookingId))
      return isFirst ? { kind: 'answer' } : this.#prepare(tx, bookingId)
    }
    const { inDoubt } = payment.state === 'authorizing' ? await this.#attempts.tries(tx, payment.paymentId, 'authorize') : NO_TRIES
    switch (decideVoid(payment, inDoubt)) {
      case 'void-now':
        this.#payments.update(tx, voided(payment, false))
        return { kind: 'answer' }
      case 'cancel':
      case 'settle':
        return this.#begin(tx, payment)
      default:
        return { kind: 'answer' }
    }
  }

  /** From here on the authorize handler makes nothing authorized any more; every key is stored. */
  async #begin(tx: Tx, before: Payment): Promise<Plan> {
    const payment = before.state === 'voiding' ? before : voiding(before)
    if (payment !== before) this.#payments.update(tx, payment)
    const cancel = await this.#attempts.begin(tx, payment.paymentId, 'cancel', {})
    if (payment.providerReference !== null) return { kind: 'cancel', payment, reference: payment.providerReference, cancel }
    if (payment.terms === null) throw new Error(`Payment ${payment.paymentId} is ${payment.state} without terms.`)
    const authorize = await this.#attempts.begin(tx, payment.paymentId, 'authorize', authorizeRequest(payment, payment.terms))
    return { kind: 'settle', doubt: { payment, authorize, cancel } }
  }

  #ended(done: { payment: Payment; cancel: ProviderAttempt; authorize?: ProviderAttempt }, wasHeld: boolean): Effect {
    return async tx => {
      const payment = await this.#payments.lockStored(tx, done.payment.bookingId)
      const ended = payment.state === 'voiding' ? voided(payment, wasHeld) : payment
      if (ended !== payment) {
        this.#payments.update(tx, ended)
        this.#attempts.settle(tx, done.cancel, 'succeeded')
        if (done.authorize !== undefined) this.#attempts.settle(tx, done.authorize, wasHeld ? 'succeeded' : 'failed')
      }
      await publish(this.#outbox, tx, answerToVoid(ended))
    }
  }
}
