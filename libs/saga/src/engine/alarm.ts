/** Node's timers may come a millisecond early, and then nothing would be due yet. */
const SLACK_MS = 2

/** Lets the timer worker sleep until the nearest timer that this process knows of, but never longer than its poll. */
export class Alarm {
  #wake: (() => void) | undefined
  #wakeAtMs = Number.POSITIVE_INFINITY
  #timeout: NodeJS.Timeout | undefined
  #soonestMs = Number.POSITIVE_INFINITY

  /** A timer was set that is due in so many milliseconds. */
  set(inMs: number): void {
    const atMs = performance.now() + Math.max(0, inMs) + SLACK_MS
    if (this.#wake === undefined) this.#soonestMs = Math.min(this.#soonestMs, atMs)
    else if (atMs < this.#wakeAtMs) this.#wakeIn(atMs)
  }

  /** Resolves when a timer is due, after `atMostMs`, or at ring(). */
  async sleep(atMostMs: number): Promise<void> {
    const atMs = Math.min(performance.now() + atMostMs, this.#soonestMs)
    this.#soonestMs = Number.POSITIVE_INFINITY
    await new Promise<void>(resolve => {
      this.#wake = resolve
      this.#wakeIn(atMs)
    })
    this.#wake = undefined
  }

  ring(): void {
    clearTimeout(this.#timeout)
    this.#wake?.()
  }

  #wakeIn(atMs: number): void {
    this.#wakeAtMs = atMs
    clearTimeout(this.#timeout)
    this.#timeout = setTimeout(() => this.ring(), Math.max(0, atMs - performance.now()))
  }
}
