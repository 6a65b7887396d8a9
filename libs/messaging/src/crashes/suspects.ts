import { logger } from '@prep/observability'
import { PollLoop } from '../inbox/poll-loop.ts'
import { type Caution } from './caution.ts'
import { crashMetrics } from './crash-metrics.ts'

const POLL_MS = 2_000

/** Messages that a process died with, of one kind: their claim has ended, and nobody said what came of them. */
export interface Suspects {
  /** Whether there is one to take over. */
  areThere(): Promise<boolean>
  /** Takes one over, which counts as a crash of it, and runs it; or gives it up. @returns false when there is none any more */
  runOne(): Promise<boolean>
}

/**
 * Runs suspects one by one, with nothing else at work in this process. One of them alone ended the process before, the others
 * were only there when it happened: who runs alone and lives is innocent, and its count begins anew.
 */
export class SuspectWorker {
  readonly #loop: PollLoop
  readonly #caution: Caution
  readonly #sources: readonly Suspects[]
  readonly #onOver: () => void

  /** @param onOver the others may go on */
  constructor(caution: Caution, sources: readonly Suspects[], onOver: () => void) {
    this.#caution = caution
    this.#sources = sources
    this.#onOver = onOver
    this.#loop = new PollLoop('suspects', POLL_MS, () => this.#next())
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async #next(): Promise<number | undefined> {
    let mayBeMore = false
    for (const source of this.#sources) {
      if (await source.areThere()) mayBeMore = (await this.#caution.alone(() => source.runOne()).finally(this.#onOver)) || mayBeMore
    }
    return mayBeMore ? 0 : undefined
  }
}

/** A process died while it ran this message, or beside it. */
export function noteCrash(consumer: string, eventId: string, crashes: number): void {
  crashMetrics().crashes.inc({ consumer })
  logger().warn({ consumer, message_id: eventId, crashes }, 'A process died with this message; it runs alone now')
}
