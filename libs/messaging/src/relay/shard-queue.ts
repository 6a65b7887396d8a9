import { type RelayRow } from './dapr-publisher.ts'
import { laneOf } from './outbox-store.ts'

/** A bulk has at most so many rows and so many bytes of JSON. */
export const BULK_ROWS = 200
export const BULK_BYTES = 2 * 1024 * 1024
/** What a bulk request adds to each row: ids, metadata, punctuation. */
const ENTRY_BYTES = 160
/** Rows of one shard kept in memory: enough to look past a key with many. */
const QUEUE_ROWS = 1_000
const FETCH_BYTES = 8 * 1024 * 1024

/** What is read from a shard and not yet sent, in order. Only the owner of the shard's lease has one. */
export class ShardQueue {
  #rows: RelayRow[] = []
  #largest = 1

  get size(): number {
    return this.#rows.length
  }

  get ids(): string[] {
    return this.#rows.map(row => row.id)
  }

  /** How many rows to read now: fewer when they are large. */
  get room(): number {
    const room = Math.min(BULK_ROWS, QUEUE_ROWS - this.#rows.length)
    return Math.max(0, Math.min(room, Math.max(8, Math.floor(FETCH_BYTES / this.#largest))))
  }

  add(rows: readonly RelayRow[]): void {
    for (const row of rows) this.#largest = Math.max(this.#largest, row.size)
    this.#rows.push(...rows)
  }

  /** Takes the next bulk out: rows of the oldest row's topic, the first of each key, none of a lane in `waiting`. */
  take(waiting: ReadonlySet<string>): RelayRow[] {
    const bulk: RelayRow[] = []
    const rest: RelayRow[] = []
    const seen = new Set<string>()
    let bytes = 0
    for (const row of this.#rows) {
      const lane = laneOf(row)
      const weight = row.size + row.key.length + ENTRY_BYTES
      const fits = bulk.length === 0 || (bulk.length < BULK_ROWS && bytes + weight <= BULK_BYTES && row.topic === bulk[0]?.topic)
      if (fits && !seen.has(lane) && !waiting.has(lane)) {
        bulk.push(row)
        bytes += weight
      } else rest.push(row)
      // A later row of a key never passes an earlier one.
      seen.add(lane)
    }
    this.#rows = rest
    return bulk
  }

  /** Rows that were taken and not sent stand first again. */
  putBack(rows: readonly RelayRow[]): void {
    this.#rows = [...rows, ...this.#rows]
  }

  /** Forgets the rows of a key that is blocked. */
  drop(lane: string): void {
    this.#rows = this.#rows.filter(row => laneOf(row) !== lane)
  }

  clear(): void {
    this.#rows = []
  }
}
