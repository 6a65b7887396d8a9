import {
  DeadLetterReplayedV1, DeadLetterSkippedV1, ReplayDeadLetterV1, type ReplayDeadLetterV1Data, SkipDeadLetterV1, type SkipDeadLetterV1Data,
} from '@prep/contracts'
import { type Handler } from '../delivery/handler.ts'
import { handlerOf } from '../delivery/handler-of.ts'
import { type MessageContext } from '../message-context.ts'
import { type Outbox } from '../outbox/outbox.ts'
import { type MessagingSettings } from '../settings.ts'
import { type LetterStore } from './letter-store.ts'

export interface DecisionParts {
  readonly settings: MessagingSettings
  readonly letters: LetterStore
  readonly outbox: Outbox
  /** A replay was committed. */
  readonly onReplay: () => void
  /** A letter was given up, and with it whatever waited for it may run. */
  readonly onSkipped: (consumer: string) => void
}

/** The handlers that every service with handlers has: operators ask it to replay or to skip one of its letters. */
export function decisionHandlers(parts: DecisionParts): Handler[] {
  return [
    handlerOf(parts.settings, ReplayDeadLetterV1, (data, context) => replay(parts, data, context)),
    handlerOf(parts.settings, SkipDeadLetterV1, (data, context) => skip(parts, data, context)),
  ]
}

/** Taken here, run by the ReplayWorker: a lane must not wait for another message's handler. */
async function replay({ letters, outbox, onReplay }: DecisionParts, data: ReplayDeadLetterV1Data, context: MessageContext): Promise<void> {
  const { consumer, eventId, operator } = data
  const code = await letters.decide(context.tx, { ...identityOf(context), action: 'replay', consumer, eventId, operator, reason: null })
  if (code === undefined) return context.tx.onCommit(onReplay)
  await outbox.publish(context.tx, DeadLetterReplayedV1, { subject: eventId, data: { consumer, eventId, operator, outcome: 'refused', code, attempts: 0 } })
}

async function skip({ letters, outbox, onSkipped }: DecisionParts, data: SkipDeadLetterV1Data, context: MessageContext): Promise<void> {
  const { consumer, eventId, operator, reason } = data
  const code = await letters.decide(context.tx, { ...identityOf(context), action: 'skip', consumer, eventId, operator, reason })
  if (code === undefined) context.tx.onCommit(() => onSkipped(consumer))
  const outcome = code === undefined ? 'skipped' : 'refused'
  await outbox.publish(context.tx, DeadLetterSkippedV1, { subject: eventId, data: { consumer, eventId, operator, outcome, code: code ?? null } })
}

function identityOf({ envelope }: MessageContext) {
  return { commandId: envelope.id, correlationId: envelope.correlationid }
}
