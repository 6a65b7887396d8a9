import { setTimeout as sleep } from 'node:timers/promises'
import { logger, runInContext } from '@prep/observability'
import { type Database, isUnavailable, PersistenceError } from '@prep/persistence'
import { crashAroundCommit, crashPoint } from '../crash-point.ts'
import { type Caution } from '../crashes/caution.ts'
import { type Attempt, attemptOf } from '../dead-letters/dead-letter.ts'
import { delayAfter, type Failure, failureOf, isImmediate } from '../inbox/failure.ts'
import { type InboxRow, type InboxStore } from '../inbox/inbox-store.ts'
import { type OrderStore } from '../inbox/order-store.ts'
import { type Envelope } from '../envelope.ts'
import { type MessagingErrorCode } from '../errors.ts'
import { type DeadDelivery, type Delivery, reused } from './classify-entry.ts'
import { type LaneEntry } from './lanes.ts'
import { runDatabaseHandler } from './run-handler.ts'

/** What a delivery did with one entry. `unavailable`: nothing is recorded, the broker is to bring it again. */
export type Outcome = 'handled' | 'received' | 'retrying' | 'parked' | 'dead' | 'duplicate' | 'unavailable'

/** What becomes of a message now: its handler runs, or it is only stored, for a worker to run. */
export type What = 'run' | 'store'

export interface DeliveryParts {
  readonly database: Database
  readonly inbox: InboxStore
  readonly order: OrderStore
  readonly caution: Caution
  readonly handlerTimeoutMs: number
  /** A row was committed that is to be tried again after so long. */
  readonly onRetrying: (delayMs: number) => void
}

/** One entry in transactions of its own: the handler, its immediate retries, and the record if all of them failed. */
export async function deliverSingly(parts: DeliveryParts, entry: LaneEntry): Promise<Outcome> {
  const log: Attempt[] = []
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await attemptOnce(parts, entry, attempt, 'run')
      return outcome === 'reused' ? await recordReused(parts, entry) : outcome
    } catch (error) {
      if (await isDatabaseAway(parts.database, error)) return 'unavailable'
      const failure = failureOf(error)
      if (entry.kind === 'dead') return 'unavailable'
      if (failure.code === 'MSG_BREAKER_OPEN') return putAside(parts, entry, failure, error)
      log.push(attemptOf(failure))
      const policy = entry.handler.retry
      const delayMs = delayAfter(policy, attempt, failure)
      if (delayMs !== undefined && isImmediate(policy, attempt, failure)) await sleep(delayMs)
      else return record(parts, entry, { attempt, failure, log, delayMs, error })
    }
  }
}

/** One entry that is not to be run now: its row waits. */
export async function storeSingly(parts: DeliveryParts, entry: Delivery): Promise<Outcome> {
  try {
    const outcome = await attemptOnce(parts, entry, 0, 'store')
    return outcome === 'reused' ? await recordReused(parts, entry) : outcome
  } catch (error) {
    const failure = failureOf(error)
    if (!failure.permanent || (await isDatabaseAway(parts.database, error))) return 'unavailable'
    return record(parts, entry, { attempt: 0, failure, log: [attemptOf(failure)], delayMs: undefined, error })
  }
}

function attemptOnce(parts: DeliveryParts, entry: LaneEntry, attempt: number, what: What): Promise<Outcome | 'reused'> {
  if (entry.kind === 'dead') return recordDead(parts, entry)
  return parts.database.transaction<Outcome | 'reused'>(
    async tx => {
      crashAroundCommit(tx, 'single')
      const row = rowOf(entry, attempt, what)
      const waits = (await parts.order.waiting(tx, [entry], what)).size === 1
      const isNew = waits ? await parts.order.park(tx, entry) : (await parts.inbox.insert(tx, [row])).size === 1
      if (!isNew) return (await parts.inbox.reused(tx, [row])).size === 1 ? 'reused' : 'duplicate'
      if (waits) return 'parked'
      if (row.state === 'handled') {
        parts.inbox.breakers.mustBeClosed(row.consumer)
        await runDatabaseHandler(entry.handler, entry.envelope, tx, attempt)
      }
      return row.state as Outcome
    },
    { timeoutMs: parts.handlerTimeoutMs },
  )
}

/** What came under an id that another message has is a letter of its own. @throws what the database throws */
export function recordReused(parts: DeliveryParts, entry: LaneEntry): Promise<Outcome> {
  return recordDead(parts, entry.kind === 'message' ? reused(entry) : entry)
}

/** Without a run, so that no attempt is used up. */
function putAside(parts: DeliveryParts, entry: Delivery, failure: Failure, error: unknown): Promise<Outcome> {
  const delayMs = parts.inbox.breakers.waitMs(entry.handler.consumer)
  return record(parts, entry, { attempt: 0, failure, log: [], delayMs, error })
}

/** The last of a delivery's runs, all of which failed. */
interface LastRun {
  readonly attempt: number
  readonly failure: Failure
  readonly log: readonly Attempt[]
  /** undefined: no other run */
  readonly delayMs: number | undefined
  readonly error: unknown
}

async function record(parts: DeliveryParts, entry: Delivery, run: LastRun): Promise<Outcome> {
  const { attempt, failure, log, delayMs, error } = run
  const state = delayMs === undefined ? 'dead' : 'retrying'
  const row: InboxRow = { ...rowOf(entry, attempt), state, envelope: JSON.stringify(entry.envelope) }
  try {
    crashPoint('failure.before-commit')
    if (!(await parts.inbox.insertFailed(row, failure, log, delayMs ?? null))) return 'duplicate'
    crashPoint('failure.after-commit')
    if (delayMs !== undefined) parts.onRetrying(delayMs)
    logFailure(row, entry.envelope, failure, error)
    return state
  } catch {
    return 'unavailable'
  }
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

/** @throws what the database throws */
export async function recordDead(parts: DeliveryParts, entry: DeadDelivery): Promise<Outcome> {
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
  return (await parts.inbox.insertFailed(row, failure, [attemptOf(failure)], null)) ? 'dead' : 'duplicate'
}

function failureOfDead(code: MessagingErrorCode, message: string): Failure {
  return { code, errorClass: 'MessagingError', message, frame: null, permanent: true, retryAfterMs: undefined, slow: false }
}

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

/**
 * Our own verdict (no connection to be had) counts as it is. A handler's broken connection to somewhere else looks like a
 * broken database: ask the database.
 */
export async function isDatabaseAway(database: Database, error: unknown): Promise<boolean> {
  return isUnavailable(error) && (error instanceof PersistenceError || !(await database.ping()))
}
