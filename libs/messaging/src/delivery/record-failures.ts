import { logger, runInContext } from '@prep/observability'
import { crashPoint } from '../crash-point.ts'
import { type Attempt, attemptOf } from '../dead-letters/dead-letter.ts'
import { type Envelope } from '../envelope.ts'
import { type MessagingErrorCode } from '../errors.ts'
import { type Failure } from '../inbox/failure.ts'
import { type FailedRow } from '../inbox/failed-row.ts'
import { type InboxRow } from '../inbox/inbox-store.ts'
import { rowKey } from '../inbox/row-key.ts'
import { type DeadDelivery, type Delivery } from './classify-entry.ts'
import { type DeliveryParts, type Outcome } from './delivery-parts.ts'
import { rowOf } from './row-of.ts'

/** A delivery whose runs all failed. */
export interface FailedDelivery {
  readonly entry: Delivery
  readonly attempt: number
  readonly failure: Failure
  readonly log: readonly Attempt[]
  /** undefined: no other run */
  readonly delayMs: number | undefined
  readonly error: unknown
}

/**
 * Records what failed, in one statement where that is possible: when everything fails, this is what a service does.
 * Never rejects. @returns the outcome of each
 */
export async function recordFailures(parts: DeliveryParts, failed: readonly FailedDelivery[]): Promise<Outcome[]> {
  const rows = failed.map(rowOfFailed)
  crashPoint('failure.before-commit')
  const states = await insertAll(parts, rows)
  crashPoint('failure.after-commit')
  for (const [i, { entry, delayMs, failure, error }] of failed.entries()) {
    if (states[i] !== 'retrying' && states[i] !== 'dead') continue
    if (delayMs !== undefined) parts.onRetrying(delayMs)
    logFailure((rows[i] as FailedRow).row, entry.envelope, failure, error)
  }
  return states
}

/** As `recordFailures`, for what no handler may see. */
export function recordDead(parts: DeliveryParts, entries: readonly DeadDelivery[]): Promise<Outcome[]> {
  return insertAll(parts, entries.map(rowOfDead))
}

/** One line for each failure that was recorded, with the error itself: the row keeps only its first frame. */
export function logFailure(row: FailedRun, envelope: Pick<Envelope, 'correlationid'>, failure: Failure, error: unknown): void {
  const fields = { consumer: row.consumer, attempts: row.attempts, error_code: failure.code, err: error }
  runInContext({ correlationId: envelope.correlationid, messageId: row.eventId }, () => {
    if (row.state === 'dead') logger().error(fields, 'The message became a dead letter')
    else logger().warn(fields, 'The message failed and will be tried again')
  })
}

type FailedRun = Pick<InboxRow, 'consumer' | 'eventId' | 'state' | 'attempts'>

/** The failure of an ordered handler blocks its key, which is a statement of its own. */
async function insertAll(parts: DeliveryParts, rows: readonly FailedRow[]): Promise<Outcome[]> {
  if (rows.length > 1 && !rows.some(({ row }) => row.ordered)) {
    try {
      const ours = await parts.inbox.insertAllFailed(rows)
      return rows.map(({ row }) => (ours.has(rowKey(row.consumer, row.eventId)) ? (row.state as Outcome) : 'duplicate'))
    } catch {
      // One of them may be what cannot be stored.
      if (!parts.database.reachable()) return rows.map(() => 'unavailable')
    }
  }
  const outcomes: Outcome[] = []
  for (const row of rows) outcomes.push(await insertOne(parts, row))
  return outcomes
}

async function insertOne(parts: DeliveryParts, failed: FailedRow): Promise<Outcome> {
  try {
    return (await parts.inbox.insertFailed(failed)) ? (failed.row.state as Outcome) : 'duplicate'
  } catch {
    return 'unavailable'
  }
}

function rowOfFailed({ entry, attempt, failure, log, delayMs }: FailedDelivery): FailedRow {
  const state = delayMs === undefined ? 'dead' : 'retrying'
  return { row: { ...rowOf(entry, attempt), state, envelope: JSON.stringify(entry.envelope) }, failure, log, delayMs: delayMs ?? null }
}

function rowOfDead(entry: DeadDelivery): FailedRow {
  const row: InboxRow = {
    consumer: entry.consumer,
    eventId: entry.eventId,
    eventType: entry.eventType,
    partitionKey: entry.partitionKey,
    state: 'dead',
    attempts: 0,
    envelope: entry.body,
    fingerprint: null,
    ordered: entry.ordered === true,
    sequence: entry.sequence ?? null,
  }
  const failure = failureOfDead(entry.code, entry.message)
  return { row, failure, log: [attemptOf(failure)], delayMs: null }
}

function failureOfDead(code: MessagingErrorCode, message: string): Failure {
  return { code, errorClass: 'MessagingError', message, frame: null, permanent: true, retryAfterMs: undefined, slow: false }
}
