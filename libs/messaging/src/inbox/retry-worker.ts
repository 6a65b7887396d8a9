import { type Database } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'
import { WorkerLoops } from './worker-loops.ts'

const POLL_MS = 500
const CONCURRENCY = 2

/** Runs the due rows of database handlers, each in one transaction with its row. */
export class RetryWorker {
  readonly #database: Database
  readonly #inbox: InboxStore
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #timeoutMs: number
  readonly #onHandled: (consumer: string) => void
  readonly #loops: WorkerLoops

  /** @param handlers by consumer */
  constructor(database: Database, inbox: InboxStore, handlers: ReadonlyMap<string, Handler>, timeoutMs: number, onHandled: (consumer: string) => void = () => undefined) {
    this.#onHandled = onHandled
    this.#database = database
    this.#inbox = inbox
    this.#handlers = handlers
    this.#timeoutMs = timeoutMs
    const count = handlers.size === 0 ? 0 : CONCURRENCY
    this.#loops = new WorkerLoops('inbox retries', { count, pollMs: POLL_MS }, () => this.#next())
  }

  start(): void {
    this.#loops.start()
  }

  /** Rows were committed that are due about then. */
  wake(afterMs = 0): void {
    this.#loops.wake(afterMs)
  }

  stop(): Promise<void> {
    return this.#loops.stop()
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
      this.#loops.wakeOthers()
      noteHandled(this.#inbox, row)
      this.#onHandled(row.consumer)
      return 0
    } catch (error) {
      if (!row || (await isDatabaseAway(this.#database, error))) throw error
      return this.#failed(row, error)
    }
  }

  async #failed(row: DueRow, error: unknown): Promise<number> {
    const handler = this.#handlerOf(row)
    const delayMs = await recordFailedRun(this.#inbox, { ...row, ordered: handler.ordered === true }, handler, row.attempts + 1, error)
    if (delayMs !== undefined) this.wake(delayMs)
    return 0
  }

  #handlerOf(row: DueRow): Handler {
    return this.#handlers.get(row.consumer) as Handler
  }
}
