import { randomUUID } from 'node:crypto'
import { validateTolerant } from '@prep/contracts'
import { type Database } from '@prep/persistence'
import { Breakers } from './delivery/breakers.ts'
import { type Handler, HandlerRegistry } from './delivery/handler.ts'
import { Subscriber } from './delivery/subscriber.ts'
import { DrainWorker } from './inbox/drain-worker.ts'
import { ExternalWorker } from './inbox/external-worker.ts'
import { DAY_MS } from './inbox/inbox-days.ts'
import { InboxKeeper } from './inbox/inbox-keeper.ts'
import { registerOrderGauges } from './inbox/inbox-metrics.ts'
import { InboxStore } from './inbox/inbox-store.ts'
import { OrderStore } from './inbox/order-store.ts'
import { RetryWorker } from './inbox/retry-worker.ts'
import { Announcer } from './dead-letters/announcer.ts'
import { watchFailures } from './dead-letters/failure-alarm.ts'
import { registerInboxGauges } from './inbox/inbox-gauges.ts'
import { decisionHandlers } from './dead-letters/decision-handlers.ts'
import { LetterStore } from './dead-letters/letter-store.ts'
import { ReplayWorker } from './dead-letters/replay-worker.ts'
import { Outbox } from './outbox/outbox.ts'
import { Projections } from './projection/projections.ts'
import { rebuildHandler } from './projection/rebuild-handler.ts'
import { registerOutboxGauges } from './relay/relay-metrics.ts'
import { Relay } from './relay/relay.ts'
import { checkRetention, type MessagingSettings } from './settings.ts'
import { subscriptionsOf } from './transport/subscriptions-of.ts'
import { checkSubscriptions } from './transport/topology.ts'

/** For telling of dead letters that were only counted, before the relay sends what is left. */
const LAST_WORD_MS = 1_000

/** Everything of messaging that runs in a service, begun and ended together. */
export class MessagingRuntime {
  readonly handlers = new HandlerRegistry()
  readonly relay: Relay
  readonly subscriber: Subscriber
  readonly projections: Projections
  readonly #database: Database
  readonly #announcer: Announcer
  readonly #outbox: Outbox
  readonly #letters: LetterStore
  readonly #replays: ReplayWorker
  readonly #inbox: InboxStore
  readonly #keeper: InboxKeeper
  readonly #order: OrderStore
  readonly #settings: MessagingSettings
  #retries: RetryWorker | undefined
  #externals: ExternalWorker | undefined
  #drains: DrainWorker | undefined
  #stopped: Promise<void> | undefined
  /** What waited behind a message of an ordered handler may run. */
  readonly #onSettled = (consumer: string): void => this.#drains?.wakeFor(consumer)

  constructor(database: Database, settings: MessagingSettings) {
    this.#database = database
    this.#settings = settings
    this.#keeper = new InboxKeeper(database, {
      retentionMs: settings.inboxRetentionDays * DAY_MS,
      decisionRetentionMs: settings.decisionRetentionDays * DAY_MS,
    })
    this.projections = new Projections(database)
    this.relay = new Relay(database, settings)
    this.#outbox = new Outbox(settings.service, this.relay)
    this.#announcer = new Announcer(database, this.#outbox)
    this.#order = new OrderStore(settings.parkedLimit)
    this.#letters = new LetterStore(database, this.#order)
    this.#replays = new ReplayWorker(database, this.#letters, this.#outbox, this.handlers, { ...settings, onHandled: this.#onSettled })
    this.#inbox = new InboxStore(database, this.#announcer, watchFailures(database, this.#outbox, settings.failureAlarm), new Breakers(settings.breakerAfter))
    this.subscriber = new Subscriber(database, this.#inbox, this.handlers, {
      ...settings,
      ages: { retentionMs: settings.inboxRetentionDays * DAY_MS, toleranceMs: settings.clockToleranceMs },
      order: this.#order,
      onReceived: () => this.#externals?.wake(),
      onRetrying: delayMs => this.#retries?.wake(delayMs),
    })
  }

  /** Begins to send, and to work off what an earlier life of the service left. */
  async start(): Promise<void> {
    this.#addOwnHandlers()
    this.#checkSubscriptions()
    const { handlerTimeoutMs, externalConcurrency: concurrency, service } = this.#settings
    checkRetention(this.#settings, this.handlers.all().map(handler => handler.retry))
    this.#retries = new RetryWorker(this.#database, this.#inbox, this.#consumers('database'), handlerTimeoutMs, this.#onSettled)
    const waiting = new Set(await this.#order.consumersWaiting(this.#database))
    const ordered = new Map([...this.#consumers('database')].filter(([consumer, handler]) => handler.ordered || waiting.has(consumer)))
    const onRetrying = (delayMs: number) => this.#retries?.wake(delayMs)
    this.#drains = new DrainWorker(this.#database, this.#inbox, this.#order, ordered, { handlerTimeoutMs, onRetrying })
    registerOrderGauges(this.#database, [...ordered.keys()])
    const options = { owner: `${service}/${randomUUID()}`, concurrency, handlerTimeoutMs }
    this.#externals = new ExternalWorker(this.#database, this.#inbox, this.#consumers('external'), options)
    registerOutboxGauges(this.#database)
    registerInboxGauges(this.#database)
    await this.relay.start()
    this.#retries.start()
    this.#externals.start()
    this.#drains.start()
    this.#replays.start()
    this.#keeper.start()
    warmUp([...this.handlers.all()])
  }

  /** Lanes and handlers in flight end, then the relay sends what is left; what does not fit into `timeoutMs` stays in the tables. */
  drain(timeoutMs: number): Promise<void> {
    return (this.#stopped ??= this.#drain(timeoutMs))
  }

  async #drain(timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs
    await this.subscriber.stop()
    const workers = [this.#retries, this.#externals, this.#drains, this.#replays, this.#keeper].map(worker => worker?.stop())
    await within(timeoutMs, Promise.all([this.subscriber.idle(), ...workers]))
    await within(LAST_WORD_MS, this.#announcer.stop())
    await this.relay.flush(Math.max(0, until - performance.now())).catch(() => false)
    await this.relay.stop().catch(() => undefined)
  }

  /** Who has no handlers has no letters that anybody could ask about. */
  #addOwnHandlers(): void {
    if (this.handlers.all().length === 0) return
    const parts = { settings: this.#settings, letters: this.#letters, outbox: this.#outbox, onReplay: () => this.#replays.wake(), onSkipped: this.#onSettled }
    for (const handler of decisionHandlers(parts)) this.handlers.add(handler)
    if (!this.projections.isEmpty) this.handlers.add(rebuildHandler(this.#settings, this.projections))
  }

  /** @throws MessagingError MSG_NOBODY_PUBLISHES, MSG_SCOPE_MISSING */
  #checkSubscriptions(): void {
    const { topology, service } = this.#settings
    const handlers = this.handlers.all()
    checkSubscriptions(topology, service, handlers.map(handler => handler.contract), subscriptionsOf(this.#settings, handlers))
  }

  #consumers(effects: 'database' | 'external') {
    return new Map(this.handlers.all().filter(handler => handler.effects === effects).map(handler => [handler.consumer, handler]))
  }
}

/** Compiles the schemas of the handlers one by one when there is nothing else to do, so that no first message waits for it. */
function warmUp(handlers: Handler[]): void {
  const handler = handlers.pop()
  if (!handler) return
  setImmediate(() => {
    validateTolerant(handler.contract, undefined)
    warmUp(handlers)
  })
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>(done => {
    timer = setTimeout(done, ms)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}
