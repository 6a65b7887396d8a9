import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, isUnavailable, PersistenceError } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { type Attempt, attemptOf } from '../dead-letters/dead-letter.ts'
import { delayAfter, failureOf, isImmediate } from '../inbox/failure.ts'
import { type Delivery, reused } from './classify-entry.ts'
import { type DeliveryParts, type Outcome } from './delivery-parts.ts'
import { type FailedDelivery, recordDead } from './record-failures.ts'
import { rowOf, type What } from './row-of.ts'
import { runDatabaseHandler } from './run-handler.ts'

/**
 * One message in transactions of its own: the handler and its immediate retries. Never rejects.
 * @returns a FailedDelivery, not yet recorded, when all of them failed
 */
export async function deliverSingly(parts: DeliveryParts, entry: Delivery): Promise<Outcome | FailedDelivery> {
  const log: Attempt[] = []
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(parts, entry, attempt, 'run')
    } catch (error) {
      if (await isDatabaseAway(parts.database, error)) return 'unavailable'
      const failure = failureOf(error)
      // Put aside without a run, so that no attempt is used up.
      if (failure.code === 'MSG_BREAKER_OPEN') return { entry, attempt: 0, failure, log: [], delayMs: parts.inbox.breakers.waitMs(entry.handler.consumer), error }
      log.push(attemptOf(failure))
      const policy = entry.handler.retry
      const delayMs = delayAfter(policy, attempt, failure)
      if (delayMs !== undefined && isImmediate(policy, attempt, failure)) await sleep(delayMs)
      else return { entry, attempt, failure, log, delayMs, error }
    }
  }
}

/** As `deliverSingly`, for one that is not to be run now: its row waits. */
export async function storeSingly(parts: DeliveryParts, entry: Delivery): Promise<Outcome | FailedDelivery> {
  try {
    return await attemptOnce(parts, entry, 0, 'store')
  } catch (error) {
    const failure = failureOf(error)
    if (!failure.permanent || (await isDatabaseAway(parts.database, error))) return 'unavailable'
    return { entry, attempt: 0, failure, log: [attemptOf(failure)], delayMs: undefined, error }
  }
}

async function attemptOnce(parts: DeliveryParts, entry: Delivery, attempt: number, what: What): Promise<Outcome> {
  const outcome = await parts.database.transaction<Outcome | 'reused'>(
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
  return outcome === 'reused' ? recordReused(parts, entry) : outcome
}

/** What came under an id that another message has is a letter of its own. Never rejects. */
export async function recordReused(parts: DeliveryParts, entry: Delivery): Promise<Outcome> {
  return (await recordDead(parts, [reused(entry)]))[0] as Outcome
}

/**
 * Our own verdict (no connection to be had) counts as it is. A handler's broken connection to somewhere else looks like a
 * broken database: ask the database.
 */
export async function isDatabaseAway(database: Database, error: unknown): Promise<boolean> {
  return isUnavailable(error) && (error instanceof PersistenceError || !(await database.ping()))
}
