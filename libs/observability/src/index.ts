export { currentContext, type ExecutionContext, runInContext } from './execution-context.ts'
export { errorFields, type ErrorFields } from './error-fields.ts'
export { createLogger, type Logger, logger, setLogger } from './logger.ts'
export { counter, type Counter, gauge, type Gauge, histogram, type Histogram, registry, startProcessMetrics } from './metrics.ts'
export { NestLogger } from './nest-logger.ts'
export { markPersonal, PERSONAL, redact, redactText } from './redaction.ts'
export { formatTraceparent, parseTraceparent } from './traceparent.ts'
export {
  type Attributes, currentTraceparent, failSpan, linkSpan, runInTrace, type Span, SpanKind, type SpanOptions, startSpan, startTracing,
  type StopTracing, type TraceContext, withSpan,
} from './tracing.ts'
