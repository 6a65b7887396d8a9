import { setTimeout as pause } from 'node:timers/promises'
import { logger } from '@prep/observability'
import { type OutboxRow } from '../outbox/handover.ts'
import { type PublishBulk } from './dapr-publisher.ts'
import { Pace } from './pace.ts'
import { relayMetrics } from './relay-metrics.ts'
import { sendRows, type SendReport } from './send-rows.ts'
import { BULK_ROWS, type TopicQueue } from './topic-queue.ts'

const BACKOFF_MS = [50, 100, 200, 400, 800, 1_000]
/** A key whose row was refused waits before that row is tried again. */
const PENALTY_MS = [50, 100, 200, 400, 500]

export interface TopicSenderOptions {
  readonly topic: string
  readonly queue: TopicQueue
  /** How long bulks may gather at most, in ms: see `Pace`. */
  readonly gatherMs: number
  readonly publishBulk: PublishBulk
  /** Whether a bulk may be begun now. */
  readonly mayBegin: () => boolean
  /** Told of each bulk before the next one begins; must not reject. */
  readonly onReport: (report: SendReport, unsent: readonly OutboxRow[]) => Promise<void>
}

/** Sends what waits for one topic: one bulk in flight, at most one row per key in it. A topic that is away waits alone. */
export class TopicSender {
  readonly #options: TopicSenderOptions
  /** Until when a key waits after a refusal. */
  readonly #penalties = new Map<string, number>()
  readonly #pace: Pace
  #failures = 0
  #isBegun = false
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: TopicSenderOptions) {
    this.#options = options
    this.#pace = new Pace(options.gatherMs)
  }

  /** Something may be there to send. What is committed in this turn of the event loop goes together. */
  kick(): void {
    if (this.#stopped || this.#isBegun || this.#running || this.#options.queue.size === 0) return
    if (this.#timer && this.#failures > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isBegun = true
    setImmediate(() => {
      this.#isBegun = false
      if (!this.#stopped) this.#begin()
    })
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#isBegun) await new Promise(done => setImmediate(done))
    await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.idle()
    clearTimeout(this.#timer)
  }

  /** A refused row's key waits, longer with each attempt. */
  penalise(key: string, attempts: number): void {
    this.#penalties.set(key, performance.now() + (PENALTY_MS[Math.min(attempts, PENALTY_MS.length) - 1] as number))
  }

  #begin(): void {
    this.#running = this.#sendAll().finally(() => {
      this.#running = undefined
      this.#rest()
    })
  }

  async #sendAll(): Promise<void> {
    const { queue, mayBegin } = this.#options
    while (!this.#stopped && queue.size > 0) {
      await this.#gather()
      if (this.#stopped || !mayBegin()) return
      const bulk = queue.take(this.#waitingKeys())
      if (bulk.length === 0) return
      this.#pace.begin(bulk.length, queue.size)
      const isReachable = await this.#send(bulk)
      if (!isReachable) return
    }
  }

  /** Lets more come together where much is sent. A whole bulk need not wait. */
  async #gather(): Promise<void> {
    if (this.#options.queue.size >= BULK_ROWS) return
    const waitMs = this.#pace.waitMs()
    if (waitMs >= 1) await pause(waitMs)
  }

  async #send(bulk: readonly OutboxRow[]): Promise<boolean> {
    const { topic, queue, publishBulk, onReport } = this.#options
    const startedAt = performance.now()
    const report = await sendRows(bulk, publishBulk)
    if (report.sent.length > 0) {
      relayMetrics().sent.inc(report.sent.length)
      relayMetrics().publishSeconds.observe((performance.now() - startedAt) / 1_000)
    }
    const sent = new Set(report.sent)
    await onReport(report, bulk.filter(row => !sent.has(row)))
    if (report.unavailable === undefined) {
      this.#failures = 0
      return true
    }
    if (this.#failures++ === 0) {
      logger().warn({ topic, detail: report.unavailable, waiting: queue.size }, 'MSG_PUBLISH_UNAVAILABLE: messages wait in the outbox')
    }
    return false
  }

  /** Keys on penalty; those whose time is over are tried again. */
  #waitingKeys(): ReadonlySet<string> {
    if (this.#penalties.size === 0) return NONE
    const now = performance.now()
    for (const [key, until] of this.#penalties) if (until <= now) this.#penalties.delete(key)
    return new Set(this.#penalties.keys())
  }

  /** Comes back later for what is left over: a failure, or a key on penalty. */
  #rest(): void {
    if (this.#stopped) return
    let waitMs = PENALTY_MS[0]
    if (this.#failures > 0) waitMs = (BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length) - 1] as number) * (0.8 + Math.random() * 0.4)
    else if (this.#penalties.size === 0) return this.#goOn()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.kick()
    }, waitMs)
  }

  /** Rows that came in while the last bulk was being reported. Without a lease the next renewal or look kicks. */
  #goOn(): void {
    if (this.#options.mayBegin()) this.kick()
  }
}

const NONE: ReadonlySet<string> = new Set()
