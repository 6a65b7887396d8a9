import { logger } from '@prep/observability'
import { type PublishBulk, type RelayRow } from './dapr-publisher.ts'
import { type LeaseKeeper } from './lease-keeper.ts'
import { laneOf, type Lease, type OutboxStore } from './outbox-store.ts'
import { relayMetrics } from './relay-metrics.ts'
import { sendRows } from './send-rows.ts'
import { ShardQueue } from './shard-queue.ts'

/** Deletes wait so long for the next look at the table to go with, in ms: fewer statements when little happens. */
const LAZY_DELETE_MS = 100
const BACKOFF_MS = [50, 100, 200, 400, 800, 1_000]
/** A key whose row was refused waits before that row is tried again. */
const PENALTY_MS = [50, 100, 200, 400, 500]
/** How soon a blocked row that an operator let go is seen. */
const BLOCKED_REFRESH_MS = 1_000

/** Sends the rows of one shard: one bulk in flight, at most one row per key in it. */
export class ShardRelay {
  readonly shard: number
  readonly #store: OutboxStore
  readonly #leases: LeaseKeeper
  readonly #publishBulk: PublishBulk
  readonly #queue = new ShardQueue()
  /** Of the lease under which the queue was read. */
  #epoch = ''
  /** Sent, and not yet deleted. */
  #sentIds: string[] = []
  #blocked: string[] = []
  #blockedReadAt = -Infinity
  /** Until when a lane waits after a refusal. */
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
    if (lease) await this.#store.deleteSent(lease, this.#sentIds)
    this.#sentIds = []
    this.#queue.clear()
  }

  async #run(): Promise<void> {
    try {
      while (this.#woken && (await this.#cycle())) this.#failures = 0
    } catch (error) {
      this.#woken = true
      if (this.#failures++ === 0) logger().warn({ err: error, shard: this.shard }, 'The relay cannot read its outbox; it goes on trying')
    }
  }

  /** One look at the table and one bulk. False: stop for now. */
  async #cycle(): Promise<boolean> {
    const lease = this.#leases.leaseOf(this.shard)
    if (!lease) return false
    this.#woken = false
    const mayBeMore = await this.#read(lease)
    const bulk = this.#queue.take(this.#waiting())
    if (bulk.length === 0) return true
    // With all of the table in this bulk only a new commit, which wakes, can bring more.
    if (mayBeMore || this.#queue.size > 0) this.#woken = true
    if (this.#leases.leaseOf(this.shard)) return this.#send(bulk)
    this.#queue.putBack(bulk)
    this.#woken = true
    return false
  }

  /** @returns whether the table may have rows that were not read */
  async #read(lease: Lease): Promise<boolean> {
    if (lease.epoch !== this.#epoch) {
      this.#queue.clear()
      this.#epoch = lease.epoch
      this.#blockedReadAt = -Infinity
    }
    const isStale = this.#blocked.length > 0 || this.#blockedReadAt === -Infinity
    if (isStale && performance.now() - this.#blockedReadAt > BLOCKED_REFRESH_MS) {
      this.#blocked = await this.#store.blocked(this.shard)
      this.#blockedReadAt = performance.now()
    }
    const sentIds = this.#sentIds
    const known = this.#queue.size === 0 ? sentIds : [...sentIds, ...this.#queue.ids]
    const room = this.#queue.room
    const [rows] = await Promise.all([
      room === 0 ? [] : this.#store.next(this.shard, known, this.#blocked, room),
      this.#store.deleteSent(lease, sentIds),
    ])
    this.#sentIds = []
    this.#queue.add(rows)
    return rows.length === room
  }

  async #send(bulk: readonly RelayRow[]): Promise<boolean> {
    const startedAt = performance.now()
    const report = await sendRows(bulk, this.#publishBulk)
    for (const row of report.sent) this.#sentIds.push(row.id)
    if (report.sent.length > 0) {
      relayMetrics().sent.inc(report.sent.length)
      relayMetrics().publishSeconds.observe((performance.now() - startedAt) / 1_000)
    }
    if (report.sent.length < bulk.length) {
      const sent = new Set(report.sent)
      this.#queue.putBack(bulk.filter(row => !sent.has(row)))
      this.#woken = true
    }
    if (report.refused.length > 0) await this.#refuse(report.refused)
    if (report.unavailable === undefined) return true
    if (this.#failures++ === 0) {
      logger().warn({ shard: this.shard, detail: report.unavailable, waiting: this.#queue.size }, 'MSG_PUBLISH_UNAVAILABLE: messages wait in the outbox')
    }
    return false
  }

  async #refuse(refused: ReadonlyArray<{ row: RelayRow; detail: string }>): Promise<void> {
    for (const row of await this.#store.refuse(refused)) {
      const lane = laneOf(row)
      const fields = { outbox_id: row.id, event_id: row.event_id, topic: row.topic, attempts: row.attempts, detail: refused[0]?.detail }
      if (row.state === 'pending') {
        this.#penalties.set(lane, performance.now() + (PENALTY_MS[Math.min(row.attempts - 1, PENALTY_MS.length - 1)] as number))
        logger().warn(fields, 'MSG_PUBLISH_REFUSED: the message was refused and will be tried again')
        continue
      }
      this.#blocked.push(lane)
      this.#queue.drop(lane)
      this.#penalties.delete(lane)
      relayMetrics().blocked.inc()
      logger().error(fields, 'MSG_PUBLISH_REFUSED: the message is blocked and holds back its key')
    }
  }

  /** Lanes on penalty; those whose time is over are tried again. */
  #waiting(): ReadonlySet<string> {
    if (this.#penalties.size === 0) return NONE
    const now = performance.now()
    for (const [lane, until] of this.#penalties) if (until <= now) this.#penalties.delete(lane)
    return new Set(this.#penalties.keys())
  }

  /** Comes back later for what is left over: a failure, a lane on penalty, or rows to delete. */
  #rest(): void {
    let waitMs: number | undefined
    if (this.#failures > 0) waitMs = (BACKOFF_MS[Math.min(this.#failures - 1, BACKOFF_MS.length - 1)] as number) * (0.8 + Math.random() * 0.4)
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

const NONE: ReadonlySet<string> = new Set()
