/** A consumer fails too often. */
export interface FailureRate {
  readonly consumer: string
  readonly failures: number
  readonly runs: number
  /** The most frequent code of the failures. */
  readonly topCode: string
}

/** When the share of failures is worth an alarm. */
export interface FailureAlarm {
  /** A fraction of 1. */
  readonly share: number
  /** Below so many runs in the window nothing is said. */
  readonly minRuns: number
  readonly windowMs: number
}

const SLICES = 30
const MAX_CODES = 50

/**
 * What share of each consumer's outcomes failed over a sliding window, in memory. An outcome is what was recorded of one
 * delivery or of one later run: handled, or failed (to be tried again, or dead); immediate retries are part of their run.
 */
export class FailureRates {
  readonly #alarm: FailureAlarm
  readonly #onExceeded: (rate: FailureRate) => void
  readonly #windows = new Map<string, Window>()

  /** @param onExceeded called at most once a window for each consumer */
  constructor(alarm: FailureAlarm, onExceeded: (rate: FailureRate) => void) {
    this.#alarm = alarm
    this.#onExceeded = onExceeded
  }

  handled(consumer: string, now: number = Date.now()): void {
    this.#windowOf(consumer).sliceAt(now).runs++
  }

  failed(consumer: string, code: string, now: number = Date.now()): void {
    const window = this.#windowOf(consumer)
    const slice = window.sliceAt(now)
    slice.runs++
    slice.failures++
    if (slice.codes.has(code) || slice.codes.size < MAX_CODES) slice.codes.set(code, (slice.codes.get(code) ?? 0) + 1)
    if (now < window.quietUntil) return
    const { runs, failures } = window.sums(now)
    if (runs < this.#alarm.minRuns || failures / runs <= this.#alarm.share) return
    window.quietUntil = now + this.#alarm.windowMs
    this.#onExceeded({ consumer, failures, runs, topCode: window.topCode(now) })
  }

  /** Fractions of 1 by consumer; of those without a run in the window there is none. */
  shares(now: number = Date.now()): Map<string, number> {
    const shares = new Map<string, number>()
    for (const [consumer, window] of this.#windows) {
      const { runs, failures } = window.sums(now)
      if (runs > 0) shares.set(consumer, failures / runs)
    }
    return shares
  }

  #windowOf(consumer: string): Window {
    let window = this.#windows.get(consumer)
    if (!window) this.#windows.set(consumer, (window = new Window(this.#alarm.windowMs)))
    return window
  }
}

interface Slice {
  /** Which slice of time this is; slices are used again. */
  epoch: number
  runs: number
  failures: number
  readonly codes: Map<string, number>
}

class Window {
  quietUntil = -Infinity
  readonly #sliceMs: number
  readonly #slices: Slice[] = Array.from({ length: SLICES }, () => ({ epoch: -1, runs: 0, failures: 0, codes: new Map<string, number>() }))

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES
  }

  sliceAt(now: number): Slice {
    const epoch = Math.floor(now / this.#sliceMs)
    const slice = this.#slices[epoch % SLICES] as Slice
    if (slice.epoch !== epoch) {
      Object.assign(slice, { epoch, runs: 0, failures: 0 })
      slice.codes.clear()
    }
    return slice
  }

  sums(now: number): { runs: number; failures: number } {
    let runs = 0
    let failures = 0
    for (const slice of this.#within(now)) {
      runs += slice.runs
      failures += slice.failures
    }
    return { runs, failures }
  }

  topCode(now: number): string {
    const codes = new Map<string, number>()
    for (const slice of this.#within(now)) for (const [code, count] of slice.codes) codes.set(code, (codes.get(code) ?? 0) + count)
    const [top] = [...codes].sort(([, one], [, other]) => other - one)
    return top?.[0] ?? 'MSG_HANDLER_FAILED'
  }

  #within(now: number): Slice[] {
    const epoch = Math.floor(now / this.#sliceMs)
    return this.#slices.filter(slice => slice.epoch > epoch - SLICES && slice.epoch <= epoch)
  }
}
