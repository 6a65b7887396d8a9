import { setTimeout } from 'node:timers/promises'
import { logger } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { type Caution } from '../crashes/caution.ts'
import { type InboxStore } from '../inbox/inbox-store.ts'
import { type OrderStore } from '../inbox/order-store.ts'
import { messagingErrorCodes } from '../errors.ts'
import { type AgeLimits, type BulkEntry, classifyEntry, raw } from './classify-entry.ts'
import { deliverLane } from './deliver-lane.ts'
import { type DeliveryParts, type Outcome } from './delivery-parts.ts'
import { deliveryMetrics, noteLag } from './delivery-metrics.ts'
import { type HandlerRegistry } from './handler.ts'
import { keyOf, type LaneEntry, Lanes } from './lanes.ts'

/** A service that ends takes deliveries until none has come for so long ... */
const SILENCE_MS = 250
/**
 * ... and no longer than this, because a sidecar that goes on without it does not fall silent. One that ends delivers what it
 * has fetched: `consumerFetchDefault` and `channelBufferSize` of the components keep that to what fits into this time.
 */
const LAST_DELIVERIES_MS = 5_000

/** daprd's words: SUCCESS acknowledges, RETRY brings the entry again. DROP is never said. */
export type EntryStatus = 'SUCCESS' | 'RETRY'

export interface SubscriberOptions {
  readonly service: string
  readonly lanes: number
  readonly restMs: number
  readonly handlerTimeoutMs: number
  readonly ages: AgeLimits
  readonly order: OrderStore
  readonly caution: Caution
  /** Rows were committed that are to be run by a worker. */
  readonly onReceived: () => void
  /** A row was committed that is to be tried again after so long. */
  readonly onRetrying: (delayMs: number) => void
}

/**
 * Takes deliveries from the sidecar. Every entry is acknowledged once the database says what became of it; RETRY is
 * answered only while the database is away or the service is ending.
 */
export class Subscriber {
  readonly #lanes: Lanes
  readonly #handlers: HandlerRegistry
  readonly #inbox: InboxStore
  readonly #options: SubscriberOptions
  readonly #inFlight = new Set<Promise<unknown>>()
  #stopped = false
  #lastDeliveryAt = performance.now()

  constructor(database: Database, inbox: InboxStore, handlers: HandlerRegistry, options: SubscriberOptions) {
    const { order, caution, handlerTimeoutMs, onRetrying } = options
    const parts: DeliveryParts = { database, inbox, order, caution, handlerTimeoutMs, onRetrying }
    this.#lanes = new Lanes(options.lanes, options.restMs, async (entries, report) => {
      await deliverLane(parts, entries, report).catch((error: unknown) => {
        logger().error({ err: error }, 'A batch failed as a whole and will be brought again')
      })
    })
    this.#handlers = handlers
    this.#inbox = inbox
    this.#options = options
  }

  /**
   * Ends taking deliveries. The sidecar is told to end at the same time and first hands over what it holds: that is still
   * taken, until nothing has come for a moment. A delivery handed back keeps an ending sidecar waiting for nothing.
   */
  async stop(): Promise<void> {
    const until = performance.now() + LAST_DELIVERIES_MS
    while (performance.now() < until) {
      const silentMs = performance.now() - this.#lastDeliveryAt
      if (silentMs >= SILENCE_MS) break
      await setTimeout(SILENCE_MS - silentMs)
    }
    this.#stopped = true
  }

  /** Resolves when no delivery is in flight. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight)
  }

  /** @returns a status for each entry, in their order. Never rejects. */
  async deliver(topic: string, entries: readonly BulkEntry[]): Promise<EntryStatus[]> {
    if (this.#stopped) return entries.map(() => 'RETRY')
    this.#lastDeliveryAt = performance.now()
    const work = this.#deliver(topic, entries)
    this.#inFlight.add(work)
    try {
      return await work
    } catch (error) {
      logger().error({ err: error, topic }, 'A delivery failed as a whole and will be brought again')
      return entries.map(() => 'RETRY')
    } finally {
      this.#inFlight.delete(work)
    }
  }

  async #deliver(topic: string, entries: readonly BulkEntry[]): Promise<EntryStatus[]> {
    const end = deliveryMetrics().batchSeconds.startTimer({ topic })
    const seen = new Set<Outcome>()
    const statuses = await Promise.all(
      entries.map(async (entry): Promise<EntryStatus> => {
        const classified = this.#classify(entry, topic)
        if (classified.kind === 'ignored') {
          deliveryMetrics().ignored.inc({ topic })
          return 'SUCCESS'
        }
        if (classified.kind === 'message') noteLag(topic, classified.envelope.time)
        const outcome = await this.#lanes.submit(classified)
        seen.add(outcome)
        this.#note(classified, outcome)
        return outcome === 'unavailable' ? 'RETRY' : 'SUCCESS'
      }),
    )
    if (seen.has('received') || seen.has('parked')) this.#options.onReceived()
    end()
    return statuses
  }

  #classify(entry: BulkEntry, topic: string) {
    const origin = { service: this.#options.service, topic, ages: this.#options.ages }
    // What lies on the dead letter topic never reached a handler: the sidecar could not even parse it.
    if (topic.endsWith('.dead')) return raw(entry, origin, 'MSG_UNREADABLE', messagingErrorCodes.MSG_UNREADABLE)
    return classifyEntry(entry, this.#handlers, origin)
  }

  #note(entry: LaneEntry, outcome: Outcome): void {
    const consumer = entry.kind === 'message' ? entry.handler.consumer : entry.consumer
    deliveryMetrics().deliveries.inc({ consumer, outcome })
    if (outcome === 'handled') this.#inbox.handled(consumer)
    if (entry.kind !== 'dead' || outcome !== 'dead') return
    const fields = { consumer, message_id: entry.eventId, partition_key: keyOf(entry), error_code: entry.code, reason: entry.message }
    logger().error(fields, 'The message became a dead letter')
  }
}
