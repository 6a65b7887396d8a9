/** Shorter ones gather nothing that one turn of the event loop would not. */
const LEAST_MS = 1
/** Of so many keys besides its own must the last two batches be for a message to wait: one thing after another is not many at once. */
const OTHER_KEYS = 2

/**
 * How long a lane rests before its next batch. It does when the last one began a moment ago and messages of several other keys
 * came just before: so much is under way that one more moment makes batches larger. Messages that follow each other (one key,
 * little traffic) are not held up. Where nothing came in the second half of a rest, because the sidecar waits for answers before
 * it brings more, the next ones are shorter; where something did, longer again.
 */
export class Rest {
  readonly #mostMs: number
  readonly #now: () => number
  #ms: number
  #begunAt = -Infinity
  #keys: readonly string[] = []
  #keysBefore: readonly string[] = []
  #arrivedAt = 0
  /** The rest whose end the next batch is. */
  #last: { from: number; until: number } | undefined

  /** @param mostMs from the beginning of one batch to that of the next, at most; 0: no rest */
  constructor(mostMs: number, now: () => number = () => performance.now()) {
    this.#mostMs = mostMs
    this.#ms = mostMs
    this.#now = now
  }

  arrived(): void {
    this.#arrivedAt = this.#now()
  }

  /** In how many ms a batch may begin, the first of which has this key. */
  before(key: string): number {
    const now = this.#now()
    const restMs = this.#begunAt + this.#ms - now
    if (restMs < LEAST_MS || !this.#areManyAbout(key)) return 0
    this.#last = { from: now, until: now + restMs }
    return restMs
  }

  /** A batch of these keys begins. */
  begins(keys: readonly string[]): void {
    const now = this.#now()
    // What came long ago says nothing of now.
    this.#keysBefore = now - this.#begunAt < 2 * this.#mostMs ? this.#keys : []
    this.#keys = keys
    this.#begunAt = now
    if (!this.#last) return
    const wasWorthIt = this.#arrivedAt > (this.#last.from + this.#last.until) / 2
    this.#ms = wasWorthIt ? Math.min(this.#mostMs, this.#ms * 1.5) : Math.max(2 * LEAST_MS, this.#ms / 2)
    this.#last = undefined
  }

  #areManyAbout(key: string): boolean {
    const others = new Set([...this.#keys, ...this.#keysBefore])
    others.delete(key)
    return others.size >= OTHER_KEYS
  }
}
