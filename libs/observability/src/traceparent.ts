import { isSpanContextValid, type SpanContext, TraceFlags } from '@opentelemetry/api'

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/**
 * Reads a W3C Trace Context `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header).
 * Anything malformed gives undefined: the standard says to start a new trace then, never to fail the request.
 */
export function parseTraceparent(value: string | undefined): SpanContext | undefined {
  const match = value ? SHAPE.exec(value.trim()) : null
  if (!match) return undefined
  const [, version, traceId, spanId, flags, rest] = match as unknown as [string, string, string, string, string, string?]
  // Version ff is forbidden; version 00 has nothing after the flags; later versions may.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
  return isSpanContextValid(spanContext) ? spanContext : undefined
}

/** Writes version 00 of `traceparent`; undefined for the empty span of a process without tracing. */
export function formatTraceparent(spanContext: SpanContext | undefined): string | undefined {
  if (!spanContext || !isSpanContextValid(spanContext)) return undefined
  const flags = (spanContext.traceFlags & TraceFlags.SAMPLED) === TraceFlags.SAMPLED ? '01' : '00'
  return `00-${spanContext.traceId}-${spanContext.spanId}-${flags}`
}
