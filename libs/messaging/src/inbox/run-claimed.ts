import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '@prep/observability'
import { type Database, isRetryable, isUnavailable, type TransactionGroups, type Tx } from '@prep/persistence'
import { crashAroundCommit, crashPoint } from '../crash-point.ts'
import { isDatabaseAway } from '../delivery/deliver-singly.ts'
import { type Handler } from '../delivery/handler.ts'
import { inMessage, runDatabaseHandler, runExternalHandler } from '../delivery/run-handler.ts'
import { type Envelope } from '../envelope.ts'
import { MessagingError } from '../errors.ts'
import { type Effect } from '../message-context.ts'
import { type Claims } from './claims.ts'
import { type DueRow, type InboxStore } from './inbox-store.ts'
import { noteHandled, recordFailedRun } from './row-outcome.ts'

const EFFECT_TRIES = 4

export interface ClaimedParts {
  readonly database: Database
  readonly inbox: InboxStore
  readonly claims: Claims
  readonly handlerTimeoutMs: number
  /** For what external handlers have to write. */
  readonly settling: TransactionGroups
  readonly onHandled: (consumer: string) => void
  /** The row is to be run again after so long. */
  readonly onRetrying: (handler: Handler, delayMs: number) => void
}

/** Runs a row whose claim is committed, and records what came of it. Rejects only when nothing could be recorded. */
export async function runClaimed(parts: ClaimedParts, handler: Handler, row: DueRow): Promise<void> {
  try {
    if (handler.effects === 'external') await parts.claims.during(row, () => runExternal(parts, handler, row))
    else await runInTransaction(parts, row, tx => runDatabaseHandler(handler, JSON.parse(row.envelope) as Envelope, tx, row.attempts))
    noteHandled(parts.inbox, row)
    parts.onHandled(row.consumer)
  } catch (error) {
    await failed(parts, handler, row, error)
  }
}

async function runExternal(parts: ClaimedParts, handler: Handler, row: DueRow): Promise<void> {
  const envelope = JSON.parse(row.envelope) as Envelope
  crashPoint('provider.before-call')
  const effect = await runExternalHandler(handler, envelope, row.attempts, parts.handlerTimeoutMs)
  crashPoint('provider.after-call')
  await inMessage('settle', handler, envelope, () => writeEffect(parts, row, envelope.partitionkey, effect))
}

/** The outside has been asked already: the effect is worth a few tries before the whole handler runs again. */
async function writeEffect(parts: ClaimedParts, row: DueRow, key: string, effect: Effect): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await settle(parts, row, key, effect)
    } catch (error) {
      if (attempt >= EFFECT_TRIES || !(isRetryable(error) || isUnavailable(error))) throw error
      await sleep(attempt * 100)
    }
  }
}

/** Together with others that end about now. The effect does not wait to hear that the row is still ours: when it is not, it is rolled back. */
function settle(parts: ClaimedParts, row: DueRow, key: string, effect: Effect): Promise<void> {
  return parts.settling.run(key, async tx => {
    crashAroundCommit(tx, 'effect')
    const [isOurs, written] = await Promise.allSettled([parts.inbox.finish(tx, row, row.attempts), effect(tx)])
    if (isOurs.status === 'rejected') throw isOurs.reason
    if (!isOurs.value) throw new MessagingError('MSG_CLAIM_LOST')
    if (written.status === 'rejected') throw written.reason
  })
}

function runInTransaction(parts: ClaimedParts, row: DueRow, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  return parts.database.transaction(
    async tx => {
      if (!(await parts.inbox.finish(tx, row, row.attempts))) throw new MessagingError('MSG_CLAIM_LOST')
      await work(tx)
    },
    { timeoutMs: parts.handlerTimeoutMs },
  )
}

async function failed(parts: ClaimedParts, handler: Handler, row: DueRow, error: unknown): Promise<void> {
  if (error instanceof MessagingError && error.code === 'MSG_CLAIM_LOST') {
    logger().warn({ consumer: row.consumer, message_id: row.event_id }, error.message)
    return
  }
  if (handler.effects === 'database' && (await isDatabaseAway(parts.database, error))) throw error
  const delayMs = await recordFailedRun(parts.inbox, { ...row, ordered: handler.ordered === true }, handler, row.attempts, error)
  if (delayMs !== undefined) parts.onRetrying(handler, delayMs)
}
