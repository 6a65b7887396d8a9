import { crashMetrics } from './crash-metrics.ts'

/**
 * How careful this process is with what it runs, because something may end the process: the memory of it.
 *
 * After an unclean start it first records: deliveries are only stored, and what is stored runs singly, each with its claim
 * committed. Then it clears: deliveries run at once again, what was stored still singly, until none is left. Suspects, the
 * messages that a process died with, run alone at any time.
 */
export class Caution {
  #phase: 'none' | 'recording' | 'clearing' = 'none'
  #running = 0
  #isAlone = false
  #onQuiet: (() => void) | undefined

  constructor() {
    crashMetrics()
  }

  /** Deliveries are to be stored, not run. */
  get records(): boolean {
    return this.#isAlone || this.#phase === 'recording'
  }

  /** Something may end the process, as far as is known. */
  get isNeeded(): boolean {
    return this.#isAlone || this.#phase !== 'none'
  }

  /** Stored messages run one at a time, each with a claim that is committed before. */
  get runsSingly(): boolean {
    return this.#phase !== 'none'
  }

  /** After an unclean start. */
  record(): void {
    this.#enter('recording')
  }

  /** Deliveries run at once again. */
  clear(): void {
    if (this.#phase === 'recording') this.#enter('clearing')
  }

  /** None is left of what was stored, or none that is due. */
  cleared(): void {
    if (this.#phase === 'clearing') this.#enter('none')
  }

  /** Something is about to run; then `end()` follows. @returns false: not now, a suspect is running or about to */
  begin(): boolean {
    if (this.#isAlone) return false
    this.#running++
    return true
  }

  /** What is running begins something more, which ends by itself. */
  beginMore(): void {
    this.#running++
  }

  end(): void {
    if (--this.#running === 0) this.#onQuiet?.()
  }

  /** Runs `work` when nothing else runs in this process, and lets nothing begin meanwhile. One call at a time. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#isAlone = true
    try {
      if (this.#running > 0) await new Promise<void>(quiet => (this.#onQuiet = quiet))
      return await work()
    } finally {
      this.#isAlone = false
      this.#onQuiet = undefined
    }
  }

  #enter(phase: 'none' | 'recording' | 'clearing'): void {
    this.#phase = phase
    crashMetrics().cautious.set(phase === 'none' ? 0 : 1)
  }
}
