import { randomUUID } from 'node:crypto'
import { validateTolerant } from '@prep/contracts'
import { type Database } from '@prep/persistence'
import { Caution } from './crashes/caution.ts'
import { ProcessMark } from './crashes/process-mark.ts'
import { Breakers } from './delivery/breakers.ts'
import { type Handler, HandlerRegistry } from './delivery/handler.ts'
import { Subscriber } from './delivery/subscriber.ts'
import { Claims } from './inbox/claims.ts'
import { DAY_MS } from './inbox/inbox-days.ts'
import { InboxKeeper } from './inbox/inbox-keeper.ts'
import { registerOrderGauges } from './inbox/inbox-metrics.ts'
import { InboxStore } from './inbox/inbox-store.ts'
import { InboxWorkers } from './inbox/inbox-workers.ts'
import { OrderStore } from './inbox/order-store.ts'
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

/** For each last statement of a service that ends: dead letters that were only counted, claims, the mark. */
const LAST_WORD_MS = 1_000

/** What is in flight when the last delivery came has so long at least. */
const IN_FLIGHT_MS = 2_000

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
  readonly #caution = new Caution()
  readonly #claims: Claims
  readonly #mark: ProcessMark
  #workers: InboxWorkers | undefined
  #stopped: Promise<void> | undefined
  /** What waited behind a message of an ordered handler may run. */
  readonly #onSettled = (consumer: string): void => this.#workers?.wakeDrain(consumer)

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
    this.#replays = new ReplayWorker(database, this.#letters, this.#outbox, this.handlers, { ...settings, caution: this.#caution, onHandled: this.#onSettled })
    this.#inbox = new InboxStore(database, this.#announcer, watchFailures(database, this.#outbox, settings.failureAlarm), new Breakers(settings.breakerAfter))
    const owner = `${settings.service}/${randomUUID()}`
    this.#claims = new Claims(this.#inbox, owner)
    this.#mark = new ProcessMark(database, this.#caution, { owner, cautionMs: settings.cautionMs, onClear: () => this.#workers?.wake() })
    this.subscriber = new Subscriber(database, this.#inbox, this.handlers, {
      ...settings,
      ages: { retentionMs: settings.inboxRetentionDays * DAY_MS, toleranceMs: settings.clockToleranceMs },
      order: this.#order,
      caution: this.#caution,
      onReceived: () => this.#workers?.received(),
      onRetrying: delayMs => this.#workers?.wakeRetries(delayMs),
    })
  }

  /** Begins to send, and to work off what an earlier life of the service left. */
  async start(): Promise<void> {
    this.#addOwnHandlers()
    this.#checkSubscriptions()
    checkRetention(this.#settings, this.handlers.all().map(handler => handler.retry))
    const workers = new InboxWorkers({
      database: this.#database, inbox: this.#inbox, order: this.#order, claims: this.#claims, caution: this.#caution, settings: this.#settings,
      handlers: this.handlers.all(), waiting: await this.#order.consumersWaiting(this.#database), suspects: [this.#replays],
    })
    this.#workers = workers
    registerOrderGauges(this.#database, workers.ordered)
    registerOutboxGauges(this.#database)
    registerInboxGauges(this.#database)
    await this.#mark.begin()
    await this.relay.start()
    this.#claims.start()
    workers.start()
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
    const workers = [this.#workers, this.#replays, this.#keeper].map(worker => worker?.stop())
    await within(Math.max(IN_FLIGHT_MS, until - performance.now()), Promise.all([this.subscriber.idle(), ...workers]))
    await within(LAST_WORD_MS, this.#claims.stop())
    await within(LAST_WORD_MS, this.#announcer.stop())
    await this.relay.flush(Math.max(0, until - performance.now())).catch(() => false)
    await this.relay.stop().catch(() => undefined)
    await within(LAST_WORD_MS, this.#mark.end())
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
