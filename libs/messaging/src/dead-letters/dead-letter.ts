import { type Failure } from '../inbox/failure.ts'
import { type InboxRow } from '../inbox/inbox-store.ts'
import { groupOf } from './group-of.ts'

/** What is told of one letter. Neither its payload nor the error's message: they stay with their owner. */
export interface DeadLetter {
  readonly consumer: string
  readonly eventId: string
  readonly eventType: string
  readonly group: string
  readonly code: string
  readonly errorClass: string
  readonly attempts: number
  readonly correlationId: string | undefined
}

/** One failed run as the row's `attempt_log` keeps it. `replay`: the command that asked for this run. */
export interface Attempt {
  /** RFC 3339, UTC */
  readonly at: string
  readonly code: string
  readonly class: string
  readonly message: string
  readonly replay?: string
}

type Identity = Pick<InboxRow, 'consumer' | 'eventId' | 'eventType' | 'attempts' | 'envelope'>

export function letterOf(row: Identity, failure: Failure): DeadLetter {
  return {
    consumer: row.consumer,
    eventId: row.eventId,
    eventType: row.eventType,
    group: groupOf(row.consumer, failure),
    code: failure.code,
    errorClass: failure.errorClass,
    attempts: row.attempts,
    correlationId: correlationOf(row.envelope),
  }
}

/** The entry of a run that fails now. */
export function attemptOf(failure: Failure): Attempt {
  return { at: new Date().toISOString(), code: failure.code, class: failure.errorClass, message: failure.message.slice(0, 300) }
}

/** Of what could not be read there is none. */
function correlationOf(envelope: string | null): string | undefined {
  try {
    const { correlationid } = JSON.parse(envelope ?? '{}') as { correlationid?: unknown }
    return typeof correlationid === 'string' && correlationid !== '' ? correlationid : undefined
  } catch {
    return undefined
  }
}
