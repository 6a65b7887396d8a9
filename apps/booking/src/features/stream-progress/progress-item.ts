import { type NumberedEntry } from '../../persistence/progress-log.ts'

/** One thing that happened about a booking, as clients see it. */
export interface ProgressItem {
  /** The event's id. */
  id: string
  /** 1, 2, 3 ... within the booking; also the id of the server-sent event. */
  seq: number
  /** CloudEvents type: `payment.authorized.v1` */
  type: string
  /** The service that published it: `payment` */
  source: string
  /** The step of the process that it answers. */
  saga_step: string | null
  /** RFC 3339, UTC */
  time: string
  /** Milliseconds since the booking was requested. */
  occurred_ms: number
  /** The event's data without its personal fields. */
  data: unknown
}

export function progressItem(entry: NumberedEntry, requestedAt: Date): ProgressItem {
  return {
    id: entry.eventId,
    seq: entry.seq,
    type: entry.type,
    source: entry.source,
    saga_step: entry.sagaStep,
    time: entry.occurredAt.toISOString(),
    occurred_ms: Math.max(0, entry.occurredAt.getTime() - requestedAt.getTime()),
    data: entry.data,
  }
}

/** As a server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function serverSentEvent(item: ProgressItem): string {
  return `id: ${item.seq}\nevent: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`
}
