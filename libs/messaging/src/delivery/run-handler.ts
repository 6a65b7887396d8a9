import { logger, runInContext, SpanKind, withSpan } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { type Envelope } from '../envelope.ts'
import { MessagingError, messagingErrorCodes, PermanentError } from '../errors.ts'
import { type Effect, ExternalContext, MessageContext } from '../message-context.ts'
import { deliveryMetrics } from './delivery-metrics.ts'
import { asRead } from './as-read.ts'
import { type Handler } from './handler.ts'

/** Runs a database handler on an open transaction; what it publishes inherits from the message. */
export function runDatabaseHandler(handler: Handler, envelope: Envelope, tx: Tx, attempt: number): Promise<unknown> {
  const run = async () => {
    mustBeInTime(handler, envelope)
    const message = asRead(handler.contract, envelope)
    return handler.run(message.data, new MessageContext(message, tx, attempt, handler.replayable === true))
  }
  return inMessage('process', handler, envelope, () => logged(handler, envelope, run))
}

/**
 * Runs an external handler and gives the effect that it wants written.
 * @throws MessagingError MSG_HANDLER_TIMEOUT, MSG_HANDLER_EFFECT_MISSING; and what the handler throws
 */
export async function runExternalHandler(handler: Handler, envelope: Envelope, attempt: number, timeoutMs: number): Promise<Effect> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort()
      reject(new MessagingError('MSG_HANDLER_TIMEOUT', { detail: `limit ${timeoutMs} ms` }))
    }, timeoutMs)
  })
  const run = async () => {
    mustBeInTime(handler, envelope)
    const message = asRead(handler.contract, envelope)
    return handler.run(message.data, new ExternalContext(message, attempt, abort.signal))
  }
  const work = inMessage('process', handler, envelope, () => logged(handler, envelope, run))
  try {
    const effect = await Promise.race([work, late])
    if (typeof effect !== 'function') throw new MessagingError('MSG_HANDLER_EFFECT_MISSING', { detail: handler.consumer })
    return effect as Effect
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

/** Counts what comes late; whether it is refused here, its handler has declared. @throws PermanentError MSG_DEADLINE_PASSED */
function mustBeInTime(handler: Handler, { deadline }: Envelope): void {
  if (deadline === undefined || Date.parse(deadline) > Date.now()) return
  deliveryMetrics().late.inc({ consumer: handler.consumer })
  if (handler.afterDeadline === 'dead') throw new PermanentError('MSG_DEADLINE_PASSED', messagingErrorCodes.MSG_DEADLINE_PASSED)
}

/** Runs `fn` as part of handling a message: its ids in logs and in what is published, its trace as the parent. */
export function inMessage<T>(operation: 'process' | 'settle', handler: Handler, envelope: Envelope, fn: () => Promise<T>): Promise<T> {
  const context = {
    correlationId: envelope.correlationid,
    messageId: envelope.id,
    ...(envelope.causationid !== undefined && { causationId: envelope.causationid }),
    ...(envelope.tenantid !== undefined && { tenantId: envelope.tenantid }),
    // An event published while a command is handled belongs to that command's step; what an event sets off does not.
    ...(handler.contract.kind === 'command' && envelope.sagastep !== undefined && { sagaStep: envelope.sagastep }),
  }
  const options = { kind: SpanKind.CONSUMER, parent: envelope.traceparent, attributes: attributesOf(operation, handler, envelope) }
  return runInContext(context, () => withSpan(`${operation} ${envelope.type}`, options, fn))
}

/** One line a run, inside its context: this is what makes a request's way through all services readable in the logs. */
async function logged<T>(handler: Handler, envelope: Envelope, fn: () => Promise<T>): Promise<T> {
  const end = deliveryMetrics().processSeconds.startTimer({ consumer: handler.consumer })
  const result = await fn().catch((error: unknown) => {
    end()
    throw error
  })
  const durationMs = Math.round(end() * 100_000) / 100
  logger().info({ consumer: handler.consumer, type: envelope.type, subject: envelope.subject, duration_ms: durationMs }, `ran ${envelope.type}`)
  return result
}

function attributesOf(operation: string, handler: Handler, envelope: Envelope): Record<string, string> {
  return {
    'messaging.system': 'dapr',
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.destination.name': handler.contract.topic,
    'messaging.consumer.group.name': handler.consumer,
    'messaging.message.id': envelope.id,
    'messaging.message.conversation_id': envelope.correlationid,
  }
}
