import { type Database, type Tx } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { type Caution } from '../crashes/caution.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { type OrderStore } from './order-store.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'
import { WorkerLoops } from './worker-loops.ts'

const POLL_MS = 1_000
const CONCURRENCY = 2

export interface DrainOptions {
  readonly handlerTimeoutMs: number
  readonly caution: Caution
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
  readonly #loops: WorkerLoops

  /** @param handlers by consumer: the ordered ones, and those that no longer are but have messages parked */
  constructor(database: Database, inbox: InboxStore, order: OrderStore, handlers: ReadonlyMap<string, Handler>, options: DrainOptions) {
    this.#database = database
    this.#inbox = inbox
    this.#order = order
    this.#handlers = handlers
    this.#options = options
    const count = handlers.size === 0 ? 0 : CONCURRENCY
    this.#loops = new WorkerLoops('parked messages', { count, pollMs: POLL_MS }, () => this.#next())
  }

  start(): void {
    this.#loops.start()
  }

  wake(): void {
    this.#loops.wake()
  }

  /** A message of this consumer is settled, in a transaction that is committed. */
  wakeFor(consumer: string): void {
    if (this.#handlers.has(consumer)) this.#loops.wake()
  }

  stop(): Promise<void> {
    return this.#loops.stop()
  }

  async #next(): Promise<number | undefined> {
    if (!this.#options.caution.begin()) return undefined
    return this.#drainOne().finally(() => this.#options.caution.end())
  }

  /** One message of one key. 0: there may be another. */
  async #drainOne(): Promise<number | undefined> {
    let row: DueRow | undefined
    try {
      const found = await this.#database.transaction(
        async tx => {
          const key = await this.#order.nextKey(tx, this.#inbox.breakers.closed([...this.#handlers.keys()]))
          if (!key) return false
          const next = await this.#order.nextParked(tx, key)
          if (next && this.#options.caution.runsSingly) return this.#hold(tx, next)
          if (!next || !(await this.#inbox.finish(tx, next, next.attempts + 1))) return true
          row = next
          crashAroundCommit(tx, 'drain')
          await runDatabaseHandler(this.#handlerOf(row), JSON.parse(row.envelope) as Envelope, tx, row.attempts + 1)
          return true
        },
        { timeoutMs: this.#options.handlerTimeoutMs },
      )
      if (row) noteHandled(this.#inbox, row)
      if (found) this.#loops.wakeOthers()
      return found ? 0 : undefined
    } catch (error) {
      if (!row || (await isDatabaseAway(this.#database, error))) throw error
      return this.#failed(row, error)
    }
  }

  /** Where runs may end the process, the retry worker runs the message, with a claim. */
  async #hold(tx: Tx, row: DueRow): Promise<boolean> {
    await this.#order.hold(tx, row)
    tx.onCommit(() => this.#options.onRetrying(0))
    return true
  }

  /** It is now what the others of its key wait for. */
  async #failed(row: DueRow, error: unknown): Promise<number> {
    const delayMs = await recordFailedRun(this.#inbox, { ...row, ordered: true }, this.#handlerOf(row), row.attempts + 1, error)
    if (delayMs !== undefined) this.#options.onRetrying(delayMs)
    return 0
  }

  #handlerOf(row: DueRow): Handler {
    return this.#handlers.get(row.consumer) as Handler
  }
}
