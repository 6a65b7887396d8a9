import { Controller, Inject } from '@nestjs/common'
import { AuthorizePaymentV1, type AuthorizePaymentV1Data } from '@prep/contracts'
import { type Effect, type ExternalContext, Outbox, Subscribe } from '@prep/messaging'
import { TransactionGroups, type Tx } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { DEADLINE_PASSED, decideAuthorize, PROVIDER_UNAVAILABLE } from '../../domain/decide-authorize.ts'
import { ProviderUnavailable } from '../../domain/errors.ts'
import { authorized, begin, beginDeclined, declined, type Payment, type Terms, voided, voiding } from '../../domain/payment.ts'
import { type AuthorizeOutcome, type AuthorizeRequest } from '../../domain/payment-provider.ts'
import { NO_TRIES, type ProviderAttempt } from '../../domain/provider-attempt.ts'
import { AttemptStore } from '../../persistence/attempt-store.ts'
import { PaymentStore } from '../../persistence/payment-store.ts'
import { PaymentProviders } from '../../provider/payment-providers.ts'
import { answerToAuthorize, declineAnswer, publish } from '../payment-answers.ts'
import { forMessaging, ProviderCalls } from '../provider-calls.ts'
import { AuthorizationReleaser, authorizeRequest, type DoubtfulRelease } from '../release-authorization.ts'
import { lastMoment, UNTIL_DEADLINE, untilNextTry } from '../retry-ladders.ts'

/** For a command that names no deadline. */
const USUAL_PATIENCE_MS = 60_000

type Plan =
  | { readonly kind: 'send'; readonly payment: Payment; readonly attempt: ProviderAttempt<AuthorizeRequest> }
  | { readonly kind: 'settle'; readonly doubt: DoubtfulRelease }
  | { readonly kind: 'answer' }

/**
 * Reserves a booking's amount. Decides under the payment's lock and stores the key (`prepare`), asks the provider with
 * no transaction open, and writes what came of it together with its answer.
 */
@Controller()
export class AuthorizePaymentHandler {
  readonly #groups: TransactionGroups
  readonly #payments: PaymentStore
  readonly #attempts: AttemptStore
  readonly #providers: PaymentProviders
  readonly #calls: ProviderCalls
  readonly #releaser: AuthorizationReleaser
  readonly #outbox: Outbox

  constructor(
    @Inject(TransactionGroups) groups: TransactionGroups, @Inject(PaymentStore) payments: PaymentStore, @Inject(AttemptStore) attempts: AttemptStore,
    @Inject(PaymentProviders) providers: PaymentProviders, @Inject(ProviderCalls) calls: ProviderCalls,
    @Inject(AuthorizationReleaser) releaser: AuthorizationReleaser, @Inject(Outbox) outbox: Outbox,
  ) {
    this.#groups = groups
    this.#payments = payments
    this.#attempts = attempts
    this.#providers = providers
    this.#calls = calls
    this.#releaser = releaser
    this.#outbox = outbox
  }

  @Subscribe(AuthorizePaymentV1, { effects: 'external', retry: UNTIL_DEADLINE })
  async handle(data: AuthorizePaymentV1Data, context: ExternalContext<AuthorizePaymentV1Data>): Promise<Effect> {
    const sentAt = new Date(context.envelope.time)
    const end = lastMoment(sentAt, context.deadline ?? new Date(sentAt.getTime() + USUAL_PATIENCE_MS))
    const run = async (): Promise<Effect> => {
      const plan = await this.#groups.run(data.bookingId, tx => this.#prepare(tx, data, Date.now() >= end.getTime()))
      if (plan.kind === 'send') return this.#send(plan.payment, plan.attempt)
      if (plan.kind === 'settle') return this.#settle(plan.doubt)
      return async tx => publish(this.#outbox, tx, answerToAuthorize(await this.#payments.lockStored(tx, data.bookingId)))
    }
    return forMessaging(run, () => untilNextTry(UNTIL_DEADLINE, context.attempt, end, Date.now()))
  }

  async #prepare(tx: Tx, data: AuthorizePaymentV1Data, isLate: boolean): Promise<Plan> {
    const { bookingId, ...terms } = data
    const payment = await this.#payments.lock(tx, bookingId)
    const tries = payment === null ? NO_TRIES : await this.#attempts.tries(tx, payment.paymentId, 'authorize')
    const decision = decideAuthorize(payment, terms, isLate, tries)
    if (payment === null) {
      const fresh = this.#fresh(bookingId, terms, isLate)
      if (!await this.#payments.insert(tx, fresh)) return this.#prepare(tx, data, isLate)
      return decision.kind === 'send' ? this.#begin(tx, fresh, terms) : { kind: 'answer' }
    }
    if (decision.kind === 'decline') this.#payments.update(tx, declined(payment, decision.reason))
    if (decision.kind === 'send') return this.#begin(tx, payment, terms)
    if (decision.kind !== 'settle') return { kind: 'answer' }
    const given = voiding(payment)
    this.#payments.update(tx, given)
    const authorize = await this.#attempts.begin(tx, payment.paymentId, 'authorize', authorizeRequest(payment, terms))
    const cancel = await this.#attempts.begin(tx, payment.paymentId, 'cancel', {})
    return { kind: 'settle', doubt: { payment: given, authorize, cancel } }
  }

  #fresh(bookingId: string, terms: Terms, isLate: boolean): Payment {
    const provider = this.#providers.for(terms.amountMinor).name
    return isLate ? beginDeclined(uuidv7(), bookingId, terms, provider, DEADLINE_PASSED) : begin(uuidv7(), bookingId, terms, provider)
  }

  async #begin(tx: Tx, payment: Payment, terms: Terms): Promise<Plan> {
    const attempt = await this.#attempts.begin(tx, payment.paymentId, 'authorize', authorizeRequest(payment, terms))
    return { kind: 'send', payment, attempt }
  }

  async #send(payment: Payment, attempt: ProviderAttempt<AuthorizeRequest>): Promise<Effect> {
    const provider = this.#providers.named(payment.provider)
    const outcome = await this.#calls.run(attempt, () => provider.authorize(attempt.request, attempt.key))
    return async tx => {
      const current = await this.#payments.lockStored(tx, payment.bookingId)
      // A void that came meanwhile has the last word: it finds this authorization by its key and gives it up.
      const decided = current.state === 'authorizing' ? after(current, outcome) : current
      if (decided !== current) {
        this.#payments.update(tx, decided)
        this.#attempts.settle(tx, attempt, outcome.kind === 'authorized' ? 'succeeded' : 'failed')
      }
      await publish(this.#outbox, tx, answerToAuthorize(decided))
    }
  }

  /** Too late with an authorization in doubt: none may stay behind that nobody waits for. */
  async #settle(doubt: DoubtfulRelease): Promise<Effect> {
    const { bookingId } = doubt.payment
    try {
      const wasHeld = await this.#releaser.release(doubt)
      return async tx => {
        const current = await this.#payments.lockStored(tx, bookingId)
        const ended = current.state === 'voiding' ? voided(current, wasHeld) : current
        if (ended !== current) {
          this.#payments.update(tx, ended)
          this.#attempts.settle(tx, doubt.authorize, wasHeld ? 'succeeded' : 'failed')
          this.#attempts.settle(tx, doubt.cancel, 'succeeded')
        }
        await publish(this.#outbox, tx, declineAnswer(ended, DEADLINE_PASSED, true))
      }
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error
      return async tx => publish(this.#outbox, tx, declineAnswer(await this.#payments.lockStored(tx, bookingId), UNKNOWN, false))
    }
  }
}

const UNKNOWN = {
  code: PROVIDER_UNAVAILABLE.code,
  detail: 'The card provider could not be asked in time whether the amount is reserved; it has to be given up.',
}

function after(payment: Payment, outcome: AuthorizeOutcome): Payment {
  if (outcome.kind === 'authorized') return authorized(payment, outcome.reference, outcome.until)
  return declined(payment, { code: outcome.code, detail: outcome.detail })
}
