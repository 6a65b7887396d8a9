import { type OutboxRow } from '../outbox/handover.ts'
import { compareIds } from './compare-ids.ts'

/** A bulk has at most so many rows and so many bytes of JSON. */
export const BULK_ROWS = 200
export const BULK_BYTES = 2 * 1024 * 1024
/** What a bulk request adds to each row: ids, metadata, punctuation. */
const ENTRY_BYTES = 160
/** Rows of one topic kept in memory: enough to look past a key with many. */
const QUEUE_ROWS = 1_000
const QUEUE_BYTES = 8 * 1024 * 1024

/** Rows of one topic that wait in memory, by id. */
export class TopicQueue {
  #rows: OutboxRow[] = []
  #bytes = 0

  get size(): number {
    return this.#rows.length
  }

  /** More would only fill the memory: the table keeps it as well. */
  get isFull(): boolean {
    return this.#rows.length >= QUEUE_ROWS || this.#bytes >= QUEUE_BYTES
  }

  add(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const last = this.#rows.at(-1)
      this.#rows.push(row)
      this.#bytes += row.size
      if (last && compareIds(last.id, row.id) > 0) this.#rows.sort((one, other) => compareIds(one.id, other.id))
    }
  }

  /** Takes the next bulk out: the first row of each key, none of a key in `waiting`. */
  take(waiting: ReadonlySet<string>): OutboxRow[] {
    const bulk: OutboxRow[] = []
    const rest: OutboxRow[] = []
    const seen = new Set<string>()
    let bytes = 0
    for (const row of this.#rows) {
      const weight = row.size + row.key.length + ENTRY_BYTES
      const fits = bulk.length === 0 || (bulk.length < BULK_ROWS && bytes + weight <= BULK_BYTES)
      if (fits && !seen.has(row.key) && !waiting.has(row.key)) {
        bulk.push(row)
        bytes += weight
        this.#bytes -= row.size
      } else rest.push(row)
      // A later row of a key never passes an earlier one.
      seen.add(row.key)
    }
    this.#rows = rest
    return bulk
  }

  /** Takes out what `leaves` names. */
  remove(leaves: (row: OutboxRow) => boolean): OutboxRow[] {
    const gone = this.#rows.filter(leaves)
    if (gone.length === 0) return gone
    this.#rows = this.#rows.filter(row => !leaves(row))
    for (const row of gone) this.#bytes -= row.size
    return gone
  }
}
