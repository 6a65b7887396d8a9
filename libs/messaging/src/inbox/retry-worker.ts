import { type Database } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { isDatabaseAway, logFailure } from '../delivery/deliver-singly.ts'
import { deliveryMetrics } from '../delivery/delivery-metrics.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { delayAfter, failureOf } from './failure.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { PollLoop } from './poll-loop.ts'

const POLL_MS = 500
const CONCURRENCY = 2

/** Runs the due rows of database handlers, each in one transaction with its row. */
export class RetryWorker {
  readonly #database: Database
  readonly #inbox: InboxStore
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #timeoutMs: number
  readonly #onHandled: (consumer: string) => void
  readonly #loops: PollLoop[]

  /** @param handlers by consumer */
  constructor(database: Database, inbox: InboxStore, handlers: ReadonlyMap<string, Handler>, timeoutMs: number, onHandled: (consumer: string) => void = () => undefined) {
    this.#onHandled = onHandled
    this.#database = database
    this.#inbox = inbox
    this.#handlers = handlers
    this.#timeoutMs = timeoutMs
    const loops = handlers.size === 0 ? 0 : CONCURRENCY
    // One looks for rows; the others come when it finds some.
    this.#loops = Array.from({ length: loops }, (_, i) => new PollLoop('inbox retries', i === 0 ? POLL_MS : Infinity, () => this.#next()))
  }

  start(): void {
    for (const loop of this.#loops) loop.start()
  }

  /** Rows were committed that are due about then. */
  wake(afterMs = 0): void {
    for (const loop of this.#loops) loop.wake(afterMs)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map(loop => loop.stop()))
  }

  /** One due row of a handler whose breaker is closed, or which is due for a probe. 0: there may be another. */
  async #next(): Promise<number | undefined> {
    const { breakers } = this.#inbox
    const consumers = [...this.#handlers.keys()]
    const probes = breakers.takeProbes(consumers)
    try {
      return await this.#runOne([...breakers.closed(consumers), ...probes])
    } finally {
      breakers.returnProbes(probes)
    }
  }

  async #runOne(consumers: readonly string[]): Promise<number | undefined> {
    let row: DueRow | undefined
    try {
      await this.#database.transaction(
        async tx => {
          row = await this.#inbox.lockDue(tx, consumers)
          if (!row) return
          crashAroundCommit(tx, 'retry')
          const attempt = row.attempts + 1
          await this.#inbox.finish(tx, row, attempt)
          await runDatabaseHandler(this.#handlerOf(row), JSON.parse(row.envelope) as Envelope, tx, attempt)
        },
        { timeoutMs: this.#timeoutMs },
      )
      if (!row) return undefined
      this.#loops[1]?.wake()
      deliveryMetrics().retries.inc({ consumer: row.consumer, outcome: 'handled' })
      this.#inbox.handled(row.consumer)
      this.#onHandled(row.consumer)
      return 0
    } catch (error) {
      if (!row || (await isDatabaseAway(this.#database, error))) throw error
      return this.#failed(row, error)
    }
  }

  async #failed(row: DueRow, error: unknown): Promise<number> {
    const failure = failureOf(error)
    const attempts = row.attempts + 1
    const delayMs = delayAfter(this.#handlerOf(row).retry, attempts, failure)
    await this.#inbox.updateFailed({ ...row, ordered: this.#handlerOf(row).ordered === true }, row.attempts, attempts, failure, delayMs ?? null)
    const state = delayMs === undefined ? 'dead' : 'retrying'
    deliveryMetrics().retries.inc({ consumer: row.consumer, outcome: state })
    logFailure({ consumer: row.consumer, eventId: row.event_id, state, attempts }, JSON.parse(row.envelope) as Envelope, failure, error)
    if (delayMs !== undefined) this.wake(delayMs)
    return 0
  }

  #handlerOf(row: DueRow): Handler {
    return this.#handlers.get(row.consumer) as Handler
  }
}
