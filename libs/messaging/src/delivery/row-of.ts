import { type InboxRow } from '../inbox/inbox-store.ts'
import { type Delivery } from './classify-entry.ts'

/** What becomes of a message now: its handler runs, or it is only stored, for a worker to run. */
export type What = 'run' | 'store'

/** The row of a message: a database handler's is handled when its transaction commits; an external one's waits, and so does one that is only stored. */
export function rowOf(entry: Delivery, attempts: number, what: What = 'run'): InboxRow {
  const waits = what === 'store' || entry.handler.effects === 'external'
  return {
    consumer: entry.handler.consumer,
    eventId: entry.envelope.id.toLowerCase(),
    eventType: entry.envelope.type,
    partitionKey: entry.envelope.partitionkey,
    state: waits ? 'received' : 'handled',
    attempts: waits ? 0 : attempts,
    envelope: waits ? JSON.stringify(entry.envelope) : null,
    fingerprint: entry.fingerprint,
    ordered: entry.handler.ordered === true,
    sequence: entry.envelope.sequence ?? null,
  }
}
