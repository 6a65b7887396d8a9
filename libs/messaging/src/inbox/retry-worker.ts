import { crashAroundCommit } from '../crash-point.ts'
import { type Caution } from '../crashes/caution.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { type DueRow } from './inbox-store.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'
import { type ClaimedParts, runClaimed } from './run-claimed.ts'
import { WorkerLoops } from './worker-loops.ts'

const POLL_MS = 500
const CONCURRENCY = 2

/** Runs the due rows of database handlers, each in one transaction with its row; while there is caution, singly, each with its claim committed before. */
export class RetryWorker {
  readonly #parts: ClaimedParts
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #caution: Caution
  readonly #loops: WorkerLoops
  #atWork = 0

  /** @param handlers by consumer */
  constructor(parts: ClaimedParts, handlers: ReadonlyMap<string, Handler>, caution: Caution) {
    this.#parts = parts
    this.#handlers = handlers
    this.#caution = caution
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
    const isSingle = this.#caution.runsSingly
    if ((isSingle && this.#atWork > 0) || !this.#caution.begin()) return undefined
    this.#atWork++
    const { breakers } = this.#parts.inbox
    const all = [...this.#handlers.keys()]
    const probes = breakers.takeProbes(all)
    const consumers = [...breakers.closed(all), ...probes]
    try {
      return isSingle ? await this.#runClaimed(consumers) : await this.#runLocked(consumers)
    } finally {
      breakers.returnProbes(probes)
      this.#atWork--
      this.#caution.end()
    }
  }

  async #runClaimed(consumers: readonly string[]): Promise<number | undefined> {
    const [row] = await this.#parts.claims.take(consumers, 1)
    if (row) await runClaimed(this.#parts, this.#handlerOf(row), row)
    else this.#caution.cleared()
    return row ? 0 : undefined
  }

  async #runLocked(consumers: readonly string[]): Promise<number | undefined> {
    const { database, inbox, handlerTimeoutMs: timeoutMs } = this.#parts
    let row: DueRow | undefined
    try {
      await database.transaction(
        async tx => {
          row = await inbox.lockDue(tx, consumers, this.#parts.claims.owner)
          if (!row) return
          crashAroundCommit(tx, 'retry')
          const attempt = row.attempts + 1
          await inbox.finish(tx, row, attempt)
          await runDatabaseHandler(this.#handlerOf(row), JSON.parse(row.envelope) as Envelope, tx, attempt)
        },
        { timeoutMs },
      )
      if (!row) return undefined
      this.#loops.wakeOthers()
      noteHandled(inbox, row)
      this.#parts.onHandled(row.consumer)
      return 0
    } catch (error) {
      if (!row || (await isDatabaseAway(database, error))) throw error
      return this.#failed(row, error)
    }
  }

  async #failed(row: DueRow, error: unknown): Promise<number> {
    const handler = this.#handlerOf(row)
    const delayMs = await recordFailedRun(this.#parts.inbox, { ...row, ordered: handler.ordered === true }, handler, row.attempts + 1, error)
    if (delayMs !== undefined) this.wake(delayMs)
    return 0
  }

  #handlerOf(row: DueRow): Handler {
    return this.#handlers.get(row.consumer) as Handler
  }
}
