import { PollLoop } from './poll-loop.ts'

/** Loops that take rows from one source: the first one looks every `pollMs`, the others come along when it finds some. */
export class WorkerLoops {
  readonly #loops: PollLoop[]

  /** @param next works one row off; see PollLoop */
  constructor(name: string, options: { readonly count: number; readonly pollMs: number }, next: () => Promise<number | undefined>) {
    this.#loops = Array.from({ length: options.count }, (_, i) => new PollLoop(name, i === 0 ? options.pollMs : Infinity, next))
  }

  start(): void {
    for (const loop of this.#loops) loop.start()
  }

  /** Rows were committed that are due about then. */
  wake(afterMs = 0): void {
    for (const loop of this.#loops) loop.wake(afterMs)
  }

  /** A row was found: there may be more. */
  wakeOthers(): void {
    for (const loop of this.#loops.slice(1)) loop.wake()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map(loop => loop.stop()))
  }
}
