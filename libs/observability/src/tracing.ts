import { type Attributes, context, type Context, type Link, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node'
import { startIdTracing } from './id-tracing.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const TRACER = '@prep/observability'

/** Ends tracing: sends what is still in memory, at most about 2 s. */
export type StopTracing = () => Promise<void>

export interface SpanOptions {
  /** Default INTERNAL. */
  kind?: SpanKind
  attributes?: Attributes
  /** W3C traceparent of the other side; default is the span that is active now. */
  parent?: string | undefined
  /** Traceparents of the other messages of a batch: spans that belong together without being parents. */
  links?: Array<string | undefined>
}

/**
 * Makes this process part of distributed traces. Call it once, before anything is served.
 *
 * With `OTEL_EXPORTER_OTLP_ENDPOINT` (or `..._TRACES_ENDPOINT`) spans go to an OTLP/HTTP collector in batches, sampled
 * by `OTEL_TRACES_SAMPLER` (default parentbased_always_on). Without it nothing is recorded, but every span still has
 * valid ids, so that logs and messages can be followed through all services; such a span costs about a microsecond.
 * @param processors listeners besides the collector, for tests
 */
export async function startTracing(service: string, processors: SpanProcessor[] = []): Promise<StopTracing> {
  const exporting = Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
  const shutdown = exporting || processors.length > 0 ? await startSdk(service, processors, exporting) : startIdTracing()
  return async () => {
    await Promise.race([shutdown?.().catch(() => undefined), new Promise(done => setTimeout(done, 2_000).unref())])
    trace.disable()
    context.disable()
  }
}

/** Loaded only when somebody listens: SDK and exporter cost 25 MB of memory. */
async function startSdk(service: string, processors: SpanProcessor[], exporting: boolean): Promise<() => Promise<void>> {
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const spanProcessors = [...processors]
  if (exporting) {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
    spanProcessors.push(new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 1_000 }))
  }
  const provider = new NodeTracerProvider({ spanProcessors, resource: await resourceOf(service) })
  // Registers the AsyncLocalStorage context manager and the W3C trace context and baggage propagators.
  provider.register()
  return () => provider.shutdown()
}

async function resourceOf(service: string) {
  const { resourceFromAttributes, defaultResource } = await import('@opentelemetry/resources')
  return defaultResource().merge(resourceFromAttributes({ 'service.name': service, 'service.namespace': 'prep' }))
}

/**
 * Starts a span that the caller ends. Use `withSpan` where the work is one function.
 * @param options see SpanOptions; a `parent` that cannot be read starts a new trace.
 */
export function startSpan(name: string, options: SpanOptions = {}): { span: Span; context: Context } {
  const parent = options.parent === undefined ? context.active() : remoteContext(options.parent)
  const span = trace.getTracer(TRACER).startSpan(
    name,
    {
      kind: options.kind ?? SpanKind.INTERNAL,
      ...(options.attributes && { attributes: options.attributes }),
      ...(options.links && { links: linksOf(options.links) }),
    },
    parent,
  )
  return { span, context: trace.setSpan(parent, span) }
}

/** Links a span that is under way to others, by their traceparents. They are asked for only when the span is recorded. */
export function linkSpan(span: Span, traceparents: () => Array<string | undefined>): void {
  if (span.isRecording()) span.addLinks(linksOf(traceparents()))
}

/** Runs `fn` inside a new span, which becomes the active one. An error is recorded on the span and thrown on. */
export async function withSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => T | Promise<T>): Promise<T> {
  const started = startSpan(name, options)
  try {
    return await context.with(started.context, fn, undefined, started.span)
  } catch (error) {
    failSpan(started.span, error)
    throw error
  } finally {
    started.span.end()
  }
}

/** Runs `fn` with the given OpenTelemetry context active: for spans that are begun and ended in different callbacks. */
export function runInTrace<T>(traceContext: Context, fn: () => T): T {
  return context.with(traceContext, fn)
}

/** Marks a span as failed, by the error's class and code only: messages may hold what customers typed. */
export function failSpan(span: Span, error: unknown): void {
  if (!span.isRecording()) return
  const code = (error as { code?: unknown } | null)?.code
  const kind = error instanceof Error ? error.name : typeof error
  span.setAttribute('error.type', typeof code === 'string' ? code : kind)
  span.setStatus({ code: SpanStatusCode.ERROR, message: typeof code === 'string' ? `${kind} ${code}` : kind })
}

/** `traceparent` of the active span, or undefined when there is none. */
export function currentTraceparent(): string | undefined {
  return formatTraceparent(trace.getActiveSpan()?.spanContext())
}

function remoteContext(traceparent: string): Context {
  const spanContext = parseTraceparent(traceparent)
  const root = trace.deleteSpan(context.active())
  return spanContext ? trace.setSpanContext(root, spanContext) : root
}

function linksOf(traceparents: Array<string | undefined>): Link[] {
  return traceparents.flatMap(value => {
    const spanContext = parseTraceparent(value)
    return spanContext ? [{ context: spanContext }] : []
  })
}

export { SpanKind } from '@opentelemetry/api'
export type { Attributes, Context as TraceContext, Span } from '@opentelemetry/api'
