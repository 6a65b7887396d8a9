import { crashPoint } from '../crash-point.ts'
import { logFailure } from '../delivery/record-failures.ts'
import { deliveryMetrics } from '../delivery/delivery-metrics.ts'
import { type Handler } from '../delivery/handler.ts'
import { type Envelope } from '../envelope.ts'
import { delayAfter, type Failure, failureOf } from './failure.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'

interface RowFailure {
  readonly attempts: number
  readonly failure: Failure
  readonly error: unknown
  readonly delayMs: number | null
}

/** A worker ran a row, and that is committed. */
export function noteHandled(inbox: InboxStore, { consumer }: DueRow): void {
  deliveryMetrics().retries.inc({ consumer, outcome: 'handled' })
  inbox.handled(consumer)
}

/**
 * Records that a worker's run of a row failed, by its handler's policy.
 * @param attempts every run of the row, this one included
 * @returns in how many ms it is due again; undefined: it is a dead letter
 */
export async function recordFailedRun(inbox: InboxStore, row: DueRow, handler: Handler, attempts: number, error: unknown): Promise<number | undefined> {
  const failure = failureOf(error)
  const delayMs = delayAfter(handler.retry, attempts, failure)
  crashPoint('failed-again.before-commit')
  await recordFailure(inbox, row, { attempts, failure, error, delayMs: delayMs ?? null })
  crashPoint('failed-again.after-commit')
  return delayMs
}

/** As `recordFailedRun`, for what is decided already. @param outcome delayMs null: a dead letter */
export async function recordFailure(inbox: InboxStore, row: DueRow, { attempts, failure, error, delayMs }: RowFailure): Promise<void> {
  await inbox.updateFailed(row, row.attempts, attempts, failure, delayMs)
  const state = delayMs === null ? 'dead' : 'retrying'
  deliveryMetrics().retries.inc({ consumer: row.consumer, outcome: state })
  logFailure({ consumer: row.consumer, eventId: row.event_id, state, attempts }, JSON.parse(row.envelope) as Envelope, failure, error)
}
