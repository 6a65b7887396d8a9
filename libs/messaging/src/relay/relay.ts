import { randomUUID } from 'node:crypto'
import { logger } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { type HandedRow, type Handover, type OutboxRow, type Ticket } from '../outbox/handover.ts'
import { DaprPublisher, type PublishBulk } from './dapr-publisher.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { laneOf, OutboxStore } from './outbox-store.ts'
import { relayMetrics } from './relay-metrics.ts'
import { RelayMemory } from './relay-memory.ts'
import { type SendReport } from './send-rows.ts'
import { TableReader } from './table-reader.ts'
import { TopicSender } from './topic-sender.ts'

const POLL_MS = 200
/** Rows that were sent are deleted with the next look at the table, and so many call for one. */
const DELETE_ROWS = 200

export interface RelayOptions {
  service: string
  daprHttpPort: number
  daprApiToken: string | undefined
  leaseMs: number
  /** How long bulks may gather at most while much is published, in ms: see `Pace`. */
  gatherMs: number
  /** How often to look at the table when nobody asks for it, in ms; default 200. */
  pollMs?: number
}

/**
 * Takes committed messages from the outbox to the broker, in order per topic and key. Rows that this process commits are
 * handed over in memory where that is proved to keep their order; a look at the table, one for all shards of this process,
 * finds the others and deletes what was sent. The table stays the truth: memory may be lost at any time.
 */
export class Relay implements Handover {
  readonly #store: OutboxStore
  readonly #publisher: DaprPublisher
  readonly #leases: LeaseKeeper
  readonly #memory = new RelayMemory()
  readonly #reader: TableReader
  readonly #senders = new Map<string, TopicSender>()
  readonly #gatherMs: number
  #started = false

  constructor(database: Database, options: RelayOptions) {
    // Under half the lease, so that a publish begun by one owner has ended before the next one begins.
    const publishTimeoutMs = Math.floor(options.leaseMs * 0.45)
    this.#gatherMs = options.gatherMs
    this.#store = new OutboxStore(database)
    this.#publisher = new DaprPublisher({ port: options.daprHttpPort, token: options.daprApiToken, timeoutMs: publishTimeoutMs })
    this.#leases = new LeaseKeeper({
      store: this.#store,
      owner: `${options.service}/${randomUUID()}`,
      leaseMs: options.leaseMs,
      publishTimeoutMs,
      onChange: shards => {
        this.#memory.forgetShards(shards)
        this.#reader.restart()
      },
    })
    this.#reader = new TableReader({
      store: this.#store,
      leases: this.#leases,
      memory: this.#memory,
      pollMs: options.pollMs ?? POLL_MS,
      onLook: () => this.#kickAll(),
    })
  }

  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    await this.#leases.start()
    this.#reader.start()
  }

  ticket(topics: readonly string[]): Ticket | undefined {
    if (!this.#started || !this.#leases.isSafe || topics.some(topic => this.#memory.isFull(topic))) return undefined
    return { generation: this.#memory.generation, lowWater: this.#reader.lowWater }
  }

  hand(rows: readonly HandedRow[], ticket: Ticket): void {
    if (!this.#started) return
    const ours = rows.filter(({ row }) => this.#leases.holds(row.shard))
    if (ours.length === 0) return
    const topics = new Set(ours.map(({ row }) => row.topic))
    if (this.#memory.take(ours, ticket)) for (const topic of topics) this.#senderOf(topic).kick()
    else this.wake([...topics])
  }

  wake(topics: readonly string[]): void {
    if (topics.some(topic => !this.#memory.isFull(topic))) this.#reader.lookSoon()
  }

  /** Sends until nothing is left or the time is over. True when nothing is left of what this process may send, in the table either. */
  async flush(timeoutMs: number): Promise<boolean> {
    const until = performance.now() + timeoutMs
    while (this.#started) {
      await this.#reader.look()
      // What was answered while the look was under way is deleted by the next one.
      if (this.#memory.unsentCount === 0 && this.#memory.sentCount === 0 && !this.#reader.mayBeMore) return true
      this.#kickAll()
      const left = until - performance.now()
      if (left <= 0) return false
      await Promise.race([Promise.all([...this.#senders.values()].map(sender => sender.idle())), sleep(left)])
      await sleep(10)
    }
    return true
  }

  /** Gives the shards back, so that another process goes on at once. */
  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    await this.#reader.stop()
    await Promise.all([...this.#senders.values()].map(sender => sender.stop()))
    await this.#store.deleteSent(this.#leases.held, this.#memory.sentIds).catch(() => 0)
    await this.#leases.stop()
    this.#publisher.close()
  }

  #kickAll(): void {
    for (const topic of this.#memory.waitingTopics) this.#senderOf(topic).kick()
  }

  #senderOf(topic: string): TopicSender {
    const known = this.#senders.get(topic)
    if (known) return known
    const sender: TopicSender = new TopicSender({
      topic,
      queue: this.#memory.queueOf(topic),
      gatherMs: this.#gatherMs,
      publishBulk: this.#publishBulk,
      mayBegin: () => this.#leases.isSafe,
      onReport: (report, unsent) => this.#onReport(sender, report, unsent),
    })
    this.#senders.set(topic, sender)
    return sender
  }

  /** Also the halves of a refused bulk are begun only under a lease. */
  readonly #publishBulk: PublishBulk = async rows => {
    if (!this.#leases.isSafe) return { outcome: 'unavailable', detail: 'the leases of the outbox are not renewed' }
    return this.#publisher.publishBulk(rows)
  }

  async #onReport(sender: TopicSender, report: SendReport, unsent: readonly OutboxRow[]): Promise<void> {
    for (const row of report.sent) this.#memory.markSent(row)
    for (const row of unsent) this.#memory.putBack(row)
    if (report.refused.length > 0) await this.#refuse(sender, report.refused)
    if (this.#memory.sentCount >= DELETE_ROWS) this.#reader.lookSoon()
    else this.#reader.lookIfRoom()
  }

  async #refuse(sender: TopicSender, refused: SendReport['refused']): Promise<void> {
    // Until the database has counted the refusal, and when it cannot, the key waits all the same.
    for (const { row } of refused) sender.penalise(row.key, row.attempts + 1)
    const counted = await this.#store.refuse(refused).catch((error: unknown) => {
      logger().warn({ err: error }, 'The relay cannot count refusals in its outbox; it goes on trying')
      return undefined
    })
    if (counted === undefined) return
    for (const row of counted) {
      const fields = { outbox_id: row.id, event_id: row.event_id, topic: row.topic, attempts: row.attempts, detail: row.last_error }
      if (row.state === 'pending') {
        sender.penalise(row.key, row.attempts)
        logger().warn(fields, 'MSG_PUBLISH_REFUSED: the message was refused and will be tried again')
        continue
      }
      this.#memory.block(laneOf(row))
      relayMetrics().blocked.inc()
      logger().error(fields, 'MSG_PUBLISH_REFUSED: the message is blocked and holds back its key')
    }
    // A row that is no longer in the table was dropped by an operator: what waits behind it is read anew.
    const left = new Set(counted.map(row => row.id))
    for (const { row } of refused) if (!left.has(row.id)) this.#memory.forgetLane(laneOf(row))
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}
