import { logger } from '@prep/observability'

/** Calls `work` when woken and every `pollMs` under it (Infinity: only when woken), never twice at once. `work` says in how many ms it wants to be called again. */
export class PollLoop {
  readonly #work: () => Promise<number | undefined>
  readonly #pollMs: number
  readonly #name: string
  #timer: NodeJS.Timeout | undefined
  #dueAt = Infinity
  #running: Promise<void> | undefined
  #woken = false
  #stopped = true

  constructor(name: string, pollMs: number, work: () => Promise<number | undefined>) {
    this.#name = name
    this.#pollMs = pollMs
    this.#work = work
  }

  start(): void {
    this.#stopped = false
    this.wake()
  }

  wake(afterMs = 0): void {
    if (this.#stopped) return
    if (afterMs === 0) {
      clearTimeout(this.#timer)
      this.#begin()
      return
    }
    const dueAt = performance.now() + afterMs
    if (afterMs === Infinity) return
    if (dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#begin(), afterMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #begin(): void {
    this.#dueAt = Infinity
    if (this.#running) {
      this.#woken = true
      return
    }
    this.#running = this.#turn().finally(() => (this.#running = undefined))
    void this.#running.then(() => this.wake(this.#woken ? 0 : this.#pollMs))
  }

  async #turn(): Promise<void> {
    this.#woken = false
    try {
      const againMs = await this.#work()
      if (againMs === 0) this.#woken = true
      else if (againMs !== undefined) this.wake(againMs)
    } catch (error) {
      logger().warn({ err: error, loop: this.#name }, 'A worker failed and goes on')
    }
  }
}
