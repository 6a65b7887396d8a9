/** How much of the past counts for the rate. */
const MEMORY_MS = 250
/** Rows a second of one topic: below that a bulk would gather so little in its time that waiting gains nothing. */
const BUSY_ROWS_A_SECOND = 400
/** So many rows in a bulk are enough: more cost hardly less each. */
const GOOD_BULK_ROWS = 64
/** Where several rows of a key wait behind each other, one goes with each bulk: together they wait no longer than about this. */
const BEHIND_MS = 50

/**
 * How soon a topic's next bulk may follow the last one. Broker, sidecar and relay have most of their work with each bulk and
 * little with each row. While little is sent, nothing waits; while much is sent, bulks leave at intervals and gather more.
 */
export class Pace {
  readonly #gatherMs: number
  /** Rows sent, fading. */
  #rows = 0
  #begunAt = -Infinity
  /** Rows that wait for each key, on average. */
  #depth = 1

  /** @param gatherMs the longest interval; 0: bulks follow each other at once */
  constructor(gatherMs: number) {
    this.#gatherMs = gatherMs
  }

  /**
   * A bulk begins.
   * @param rows in it; @param left rows that wait on, behind others of their keys
   */
  begin(rows: number, left: number, now: number = performance.now()): void {
    this.#rows = this.#rowsAt(now) + rows
    this.#begunAt = now
    this.#depth = 1 + left / rows
  }

  /** How long the next bulk has to wait, in ms; 0: not at all. */
  waitMs(now: number = performance.now()): number {
    const rowsAMs = this.#rowsAt(now) / MEMORY_MS
    if (rowsAMs * 1_000 < BUSY_ROWS_A_SECOND) return 0
    const interval = Math.min(this.#gatherMs, GOOD_BULK_ROWS / rowsAMs, BEHIND_MS / this.#depth)
    return Math.max(0, this.#begunAt + interval - now)
  }

  #rowsAt(now: number): number {
    return this.#rows === 0 ? 0 : this.#rows * Math.exp((this.#begunAt - now) / MEMORY_MS)
  }
}
