import {
  type Contract, DeadLetterReplayedV1, DeadLetterSkippedV1, ReplayDeadLetterV1, type ReplayDeadLetterV1Data, SkipDeadLetterV1, type SkipDeadLetterV1Data,
} from '@prep/contracts'
import { consumerOf, type Handler } from '../delivery/handler.ts'
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
}

/** The handlers that every service with handlers has: operators ask it to replay or to skip one of its letters. */
export function decisionHandlers(parts: DecisionParts): Handler[] {
  return [
    handlerOf(parts, ReplayDeadLetterV1, (data, context) => replay(parts, data, context)),
    handlerOf(parts, SkipDeadLetterV1, (data, context) => skip(parts, data, context)),
  ]
}

/** Taken here, run by the ReplayWorker: a lane must not wait for another message's handler. */
async function replay({ letters, outbox, onReplay }: DecisionParts, data: ReplayDeadLetterV1Data, context: MessageContext): Promise<void> {
  const { consumer, eventId, operator } = data
  const code = await letters.decide(context.tx, { ...identityOf(context), action: 'replay', consumer, eventId, operator, reason: null })
  if (code === undefined) return context.tx.onCommit(onReplay)
  await outbox.publish(context.tx, DeadLetterReplayedV1, { subject: eventId, data: { consumer, eventId, operator, outcome: 'refused', code, attempts: 0 } })
}

async function skip({ letters, outbox }: DecisionParts, data: SkipDeadLetterV1Data, context: MessageContext): Promise<void> {
  const { consumer, eventId, operator, reason } = data
  const code = await letters.decide(context.tx, { ...identityOf(context), action: 'skip', consumer, eventId, operator, reason })
  const outcome = code === undefined ? 'skipped' : 'refused'
  await outbox.publish(context.tx, DeadLetterSkippedV1, { subject: eventId, data: { consumer, eventId, operator, outcome, code: code ?? null } })
}

function identityOf({ envelope }: MessageContext) {
  return { commandId: envelope.id, correlationId: envelope.correlationid }
}

function handlerOf<T>({ settings }: DecisionParts, contract: Contract<T>, run: (data: T, context: MessageContext) => Promise<void>): Handler {
  return {
    consumer: consumerOf(settings.service, contract),
    contract,
    effects: 'database',
    retry: settings.retry,
    run: (data, context) => run(data as T, context as MessageContext),
  }
}
