import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeadLetterReplayedV1 } from '@prep/contracts'
import { logger } from '@prep/observability'
import { type Database, type Tx } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { type Caution } from '../crashes/caution.ts'
import { crashFailure } from '../crashes/crash-failure.ts'
import { noteCrash, type Suspects } from '../crashes/suspects.ts'
import { classifyEntry, type Delivery } from '../delivery/classify-entry.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { deliveryMetrics } from '../delivery/delivery-metrics.ts'
import { type HandlerRegistry } from '../delivery/handler.ts'
import { inMessage, runDatabaseHandler, runExternalHandler } from '../delivery/run-handler.ts'
import { MessagingError, messagingErrorCodes, PermanentError } from '../errors.ts'
import { delayAfter, type Failure, failureOf, isImmediate } from '../inbox/failure.ts'
import { WorkerLoops } from '../inbox/worker-loops.ts'
import { type Outbox } from '../outbox/outbox.ts'
import { attemptOf } from './dead-letter.ts'
import { type LetterStore, type Replay } from './letter-store.ts'

const POLL_MS = 2_000
/** Beyond a handler's time: its effect is written, its failure recorded. */
const SETTLE_MS = 5_000
const CONCURRENCY = 2

export interface ReplayOptions {
  readonly service: string
  readonly handlerTimeoutMs: number
  readonly caution: Caution
  /** A replay that so many processes died with leaves its letter dead. */
  readonly crashLimit: number
  /** A letter is handled, and whatever waited for it may run. */
  readonly onHandled: (consumer: string) => void
}

/**
 * Runs letters that are replaying: the handler with its immediate retries only, then the letter is handled, or dead with
 * one more attempt. A replay whose process died is taken up again, alone, when its claim ends.
 */
export class ReplayWorker implements Suspects {
  readonly #owner = randomUUID()
  readonly #loops: WorkerLoops
  readonly #database: Database
  readonly #letters: LetterStore
  readonly #outbox: Outbox
  readonly #handlers: HandlerRegistry
  readonly #options: ReplayOptions

  constructor(database: Database, letters: LetterStore, outbox: Outbox, handlers: HandlerRegistry, options: ReplayOptions) {
    this.#database = database
    this.#letters = letters
    this.#outbox = outbox
    this.#handlers = handlers
    this.#options = options
    this.#loops = new WorkerLoops('replays', { count: CONCURRENCY, pollMs: POLL_MS }, () => this.#next())
  }

  start(): void {
    if (this.#handlers.all().length > 0) this.#loops.start()
  }

  wake(): void {
    this.#loops.wake()
  }

  stop(): Promise<void> {
    return this.#loops.stop()
  }

  get #leaseMs(): number {
    return this.#options.handlerTimeoutMs + SETTLE_MS
  }

  areThere(): Promise<boolean> {
    return this.#letters.hasAbandoned(this.#owner)
  }

  async runOne(): Promise<boolean> {
    const replay = await this.#letters.takeOver(this.#owner, this.#leaseMs)
    if (!replay) return false
    noteCrash(replay.consumer, replay.event_id, replay.crashes)
    if (replay.crashes < this.#options.crashLimit) await this.#replay(replay)
    else await this.#failed(replay, crashFailure, new MessagingError('MSG_CONSUMER_CRASHED'))
    return true
  }

  /** 0: there may be another. */
  async #next(): Promise<number | undefined> {
    if (!this.#options.caution.begin()) return undefined
    try {
      const replay = await this.#letters.claim(this.#owner, this.#leaseMs)
      if (!replay) return undefined
      this.#loops.wakeOthers()
      await this.#replay(replay)
      return 0
    } finally {
      this.#options.caution.end()
    }
  }

  async #replay(replay: Replay): Promise<void> {
    for (let run = 1; ; run++) {
      try {
        await this.#run(replay)
        deliveryMetrics().retries.inc({ consumer: replay.consumer, outcome: 'handled' })
        this.#options.onHandled(replay.consumer)
        return
      } catch (error) {
        if (error instanceof MessagingError && error.code === 'MSG_CLAIM_LOST') return
        if (await isDatabaseAway(this.#database, error)) throw error
        const waitMs = this.#immediateWait(replay, run, error)
        if (waitMs === undefined) return this.#failed(replay, failureOf(error), error)
        await sleep(waitMs)
        if (!(await this.#letters.extend(replay, this.#owner, this.#leaseMs))) return
      }
    }
  }

  async #run(replay: Replay): Promise<void> {
    const { handler, envelope } = this.#deliveryOf(replay)
    const { handlerTimeoutMs: timeoutMs } = this.#options
    const attempt = replay.attempts + 1
    if (handler.effects === 'external') {
      const effect = await runExternalHandler(handler, envelope, attempt, timeoutMs)
      await inMessage('settle', handler, envelope, () => this.#commit(replay, effect))
    } else {
      await this.#commit(replay, tx => runDatabaseHandler(handler, envelope, tx, attempt))
    }
  }

  async #commit(replay: Replay, work: (tx: Tx) => Promise<unknown>): Promise<void> {
    await this.#database.transaction(
      async tx => {
        crashAroundCommit(tx, 'replay')
        if (!(await this.#letters.handled(tx, replay, this.#owner))) throw new MessagingError('MSG_CLAIM_LOST')
        await work(tx)
        await this.#report(tx, replay, 'handled', null)
      },
      { timeoutMs: this.#options.handlerTimeoutMs },
    )
  }

  /** As a delivery would see it today: with the handlers and the contracts of this build. */
  #deliveryOf(replay: Replay): Delivery {
    const event: unknown = JSON.parse(replay.envelope)
    const entry = classifyEntry({ entryId: '', event }, this.#handlers, { service: this.#options.service, topic: '' })
    if (entry.kind === 'message') return entry
    if (entry.kind === 'ignored') throw new PermanentError('MSG_LETTER_UNHANDLED', messagingErrorCodes.MSG_LETTER_UNHANDLED)
    throw new PermanentError(entry.code, entry.message)
  }

  #immediateWait(replay: Replay, run: number, error: unknown): number | undefined {
    const handler = this.#handlers.all().find(({ consumer }) => consumer === replay.consumer)
    const failure = failureOf(error)
    return handler && isImmediate(handler.retry, run, failure) ? delayAfter(handler.retry, run, failure) : undefined
  }

  async #failed(replay: Replay, failure: Failure, error: unknown): Promise<void> {
    const attempt = { ...attemptOf(failure), replay: replay.command_id }
    await this.#database.transaction(async tx => {
      crashAroundCommit(tx, 'replay-failed')
      if (!(await this.#letters.deadAgain(tx, replay, this.#owner, failure, attempt))) return
      await this.#report(tx, replay, 'dead', failure.code.slice(0, 200))
    })
    deliveryMetrics().retries.inc({ consumer: replay.consumer, outcome: 'dead' })
    const fields = { consumer: replay.consumer, message_id: replay.event_id, operator: replay.operator, error_code: failure.code, err: error }
    logger().warn(fields, 'The replayed message is a dead letter again')
  }

  async #report(tx: Tx, replay: Replay, outcome: 'handled' | 'dead', code: string | null): Promise<void> {
    const { consumer, event_id: eventId, operator } = replay
    await this.#outbox.publish(tx, DeadLetterReplayedV1, {
      subject: eventId,
      causationId: replay.command_id,
      correlationId: replay.correlation_id,
      data: { consumer, eventId, operator, outcome, code, attempts: replay.attempts + 1 },
    })
  }
}
