import { logger } from '@prep/observability'
import { type Caution } from '../crashes/caution.ts'
import { type Handler } from '../delivery/handler.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { PollLoop } from './poll-loop.ts'
import { type ClaimedParts, runClaimed } from './run-claimed.ts'

const POLL_MS = 500

export interface ExternalWorkerOptions {
  readonly caution: Caution
  /** Handlers at work at once. */
  readonly concurrency: number
}

/**
 * Runs external handlers: claims due rows, runs the handler with no transaction open, then commits its effect together
 * with the row. A process that dies in between leaves its claim, which ends by itself; the message is then a suspect.
 */
export class ExternalWorker {
  readonly #parts: ClaimedParts
  readonly #inbox: InboxStore
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #options: ExternalWorkerOptions
  readonly #inFlight = new Set<Promise<void>>()
  readonly #loop: PollLoop
  /** The last claim left rows behind, as far as is known. */
  #mayHaveMore = false

  /** @param handlers by consumer */
  constructor(parts: ClaimedParts, handlers: ReadonlyMap<string, Handler>, options: ExternalWorkerOptions) {
    this.#parts = parts
    this.#inbox = parts.inbox
    this.#handlers = handlers
    this.#options = options
    this.#loop = new PollLoop('external handlers', POLL_MS, () => this.#next())
  }

  start(): void {
    if (this.#handlers.size > 0) this.#loop.start()
  }

  wake(afterMs = 0): void {
    this.#loop.wake(afterMs)
  }

  /** Takes nothing new and waits for what runs. */
  async stop(): Promise<void> {
    await this.#loop.stop()
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight)
  }

  async #next(): Promise<undefined> {
    if (!this.#options.caution.begin()) return
    try {
      await this.#claim()
    } finally {
      this.#options.caution.end()
    }
  }

  async #claim(): Promise<void> {
    const room = this.#options.concurrency - this.#inFlight.size
    // Set before the claim: what finishes while it runs must wake the next one.
    this.#mayHaveMore = true
    if (room <= 0) return
    const { breakers } = this.#inbox
    const consumers = [...this.#handlers.keys()]
    const rows = await this.#parts.claims.take(breakers.closed(consumers), room)
    this.#mayHaveMore = rows.length === room
    for (const row of rows) void this.#begin(row)
    if (rows.length < room) await this.#probe(breakers.takeProbes(consumers))
  }

  #begin(row: DueRow): Promise<void> {
    const { caution } = this.#options
    caution.beginMore()
    const work = this.#run(row).finally(() => {
      caution.end()
      this.#inFlight.delete(work)
      if (this.#mayHaveMore) this.wake()
    })
    this.#inFlight.add(work)
    return work
  }

  /** One message of one handler whose breaker is open. */
  async #probe(consumers: readonly string[]): Promise<void> {
    if (consumers.length === 0) return
    const { breakers } = this.#inbox
    const giveBack = () => breakers.returnProbes(consumers)
    try {
      const [row] = await this.#parts.claims.take(consumers, 1)
      if (row) void this.#begin(row).finally(giveBack)
      else giveBack()
    } catch (error) {
      giveBack()
      throw error
    }
  }

  async #run(row: DueRow): Promise<void> {
    await runClaimed(this.#parts, this.#handlers.get(row.consumer) as Handler, row).catch((unrecorded: unknown) => {
      logger().warn({ err: unrecorded, consumer: row.consumer, message_id: row.event_id }, 'A failure could not be recorded; the message is due again when its claim ends')
    })
  }
}
