import { crashAroundCommit } from '../crash-point.ts'
import { type Caution } from '../crashes/caution.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { type Handler } from '../delivery/handler.ts'
import { runDatabaseHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { type DueRow } from './inbox-store.ts'
import { rowKey } from './row-key.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'
import { type ClaimedParts, runClaimed } from './run-claimed.ts'
import { WorkerLoops } from './worker-loops.ts'

const POLL_MS = 500
const CONCURRENCY = 2
/** Rows that share a transaction: many wait when a dependency comes back. */
const BATCH = 50

/**
 * Runs the due rows of database handlers, each in one transaction with its row, up to fifty in the same one. If one of them
 * fails, all are rolled back and run again, each in its own. While there is caution: singly, each with its claim committed before.
 */
export class RetryWorker {
  readonly #parts: ClaimedParts
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #caution: Caution
  readonly #loops: WorkerLoops
  #atWork = 0
  /** So many rows are to be run in transactions of their own. */
  #apart = 0
  /** One batch at a time: two that change the same rows in another order would wait for each other in a circle. */
  #isBatching = false
  /** Rows that a loop here is at: between the rollback of a run and the record of its failure they are due, and nobody's. */
  readonly #underWay = new Set<string>()

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

  /** Due rows of handlers whose breaker is closed; one alone when a handler is due for a probe. 0: there may be more. */
  async #next(): Promise<number | undefined> {
    const isSingle = this.#caution.runsSingly
    if ((isSingle && this.#atWork > 0) || !this.#caution.begin()) return undefined
    this.#atWork++
    const { breakers } = this.#parts.inbox
    const all = [...this.#handlers.keys()]
    const probes = breakers.takeProbes(all)
    const consumers = [...breakers.closed(all), ...probes]
    try {
      return isSingle ? await this.#runClaimed(consumers) : await this.#runLocked(consumers, probes.length === 0 ? this.#room() : 1)
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

  /** How many rows the next transaction may take. */
  #room(): number {
    if (this.#isBatching) return 1
    if (this.#apart === 0) return BATCH
    this.#apart--
    return 1
  }

  async #runLocked(consumers: readonly string[], limit: number): Promise<number | undefined> {
    if (limit === 1) return this.#runRows(consumers, limit)
    this.#isBatching = true
    return this.#runRows(consumers, limit).finally(() => (this.#isBatching = false))
  }

  async #runRows(consumers: readonly string[], limit: number): Promise<number | undefined> {
    const { database, inbox, claims, handlerTimeoutMs: timeoutMs } = this.#parts
    let rows: DueRow[] = []
    try {
      await database.transaction(
        async tx => {
          const due = await inbox.lockDue(tx, consumers, claims.owner, limit + this.#underWay.size)
          rows = due.filter(row => !this.#underWay.has(keyOf(row))).slice(0, limit)
          for (const row of rows) this.#underWay.add(keyOf(row))
          if (rows.length === 0) return
          crashAroundCommit(tx, 'retry')
          // One round trip.
          await Promise.all(rows.map(row => inbox.finish(tx, row, row.attempts + 1)))
          for (const row of rows) await runDatabaseHandler(this.#handlerOf(row), JSON.parse(row.envelope) as Envelope, tx, row.attempts + 1)
        },
        { timeoutMs },
      )
    } catch (error) {
      const [row, ...others] = rows
      if (!row || (await isDatabaseAway(database, error))) throw error
      if (others.length === 0) return await this.#failed(row, error)
      this.#apart = rows.length
      return 0
    } finally {
      for (const row of rows) this.#underWay.delete(keyOf(row))
    }
    if (rows.length === 0) return undefined
    this.#loops.wakeOthers()
    for (const row of rows) noteHandled(inbox, row)
    for (const consumer of new Set(rows.map(row => row.consumer))) this.#parts.onHandled(consumer)
    return 0
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

function keyOf(row: DueRow): string {
  return rowKey(row.consumer, row.event_id)
}
