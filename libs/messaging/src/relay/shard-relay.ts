import { logger } from '@prep/observability'
import { type PublishBulk, type RelayRow } from './dapr-publisher.ts'
import { type LeaseKeeper } from './lease-keeper.ts'
import { type OutboxStore } from './outbox-store.ts'
import { relayMetrics } from './relay-metrics.ts'
import { sendRows } from './send-rows.ts'

/** Deletes wait so long for the next fetch to go with, in ms: one statement instead of two. */
const LAZY_DELETE_MS = 20
const BACKOFF_MS = [50, 100, 200, 400, 800, 1_000]
/** A key whose row was refused waits before that row is tried again. */
const PENALTY_MS = [50, 100, 200, 400, 500]

/** Sends the rows of one shard: one bulk in flight, at most one row per key in it. */
export class ShardRelay {
  readonly shard: number
  readonly #store: OutboxStore
  readonly #leases: LeaseKeeper
  readonly #publishBulk: PublishBulk
  /** Sent, and not yet deleted. */
  #sentIds: string[] = []
  readonly #penalties = new Map<string, number>()
  #failures = 0
  #woken = false
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(shard: number, store: OutboxStore, leases: LeaseKeeper, publishBulk: PublishBulk) {
    this.shard = shard
    this.#store = store
    this.#leases = leases
    this.#publishBulk = publishBulk
  }

  /** Something may be there to send. Does nothing while a failure's wait is on. */
  wake(): void {
    this.#woken = true
    if (this.#running || (this.#timer && this.#failures > 0)) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      this.#rest()
    })
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Deletes what was sent and ends; call it when nothing wakes this shard any more. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.idle()
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lease = this.#leases.leaseOf(this.shard)
    if (lease && this.#sentIds.length > 0) await this.#store.exchange(lease, this.#sentIds, [])
    this.#sentIds = []
  }

  async #run(): Promise<void> {
    try {
      while (this.#woken && (await this.#cycle())) this.#failures = 0
    } catch (error) {
      this.#failures++
      if (this.#failures === 1) logger().warn({ err: error, shard: this.shard }, 'The relay cannot read its outbox; it goes on trying')
    }
  }

  /** One exchange with the table and the bulks it gave. False: stop for now. */
  async #cycle(): Promise<boolean> {
    const lease = this.#leases.leaseOf(this.shard)
    if (!lease) return false
    this.#woken = false
    const { held, rows } = await this.#store.exchange(lease, this.#sentIds, this.#penalized())
    this.#sentIds = []
    if (!held) {
      this.#leases.lost(this.shard)
      return false
    }
    for (const bulk of byTopic(rows)) {
      if (!this.#leases.leaseOf(this.shard)) return false
      if (!(await this.#send(bulk))) return false
    }
    // What came in the meantime, or is behind the rows just sent, is found by the next exchange.
    if (rows.length > 0) this.#woken = this.#woken || rows.length > 1 || this.#penalties.size > 0
    return true
  }

  async #send(rows: readonly RelayRow[]): Promise<boolean> {
    const startedAt = performance.now()
    const report = await sendRows(rows, this.#publishBulk)
    const metrics = relayMetrics()
    for (const row of report.sent) {
      this.#sentIds.push(row.id)
      if (this.#penalties.size > 0) this.#penalties.delete(row.key)
    }
    if (report.sent.length > 0) {
      metrics.sent.inc(report.sent.length)
      metrics.publishSeconds.observe((performance.now() - startedAt) / 1_000)
    }
    if (report.refused.length > 0) await this.#refuse(report.refused)
    if (report.unavailable === undefined) return true
    if (this.#failures++ === 0) logger().warn({ shard: this.shard, detail: report.unavailable, waiting: rows.length }, 'MSG_PUBLISH_UNAVAILABLE: messages wait in the outbox')
    this.#woken = true
    return false
  }

  async #refuse(refused: ReadonlyArray<{ row: RelayRow; detail: string }>): Promise<void> {
    for (const { row } of refused) {
      this.#penalties.set(row.key, performance.now() + (PENALTY_MS[Math.min(row.attempts, PENALTY_MS.length - 1)] as number))
    }
    for (const row of await this.#store.refuse(refused)) {
      if (row.state !== 'blocked') continue
      relayMetrics().blocked.inc()
      logger().error({ outbox_id: row.id, event_id: row.event_id, topic: row.topic, attempts: row.attempts }, 'MSG_PUBLISH_REFUSED: the message is blocked and holds back its key')
    }
    logger().warn({ shard: this.shard, count: refused.length, detail: refused[0]?.detail }, 'MSG_PUBLISH_REFUSED: messages were refused')
  }

  #penalized(): string[] {
    if (this.#penalties.size === 0) return []
    const now = performance.now()
    for (const [key, until] of this.#penalties) if (until <= now) this.#penalties.delete(key)
    return [...this.#penalties.keys()]
  }

  /** Comes back later for what is left over: a failure, a key on penalty, or rows to delete. */
  #rest(): void {
    let waitMs: number | undefined
    if (this.#failures > 0) waitMs = jittered(BACKOFF_MS[Math.min(this.#failures - 1, BACKOFF_MS.length - 1)] as number)
    else if (this.#woken && this.#leases.leaseOf(this.shard)) waitMs = 0
    else if (this.#sentIds.length > 0) waitMs = LAZY_DELETE_MS
    else if (this.#penalties.size > 0) waitMs = PENALTY_MS[0]
    if (waitMs === undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.wake()
    }, waitMs)
  }
}

function byTopic(rows: readonly RelayRow[]): RelayRow[][] {
  const bulks = new Map<string, RelayRow[]>()
  for (const row of rows) {
    const bulk = bulks.get(row.topic)
    if (bulk) bulk.push(row)
    else bulks.set(row.topic, [row])
  }
  return [...bulks.values()]
}

function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4)
}
