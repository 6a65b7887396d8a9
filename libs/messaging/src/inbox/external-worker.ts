import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '@prep/observability'
import { type Database, isRetryable, isUnavailable } from '@prep/persistence'
import { crashAroundCommit, crashPoint } from '../crash-point.ts'
import { type Handler } from '../delivery/handler.ts'
import { inMessage, runExternalHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { MessagingError } from '../errors.ts'
import { type Effect } from '../message-context.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { PollLoop } from './poll-loop.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'

const POLL_MS = 500
/** A row stays with its worker for so long after that worker's last sign of life. */
const CLAIM_MS = 10_000
const EFFECT_TRIES = 4

export interface ExternalWorkerOptions {
  readonly owner: string
  readonly concurrency: number
  readonly handlerTimeoutMs: number
}

/**
 * Runs external handlers: claims due rows, runs the handler with no transaction open, then commits its effect together
 * with the row. A process that dies in between leaves its claim, which ends by itself; the handler then runs again.
 */
export class ExternalWorker {
  readonly #database: Database
  readonly #inbox: InboxStore
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #options: ExternalWorkerOptions
  readonly #inFlight = new Map<DueRow, Promise<void>>()
  readonly #loop: PollLoop
  /** The last claim left rows behind, as far as is known. */
  #mayHaveMore = false
  #heartbeat: NodeJS.Timeout | undefined

  /** @param handlers by consumer */
  constructor(database: Database, inbox: InboxStore, handlers: ReadonlyMap<string, Handler>, options: ExternalWorkerOptions) {
    this.#database = database
    this.#inbox = inbox
    this.#handlers = handlers
    this.#options = options
    this.#loop = new PollLoop('external handlers', POLL_MS, () => this.#claim())
  }

  start(): void {
    if (this.#handlers.size === 0) return
    this.#loop.start()
    this.#heartbeat = setInterval(() => void this.#extend(), CLAIM_MS / 4)
  }

  wake(afterMs = 0): void {
    this.#loop.wake(afterMs)
  }

  /** Takes nothing new and waits for what runs. */
  async stop(): Promise<void> {
    await this.#loop.stop()
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight.values())
    clearInterval(this.#heartbeat)
  }

  async #claim(): Promise<number | undefined> {
    const room = this.#options.concurrency - this.#inFlight.size
    if (room <= 0) {
      this.#mayHaveMore = true
      return undefined
    }
    // Set before the claim: what finishes while it runs must wake the next one.
    this.#mayHaveMore = true
    const { breakers } = this.#inbox
    const consumers = [...this.#handlers.keys()]
    const rows = await this.#inbox.claim(breakers.closed(consumers), room, this.#options.owner, CLAIM_MS)
    this.#mayHaveMore = rows.length === room
    for (const row of rows) void this.#begin(row)
    if (rows.length < room) await this.#probe(breakers.takeProbes(consumers))
    return undefined
  }

  #begin(row: DueRow): Promise<void> {
    const work = this.#run(row).finally(() => {
      this.#inFlight.delete(row)
      if (this.#mayHaveMore) this.wake()
    })
    this.#inFlight.set(row, work)
    return work
  }

  /** One message of one handler whose breaker is open. */
  async #probe(consumers: readonly string[]): Promise<void> {
    if (consumers.length === 0) return
    const { breakers } = this.#inbox
    const giveBack = () => breakers.returnProbes(consumers)
    try {
      const [row] = await this.#inbox.claim(consumers, 1, this.#options.owner, CLAIM_MS)
      if (row) void this.#begin(row).finally(giveBack)
      else giveBack()
    } catch (error) {
      giveBack()
      throw error
    }
  }

  async #run(row: DueRow): Promise<void> {
    const handler = this.#handlers.get(row.consumer) as Handler
    try {
      const envelope = JSON.parse(row.envelope) as Envelope
      crashPoint('provider.before-call')
      const effect = await runExternalHandler(handler, envelope, row.attempts, this.#options.handlerTimeoutMs)
      crashPoint('provider.after-call')
      await inMessage('settle', handler, envelope, () => this.#finish(row, effect))
      noteHandled(this.#inbox, row)
    } catch (error) {
      await this.#failed(row, handler, error).catch((unrecorded: unknown) => {
        logger().warn({ err: unrecorded, consumer: row.consumer, message_id: row.event_id }, 'A failure could not be recorded; the message is due again when its claim ends')
      })
    }
  }

  /** The outside has been asked already: the effect is worth a few tries before the whole handler runs again. */
  async #finish(row: DueRow, effect: Effect): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#database.transaction(
          async tx => {
            crashAroundCommit(tx, 'effect')
            if (!(await this.#inbox.finish(tx, row, row.attempts))) throw new MessagingError('MSG_CLAIM_LOST')
            await effect(tx)
          },
          { timeoutMs: this.#options.handlerTimeoutMs },
        )
      } catch (error) {
        if (attempt >= EFFECT_TRIES || !(isRetryable(error) || isUnavailable(error))) throw error
        await sleep(attempt * 100)
      }
    }
  }

  async #failed(row: DueRow, handler: Handler, error: unknown): Promise<void> {
    if (error instanceof MessagingError && error.code === 'MSG_CLAIM_LOST') {
      logger().warn({ consumer: row.consumer, message_id: row.event_id }, error.message)
      return
    }
    const delayMs = await recordFailedRun(this.#inbox, row, handler, row.attempts, error)
    if (delayMs !== undefined) this.wake(delayMs)
  }

  async #extend(): Promise<void> {
    if (this.#inFlight.size === 0) return
    await this.#inbox.extend([...this.#inFlight.keys()], this.#options.owner, CLAIM_MS).catch(() => undefined)
  }
}
