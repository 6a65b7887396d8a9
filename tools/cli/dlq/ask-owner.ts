import { setTimeout as delay } from 'node:timers/promises'
import type { Contract } from '@prep/contracts'
import { DlqError, RefusedError } from './errors.ts'
import type { Letter } from './letters.ts'
import { publishCommand } from '../services/publish-command.ts'
import type { ServicesRecords } from '../services/services-records.ts'

/** What the owner did. */
export interface Decided {
  readonly outcome: 'handled' | 'dead' | 'skipped'
  /** Why it is dead again. */
  readonly code: string | null
}

/** Longer than a handler may take, with its immediate retries. */
const PATIENCE_MS = 150_000
const LOOK_MS = 100

/**
 * Asks the service that owns a letter to do something with it, through its own sidecar (ADR 0015), and waits for what
 * came of it.
 * @throws DlqError DLQ_OWNER_AWAY, DLQ_NO_ANSWER; RefusedError with the owner's code
 */
export async function askOwner<T extends object>(records: ServicesRecords, letter: Letter, contract: Contract<T>, data: T): Promise<Decided> {
  const id = await publishCommand(records.platform, letter.service, contract, data, letter.event_id)
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const [decision] = await records.of(letter.service)<{ outcome: Decided['outcome'] | 'refused' | null; code: string | null }>(
      'select outcome, code from letter_decision where command_id = $1::uuid',
      [id],
    )
    if (decision?.outcome === 'refused') throw await refused(decision.code ?? '')
    if (decision?.outcome) return { outcome: decision.outcome, code: decision.code }
    await delay(LOOK_MS)
  }
  throw new DlqError('DLQ_NO_ANSWER')
}

async function refused(code: string): Promise<RefusedError> {
  const { messagingErrorCodes } = await import('@prep/messaging')
  return new RefusedError(code, (messagingErrorCodes as Record<string, string>)[code] ?? 'The owner refused.')
}
