import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AuthorizePaymentV1, type AuthorizePaymentV1Data, type CapturePaymentV1Data, type Contract, type RefundPaymentV1Data, type VoidPaymentV1Data,
} from '@prep/contracts'
import { type Effect, type Envelope, ExternalContext, Outbox } from '@prep/messaging'
import { type Database, openDatabase, TransactionGroups } from '@prep/persistence'
import { type Fault, type LedgerLine, startStripeSandbox, type StripeSandbox } from '@prep/sandbox'
import { envelopeOf, publishedBy, type TestDatabase, testDatabase } from '@prep/testing'
import { AuthorizePaymentHandler } from './features/authorize-payment/authorize-payment.handler.ts'
import { CapturePaymentHandler } from './features/capture-payment/capture-payment.handler.ts'
import { MoneyMover } from './features/money-mover.ts'
import { ProviderCalls } from './features/provider-calls.ts'
import { RefundPaymentHandler } from './features/refund-payment/refund-payment.handler.ts'
import { AuthorizationReleaser } from './features/release-authorization.ts'
import { VoidPaymentHandler } from './features/void-payment/void-payment.handler.ts'
import { cardProvider } from './payment.module.ts'
import { AttemptStore } from './persistence/attempt-store.ts'
import { paymentMigrations } from './persistence/migrations/index.ts'
import { PaymentStore } from './persistence/payment-store.ts'
import { type PaymentProviders } from './provider/payment-providers.ts'

export interface CommandOptions {
  /** Default: a minute from now. */
  readonly deadline?: Date
  readonly attempt?: number
}

/** One command on its way: `call` is what the inbox worker runs first, `commit` the transaction it runs afterwards. */
export interface Underway {
  commit(): Promise<void>
}

export interface PaymentRoom {
  readonly database: TestDatabase
  authorize(data: AuthorizePaymentV1Data, options?: CommandOptions): Promise<Underway>
  void(data: VoidPaymentV1Data): Promise<Underway>
  capture(data: CapturePaymentV1Data): Promise<Underway>
  refund(data: RefundPaymentV1Data): Promise<Underway>
  /** What was published for a booking, in order. */
  published(bookingId: string): Promise<Array<{ type: string; data: Record<string, unknown> }>>
  ledger(bookingId: string): LedgerLine[]
  calls(matching: RegExp): number
  /** Somebody else, or time, ends the authorization. */
  cancelAtProvider(bookingId: string): Promise<void>
  setFaults(faults: readonly Fault[]): void
  stopProvider(): Promise<void>
  /** Does nothing when it is there. */
  startProvider(): Promise<void>
  close(): Promise<void>
}

/** The service's handlers on a real database and the sandbox, run as the inbox worker runs them, with the steps apart. */
export async function paymentRoom(stripeTimeoutMs = 2_000): Promise<PaymentRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'payment-room-'))
  const statePath = join(folder, 'stripe.jsonl')
  let sandbox = await startStripeSandbox({ statePath })
  let isUp = true
  const testing = await testDatabase(paymentMigrations)
  const database = await openDatabase({ url: testing.url, service: 'payment' })
  const settings = { databaseUrl: testing.url, stripeApiKey: 'sk_test_room', stripeApiBase: sandbox.url, stripeTimeoutMs }
  return {
    database: testing,
    ...commandsOf(database, cardProvider(settings)),
    published: async bookingId => (await publishedBy<Record<string, unknown>>(testing))
      .filter(({ subject }) => subject === bookingId).map(({ type, data }) => ({ type, data })),
    ledger: bookingId => sandbox.ledger().filter(line => line.bookingId === bookingId),
    calls: matching => sandbox.callCount(matching),
    cancelAtProvider: bookingId => cancelAt(sandbox, bookingId),
    setFaults: faults => sandbox.setFaults(faults),
    stopProvider: async () => {
      isUp = false
      await sandbox.close()
    },
    startProvider: async () => {
      if (!isUp) sandbox = await startStripeSandbox({ statePath, port: sandbox.port })
      isUp = true
    },
    close: async () => {
      await database.close()
      await testing.drop()
      if (isUp) await sandbox.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function commandsOf(database: Database, providers: PaymentProviders): Pick<PaymentRoom, 'authorize' | 'void' | 'capture' | 'refund'> {
  const attempts = new AttemptStore(database)
  const payments = new PaymentStore()
  const outbox = new Outbox('payment')
  const calls = new ProviderCalls(attempts)
  const releaser = new AuthorizationReleaser(providers, calls)
  const groups = new TransactionGroups(database)
  const authorize = new AuthorizePaymentHandler(groups, payments, attempts, providers, calls, releaser, outbox)
  const voids = new VoidPaymentHandler(groups, payments, attempts, releaser, outbox)
  const mover = new MoneyMover(groups, payments, attempts, providers, calls, outbox)
  const capture = new CapturePaymentHandler(mover)
  const refund = new RefundPaymentHandler(mover)
  const underway = (effect: Effect): Underway => ({ commit: () => database.transaction(effect) })
  return {
    authorize: async (data, options = {}) => underway(await authorize.handle(data, contextOf(AuthorizePaymentV1, data, options))),
    void: async data => underway(await voids.handle(data)),
    capture: async data => underway(await capture.handle(data)),
    refund: async data => underway(await refund.handle(data)),
  }
}

async function cancelAt(sandbox: StripeSandbox, bookingId: string): Promise<void> {
  const { intent } = sandbox.ledger().find(line => line.bookingId === bookingId) as LedgerLine
  const headers = { authorization: 'Bearer sk_test_room' }
  const answer = await fetch(`${sandbox.url}/v1/payment_intents/${intent}/cancel`, { method: 'POST', headers })
  if (!answer.ok) throw new Error(await answer.text())
}

function contextOf<T>(contract: Contract<T>, data: T, options: CommandOptions): ExternalContext<T> {
  const envelope: Envelope<T> = envelopeOf(contract, data, { deadline: options.deadline ?? new Date(Date.now() + 60_000) })
  return new ExternalContext(envelope, options.attempt ?? 1, new AbortController().signal)
}
