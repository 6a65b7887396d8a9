import { trace } from '@opentelemetry/api'
import { type DestinationStream, type Logger, pino } from 'pino'
import { errorFields } from './error-fields.ts'
import { currentContext } from './execution-context.ts'
import { redact, redactText } from './redaction.ts'

export type { Logger } from 'pino'

/**
 * JSON lines on stdout: `time` (RFC 3339 UTC), `level` (word), `service`, `msg`, and of the running code
 * `correlation_id`, `causation_id`, `request_id`, `message_id`, `saga_step`, `trace_id`, `span_id` where known.
 * Personal fields are masked by name, email addresses wherever they stand, errors reduced to class, code and stack.
 * @param options.level default `LOG_LEVEL`, else `info`; an unknown word counts as `info`
 * @param options.destination default stdout, written at once: what was logged before a SIGKILL is there
 */
export function createLogger(service: string, options: { level?: string; destination?: DestinationStream } = {}): Logger {
  return pino(
    {
      level: levelOf(options.level ?? process.env['LOG_LEVEL']),
      base: { service },
      messageKey: 'msg',
      errorKey: 'err',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }), log: fields => redact(fields) as Record<string, unknown> },
      serializers: { err: errorFields, error: errorFields, cause: errorFields },
      mixin: currentFields,
      hooks: { streamWrite: redactText },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

function levelOf(word: string | undefined): string {
  const level = word?.toLowerCase()
  return level && (level === 'silent' || level in pino.levels.values) ? level : 'info'
}

function currentFields(): Record<string, string> {
  const fields: Record<string, string> = {}
  const context = currentContext()
  if (context) {
    fields['correlation_id'] = context.correlationId
    if (context.causationId) fields['causation_id'] = context.causationId
    if (context.requestId) fields['request_id'] = context.requestId
    if (context.messageId) fields['message_id'] = context.messageId
    if (context.sagaStep) fields['saga_step'] = context.sagaStep
  }
  const span = trace.getActiveSpan()?.spanContext()
  if (span) {
    fields['trace_id'] = span.traceId
    fields['span_id'] = span.spanId
  }
  return fields
}

let current: Logger | undefined

/** The logger of this process. Before `setLogger` it is one named after `PREP_SERVICE`, or `prep`. */
export function logger(): Logger {
  return (current ??= createLogger(process.env['PREP_SERVICE'] ?? 'prep'))
}

/** Makes `log` the logger of this process; `libs/service` does it at start. */
export function setLogger(log: Logger): void {
  current = log
}
