import { Inject, Injectable } from '@nestjs/common'
import { type Effect, Outbox } from '@prep/messaging'
import { TransactionGroups, type Tx } from '@prep/persistence'
import { type Payment, type Reason } from '../domain/payment.ts'
import { type PaymentProvider } from '../domain/payment-provider.ts'
import { type PaymentState } from '../domain/payment-state.ts'
import { type Operation, type ProviderAttempt } from '../domain/provider-attempt.ts'
import { AttemptStore } from '../persistence/attempt-store.ts'
import { PaymentStore } from '../persistence/payment-store.ts'
import { PaymentProviders } from '../provider/payment-providers.ts'
import { type Answer, publish } from './payment-answers.ts'
import { forMessaging, ProviderCalls } from './provider-calls.ts'

/** What tells taking from giving back. `Command` is the message's data, `Request` what is stored and sent with the key. */
export interface Movement<Command, Request, Outcome> {
  readonly operation: Operation
  /** The state from the decision to the outcome: only a payment in it takes the outcome. */
  readonly underWay: PaymentState
  decide(payment: Payment | null, command: Command): Decision
  begin(payment: Payment, command: Command): Payment
  request(underWay: Payment, reference: string, command: Command): Request
  send(provider: PaymentProvider, attempt: ProviderAttempt<Request>): Promise<Outcome>
  after(payment: Payment, outcome: Outcome): Payment
  /** What is said of a payment that was moved, or could not be; the same however often it is asked. */
  answer(payment: Payment): Answer
  /** What is said when nothing changes. */
  refusal(bookingId: string, payment: Payment | null, reason: Reason): Answer
}

type Decision = { readonly kind: 'send' | 'answer' } | { readonly kind: 'refuse'; readonly reason: Reason }

type Plan<Request> =
  | { readonly kind: 'send'; readonly payment: Payment; readonly attempt: ProviderAttempt<Request> }
  | { readonly kind: 'answer' }
  | { readonly kind: 'refuse'; readonly answer: Answer }

/**
 * Moves money that an authorization has reserved or a capture has taken, once: decides under the payment's lock and
 * stores the key, asks the provider with no transaction open, and writes what came of it together with its answer.
 */
@Injectable()
export class MoneyMover {
  readonly #groups: TransactionGroups
  readonly #payments: PaymentStore
  readonly #attempts: AttemptStore
  readonly #providers: PaymentProviders
  readonly #calls: ProviderCalls
  readonly #outbox: Outbox

  constructor(
    @Inject(TransactionGroups) groups: TransactionGroups, @Inject(PaymentStore) payments: PaymentStore, @Inject(AttemptStore) attempts: AttemptStore,
    @Inject(PaymentProviders) providers: PaymentProviders, @Inject(ProviderCalls) calls: ProviderCalls, @Inject(Outbox) outbox: Outbox,
  ) {
    this.#groups = groups
    this.#payments = payments
    this.#attempts = attempts
    this.#providers = providers
    this.#calls = calls
    this.#outbox = outbox
  }

  async move<C extends { bookingId: string }, R, O extends { kind: string }>(movement: Movement<C, R, O>, command: C): Promise<Effect> {
    return forMessaging(async () => {
      const plan = await this.#groups.run(command.bookingId, tx => this.#prepare(tx, movement, command))
      if (plan.kind === 'refuse') return tx => publish(this.#outbox, tx, plan.answer)
      if (plan.kind === 'answer') return async tx => publish(this.#outbox, tx, movement.answer(await this.#payments.lockStored(tx, command.bookingId)))
      return this.#send(movement, plan.payment, plan.attempt)
    })
  }

  async #prepare<C extends { bookingId: string }, R, O>(tx: Tx, movement: Movement<C, R, O>, command: C): Promise<Plan<R>> {
    const { operation, underWay: state } = movement
    const payment = await this.#payments.lock(tx, command.bookingId)
    const decision = movement.decide(payment, command)
    if (decision.kind === 'refuse') return { kind: 'refuse', answer: movement.refusal(command.bookingId, payment, decision.reason) }
    if (decision.kind === 'answer') return { kind: 'answer' }
    if (payment?.providerReference == null) throw new Error(`Booking ${command.bookingId} has nothing to ${operation}.`)
    const underWay = payment.state === state ? payment : movement.begin(payment, command)
    if (underWay !== payment) this.#payments.update(tx, underWay)
    const request = movement.request(underWay, payment.providerReference, command)
    return { kind: 'send', payment: underWay, attempt: await this.#attempts.begin(tx, payment.paymentId, operation, request) }
  }

  async #send<C, R, O extends { kind: string }>(
    movement: Movement<C, R, O>, { provider, bookingId }: Payment, attempt: ProviderAttempt<R>,
  ): Promise<Effect> {
    const named = this.#providers.named(provider)
    const outcome = await this.#calls.run(attempt, () => movement.send(named, attempt))
    return async tx => {
      const payment = await this.#payments.lockStored(tx, bookingId)
      const moved = payment.state === movement.underWay ? movement.after(payment, outcome) : payment
      if (moved !== payment) {
        this.#payments.update(tx, moved)
        this.#attempts.settle(tx, attempt, outcome.kind === 'refused' ? 'failed' : 'succeeded')
      }
      await publish(this.#outbox, tx, movement.answer(moved))
    }
  }
}
