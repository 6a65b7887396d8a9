import { percentile } from '../../percentile.ts'

export interface TallyFigures {
  readonly count: number
  /** From the publisher's call to the subscriber's commit, in milliseconds, by the one clock of the machine. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Between the first and the last, in seconds. */
  readonly seconds: number
}

/** Counts what was handled, and how long after its publication. */
export class Tally {
  #latencies: number[] = []
  #firstAt = 0
  #lastAt = 0

  /** @param publishedAt in ms since the epoch */
  add(publishedAt: number): void {
    const now = Date.now()
    if (this.#latencies.length === 0) this.#firstAt = now
    this.#lastAt = now
    this.#latencies.push(now - publishedAt)
  }

  reset(): void {
    this.#latencies = []
  }

  figures(): TallyFigures {
    const count = this.#latencies.length
    if (count === 0) return { count, p50Ms: 0, p99Ms: 0, seconds: 0 }
    const [p50Ms, p99Ms] = [percentile(this.#latencies, 50), percentile(this.#latencies, 99)]
    return { count, p50Ms, p99Ms, seconds: (this.#lastAt - this.#firstAt) / 1_000 }
  }
}
