import { type HandedRow, type OutboxRow, type Ticket } from '../outbox/handover.ts'
import { compareIds } from './compare-ids.ts'
import { laneOf } from './outbox-store.ts'
import { TopicQueue } from './topic-queue.ts'

/**
 * What the relay has in memory of its shards: rows that wait by topic, that are on their way, and that are sent but still
 * in the table. It is closed: whoever is known, all earlier rows of its topic and key that are in the table are known too.
 * A look at the table keeps it so by taking the lowest ids, a handed row because the row before it must be known.
 */
export class RelayMemory {
  readonly #known = new Map<string, OutboxRow>()
  readonly #sent = new Set<string>()
  readonly #queues = new Map<string, TopicQueue>()
  #blocked: ReadonlySet<string> = new Set()
  #highest = '0'
  #generation = 0

  /** Rises whenever something was forgotten: see `Ticket`. */
  get generation(): number {
    return this.#generation
  }

  /** `laneOf` of keys that wait behind a blocked row. */
  get blocked(): ReadonlySet<string> {
    return this.#blocked
  }

  get knownIds(): string[] {
    return [...this.#known.keys()]
  }

  get sentIds(): string[] {
    return [...this.#sent]
  }

  get sentCount(): number {
    return this.#sent.size
  }

  /** The highest id ever seen here. */
  get highest(): string {
    return this.#highest
  }

  /** The lowest id that is still in the table as far as is known. */
  get lowest(): string | undefined {
    let lowest: string | undefined
    for (const id of this.#known.keys()) if (lowest === undefined || compareIds(id, lowest) < 0) lowest = id
    return lowest
  }

  /** Rows that wait or are on their way. */
  get unsentCount(): number {
    return this.#known.size - this.#sent.size
  }

  /** Topics of which no more fits in. */
  get fullTopics(): string[] {
    return [...this.#queues].filter(([, queue]) => queue.isFull).map(([topic]) => topic)
  }

  /** Topics with rows that wait. */
  get waitingTopics(): string[] {
    return [...this.#queues].filter(([, queue]) => queue.size > 0).map(([topic]) => topic)
  }

  isFull(topic: string): boolean {
    return this.#queues.get(topic)?.isFull ?? false
  }

  queueOf(topic: string): TopicQueue {
    const queue = this.#queues.get(topic) ?? new TopicQueue()
    this.#queues.set(topic, queue)
    return queue
  }

  /** Takes in rows that a look found, but for those that are known by now. */
  add(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      if (this.#known.has(row.id)) continue
      this.#known.set(row.id, row)
      if (compareIds(row.id, this.#highest) > 0) this.#highest = row.id
      this.queueOf(row.topic).add([row])
    }
  }

  /** Takes in rows from hand, all or none, but for those of blocked keys. @returns whether it did */
  take(handed: readonly HandedRow[], ticket: Ticket): boolean {
    if (ticket.generation !== this.#generation) return false
    const rows = handed.filter(({ row }) => !this.#blocked.has(laneOf(row)))
    if (!rows.every(({ row, before }) => (before === null || this.#known.has(before)) && !this.isFull(row.topic))) return false
    this.add(rows.map(({ row }) => row))
    return true
  }

  /** Whether this very row, and not a later reading of it, is still ours to send. */
  isOurs(row: OutboxRow): boolean {
    return this.#known.get(row.id) === row
  }

  putBack(row: OutboxRow): void {
    if (this.isOurs(row)) this.queueOf(row.topic).add([row])
  }

  markSent(row: OutboxRow): void {
    if (this.isOurs(row)) this.#sent.add(row.id)
  }

  /** These are no longer in the table. */
  forgetSent(ids: readonly string[]): void {
    for (const id of ids) if (this.#sent.delete(id)) this.#known.delete(id)
  }

  /** Forgets everything of these shards, also what is on its way. */
  forgetShards(shards: ReadonlySet<number>): void {
    for (const row of this.#known.values()) if (shards.has(row.shard)) this.#forget(row)
    for (const queue of this.#queues.values()) queue.remove(row => shards.has(row.shard))
    this.#generation++
  }

  /** Forgets what was not yet sent of one topic and key. */
  forgetLane(lane: string): void {
    for (const row of this.#known.values()) if (laneOf(row) === lane && !this.#sent.has(row.id)) this.#forget(row)
    for (const queue of this.#queues.values()) queue.remove(row => laneOf(row) === lane)
    this.#generation++
  }

  block(lane: string): void {
    this.#blocked = new Set([...this.#blocked, lane])
    this.forgetLane(lane)
  }

  /** @returns whether that is news */
  setBlocked(lanes: readonly string[]): boolean {
    const blocked = new Set(lanes)
    const added = lanes.filter(lane => !this.#blocked.has(lane))
    if (added.length === 0 && blocked.size === this.#blocked.size) return false
    this.#blocked = blocked
    for (const lane of added) this.forgetLane(lane)
    this.#generation++
    return true
  }

  #forget(row: OutboxRow): void {
    this.#known.delete(row.id)
    this.#sent.delete(row.id)
  }
}
