import { type Database, TransactionGroups } from '@prep/persistence'
import { type Caution } from '../crashes/caution.ts'
import { InboxSuspects } from '../crashes/inbox-suspects.ts'
import { type Suspects, SuspectWorker } from '../crashes/suspects.ts'
import { type Handler } from '../delivery/handler.ts'
import { type MessagingSettings } from '../settings.ts'
import { type Claims } from './claims.ts'
import { DrainWorker } from './drain-worker.ts'
import { ExternalWorker } from './external-worker.ts'
import { type InboxStore } from './inbox-store.ts'
import { type OrderStore } from './order-store.ts'
import { RetryWorker } from './retry-worker.ts'
import { type ClaimedParts } from './run-claimed.ts'

export interface InboxWorkersParts {
  readonly database: Database
  readonly inbox: InboxStore
  readonly order: OrderStore
  readonly claims: Claims
  readonly caution: Caution
  readonly settings: Pick<MessagingSettings, 'handlerTimeoutMs' | 'externalConcurrency' | 'crashLimit'>
  readonly handlers: readonly Handler[]
  /** Consumers whose messages wait behind one that failed, also of handlers that are ordered no more. */
  readonly waiting: readonly string[]
  /** Suspects of other kinds than the inbox's. */
  readonly suspects: readonly Suspects[]
}

/** Everything that works off the inbox: retries, external handlers, parked messages, and what processes died with. */
export class InboxWorkers {
  /** The consumers that the drain serves. */
  readonly ordered: readonly string[]
  readonly #caution: Caution
  readonly #retries: RetryWorker
  readonly #externals: ExternalWorker
  readonly #drains: DrainWorker
  readonly #suspects: SuspectWorker

  constructor(parts: InboxWorkersParts) {
    const { database, inbox, order, claims, caution, settings, handlers, waiting } = parts
    this.#caution = caution
    const of = (wanted: (handler: Handler) => boolean) => new Map(handlers.filter(wanted).map(handler => [handler.consumer, handler]))
    const claimed: ClaimedParts = {
      database, inbox, claims, handlerTimeoutMs: settings.handlerTimeoutMs, settling: new TransactionGroups(database, { timeoutMs: settings.handlerTimeoutMs }),
      onHandled: consumer => this.wakeDrain(consumer),
      onRetrying: (handler, delayMs) => (handler.effects === 'external' ? this.#externals : this.#retries).wake(delayMs),
    }
    const ordered = of(handler => handler.effects === 'database' && (handler.ordered === true || waiting.includes(handler.consumer)))
    this.ordered = [...ordered.keys()]
    this.#retries = new RetryWorker(claimed, of(handler => handler.effects === 'database'), caution)
    this.#externals = new ExternalWorker(claimed, of(handler => handler.effects === 'external'), { caution, concurrency: settings.externalConcurrency })
    this.#drains = new DrainWorker(database, inbox, order, ordered, { caution, handlerTimeoutMs: settings.handlerTimeoutMs, onRetrying: delayMs => this.wakeRetries(delayMs) })
    const sources = [new InboxSuspects(claimed, of(() => true), settings.crashLimit), ...parts.suspects]
    this.#suspects = new SuspectWorker(caution, sources, () => this.wake())
  }

  start(): void {
    for (const worker of [this.#retries, this.#externals, this.#drains, this.#suspects]) worker.start()
  }

  /** A delivery was stored to be run here. */
  received(): void {
    if (this.#caution.isNeeded) this.wake()
    else this.#externals.wake()
  }

  /** Rows may be run that could not a moment ago. */
  wake(): void {
    this.#retries.wake()
    this.#externals.wake()
    this.#drains.wake()
  }

  wakeRetries(delayMs: number): void {
    this.#retries.wake(delayMs)
  }

  /** A message of this consumer is settled, in a transaction that is committed. */
  wakeDrain(consumer: string): void {
    this.#drains.wakeFor(consumer)
  }

  async stop(): Promise<void> {
    await Promise.all([this.#retries, this.#externals, this.#drains, this.#suspects].map(worker => worker.stop()))
  }
}
