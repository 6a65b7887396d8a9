import { type Database } from '@prep/persistence'
import { isDatabaseAway, logFailure } from '../delivery/deliver-singly.ts'
import { deliveryMetrics } from '../delivery/delivery-metrics.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { delayAfter, failureOf } from './failure.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { type OrderStore } from './order-store.ts'
import { PollLoop } from './poll-loop.ts'

const POLL_MS = 1_000
const CONCURRENCY = 2

export interface DrainOptions {
  readonly handlerTimeoutMs: number
  /** A drained message failed and is to be tried again after so long. */
  readonly onRetrying: (delayMs: number) => void
}

/**
 * Runs what was parked behind a message that failed, once that one is handled, skipped or archived: by sequence, each in
 * one transaction with its row. The transaction that finds none left opens the key; until then deliveries keep parking.
 */
export class DrainWorker {
  readonly #database: Database
  readonly #inbox: InboxStore
  readonly #order: OrderStore
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #options: DrainOptions
  readonly #loops: PollLoop[]

  /** @param handlers by consumer: the ordered ones, and those that no longer are but have messages parked */
  constructor(database: Database, inbox: InboxStore, order: OrderStore, handlers: ReadonlyMap<string, Handler>, options: DrainOptions) {
    this.#database = database
    this.#inbox = inbox
    this.#order = order
    this.#handlers = handlers
    this.#options = options
    const loops = handlers.size === 0 ? 0 : CONCURRENCY
    this.#loops = Array.from({ length: loops }, (_, i) => new PollLoop('parked messages', i === 0 ? POLL_MS : Infinity, () => this.#next()))
  }

  start(): void {
    for (const loop of this.#loops) loop.start()
  }

  /** A message of this consumer is settled, in a transaction that is committed. */
  wakeFor(consumer: string): void {
    if (this.#handlers.has(consumer)) for (const loop of this.#loops) loop.wake()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map(loop => loop.stop()))
  }

  /** One message of one key. 0: there may be another. */
  async #next(): Promise<number | undefined> {
    let row: DueRow | undefined
    try {
      const found = await this.#database.transaction(
        async tx => {
          const key = await this.#order.nextKey(tx, this.#inbox.breakers.closed([...this.#handlers.keys()]))
          if (!key) return false
          const next = await this.#order.nextParked(tx, key)
          if (!next || !(await this.#inbox.finish(tx, next, next.attempts + 1))) return true
          row = next
          await runDatabaseHandler(this.#handlerOf(row), JSON.parse(row.envelope) as Envelope, tx, row.attempts + 1)
          return true
        },
        { timeoutMs: this.#options.handlerTimeoutMs },
      )
      if (row) deliveryMetrics().retries.inc({ consumer: row.consumer, outcome: 'handled' })
      if (row) this.#inbox.handled(row.consumer)
      if (found) this.#loops[1]?.wake()
      return found ? 0 : undefined
    } catch (error) {
      if (!row || (await isDatabaseAway(this.#database, error))) throw error
      return this.#failed(row, error)
    }
  }

  /** It is now what the others of its key wait for. */
  async #failed(row: DueRow, error: unknown): Promise<number> {
    const failure = failureOf(error)
    const attempts = row.attempts + 1
    const delayMs = delayAfter(this.#handlerOf(row).retry, attempts, failure)
    await this.#inbox.updateFailed({ ...row, ordered: true }, row.attempts, attempts, failure, delayMs ?? null)
    const state = delayMs === undefined ? 'dead' : 'retrying'
    deliveryMetrics().retries.inc({ consumer: row.consumer, outcome: state })
    logFailure({ consumer: row.consumer, eventId: row.event_id, state, attempts }, JSON.parse(row.envelope) as Envelope, failure, error)
    if (delayMs !== undefined) this.#options.onRetrying(delayMs)
    return 0
  }

  #handlerOf(row: DueRow): Handler {
    return this.#handlers.get(row.consumer) as Handler
  }
}
