import { gauge, logger } from '@prep/observability'
import { MessagingError } from '../errors.ts'
import { type Failure } from '../inbox/failure.ts'

/** Waits between two probes, in ms: from the first on doubled, up to the last. */
const FIRST_PROBE_MS = 1_000
const LAST_PROBE_MS = 30_000

/** A handler that keeps failing: what is known since its last success. */
interface Trouble {
  /** Messages that failed; one message that fails again and again is its own trouble, not the handler's. */
  readonly messages: Set<string>
  open: boolean
  waitMs: number
  probeAt: number
  probing: boolean
}

/**
 * A breaker for each handler, in this process's memory. It opens when so many messages in a row fail for a reason that may
 * pass; then its messages are put aside without being run, and one at a time probes until one is handled. Other handlers
 * do not notice.
 */
export class Breakers {
  readonly #threshold: number
  readonly #now: () => number
  readonly #troubles = new Map<string, Trouble>()

  /** @param threshold messages that fail in a row until the breaker opens */
  constructor(threshold: number, now: () => number = () => performance.now()) {
    breakerGauge()
    this.#threshold = threshold
    this.#now = now
  }

  isOpen(consumer: string): boolean {
    return this.#troubles.size > 0 && this.#troubles.get(consumer)?.open === true
  }

  /** @throws MessagingError MSG_BREAKER_OPEN */
  mustBeClosed(consumer: string): void {
    if (this.isOpen(consumer)) throw new MessagingError('MSG_BREAKER_OPEN', { detail: consumer })
  }

  /** When to look again at a message that was put aside, in ms. */
  waitMs(consumer: string): number {
    const trouble = this.#troubles.get(consumer)
    return trouble ? Math.max(0, trouble.probeAt - this.#now()) + Math.random() * FIRST_PROBE_MS : 0
  }

  handled(consumer: string): void {
    if (this.#troubles.size === 0) return
    const trouble = this.#troubles.get(consumer)
    if (!trouble) return
    this.#troubles.delete(consumer)
    if (!trouble.open) return
    breakerGauge().set({ consumer }, 0)
    logger().info({ consumer }, 'The handler works again; its messages run as usual')
  }

  failed(consumer: string, eventId: string, failure: Pick<Failure, 'permanent' | 'code'>): void {
    if (failure.permanent || failure.code === 'MSG_BREAKER_OPEN') return
    const trouble = this.#troubles.get(consumer) ?? this.#begin(consumer)
    if (trouble.open) return this.#again(trouble)
    trouble.messages.add(eventId)
    if (trouble.messages.size < this.#threshold) return
    trouble.open = true
    trouble.messages.clear()
    this.#again(trouble)
    breakerGauge().set({ consumer }, 1)
    logger().error({ consumer, error_code: failure.code }, 'The handler keeps failing: its messages are put aside, and one at a time is tried')
  }

  /** Of these consumers the ones whose messages may be run now, those with an open breaker left out. */
  closed(consumers: readonly string[]): readonly string[] {
    return this.#troubles.size === 0 ? consumers : consumers.filter(consumer => !this.isOpen(consumer))
  }

  /** Takes the right to run one message of each of these consumers whose breaker is open and due for a probe. */
  takeProbes(consumers: readonly string[]): readonly string[] {
    if (this.#troubles.size === 0) return NONE
    const now = this.#now()
    return consumers.filter(consumer => {
      const trouble = this.#troubles.get(consumer)
      if (!trouble?.open || trouble.probing || trouble.probeAt > now) return false
      trouble.probing = true
      return true
    })
  }

  /** Gives back the rights that were taken, used or not. */
  returnProbes(consumers: readonly string[]): void {
    for (const consumer of consumers) {
      const trouble = this.#troubles.get(consumer)
      if (trouble) trouble.probing = false
    }
  }

  #begin(consumer: string): Trouble {
    const trouble: Trouble = { messages: new Set(), open: false, waitMs: FIRST_PROBE_MS, probeAt: 0, probing: false }
    this.#troubles.set(consumer, trouble)
    return trouble
  }

  #again(trouble: Trouble): void {
    trouble.probeAt = this.#now() + trouble.waitMs
    trouble.waitMs = Math.min(trouble.waitMs * 2, LAST_PROBE_MS)
  }
}

const NONE: readonly string[] = []

function breakerGauge() {
  return gauge('prep_messaging_breaker_open', '1 while a handler keeps failing and its messages are put aside', ['consumer'])
}
