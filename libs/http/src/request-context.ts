import {
  type ExecutionContext, histogram, logger, runInContext, runInTrace, type Span, SpanKind, startSpan, type TraceContext,
} from '@prep/observability'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

interface RequestState {
  context: ExecutionContext
  span: Span
  trace: TraceContext
  problem?: string
}

const states = new WeakMap<FastifyRequest, RequestState>()

/** Not requests of clients: probes, scrapes and the sidecar. They get no span of their own and no line in the log. */
const INTERNAL = /^\/(health|metrics|dapr)(\/|\?|$)/

/**
 * Gives every request its id, its place in a trace, the execution context for all that it sets in motion, an
 * `http_server_request_duration_seconds` observation and one log line when it is answered.
 */
export function installRequestContext(fastify: FastifyInstance): void {
  const duration = histogram('http_server_request_duration_seconds', 'Time from request to answer', ['method', 'route', 'status'])
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    if (INTERNAL.test(request.url)) return done()
    states.set(request, begin(request))
    inRequest(request, done)
  })
  // Once more after the body: its events come from the socket, outside of the context.
  fastify.addHook('preValidation', (request, _reply, done) => inRequest(request, done))
  fastify.addHook('onResponse', (request, reply, done) => {
    const state = states.get(request)
    if (state) {
      duration.observe({ method: request.method, route: routeOf(request), status: reply.statusCode }, reply.elapsedTime / 1000)
      end(state, request, reply)
    }
    done()
  })
}

/** Runs `fn` in the context of `request`; as it is when the request has none. */
export function inRequest<T>(request: FastifyRequest, fn: () => T): T {
  const state = states.get(request)
  return state ? runInContext(state.context, () => runInTrace(state.trace, fn)) : fn()
}

/** Remembers the code of the problem that is the answer, for the log line. */
export function noteProblem(request: FastifyRequest, code: string): void {
  const state = states.get(request)
  if (state) state.problem = code
}

export function spanOf(request: FastifyRequest): Span | undefined {
  return states.get(request)?.span
}

function begin(request: FastifyRequest): RequestState {
  const route = routeOf(request)
  const parent = request.headers['traceparent']
  const { span, context: trace } = startSpan(`${request.method} ${route}`, {
    kind: SpanKind.SERVER,
    // Empty rather than absent: without a header a new trace begins here, whatever is active on the socket.
    parent: typeof parent === 'string' ? parent : '',
    attributes: { 'http.request.method': request.method, 'http.route': route, 'prep.request_id': request.id },
  })
  return { context: { correlationId: request.id, requestId: request.id }, span, trace }
}

function end(state: RequestState, request: FastifyRequest, reply: FastifyReply): void {
  state.span.setAttribute('http.response.status_code', reply.statusCode)
  state.span.end()
  const log = logger()
  if (!log.isLevelEnabled('info')) return
  const fields = {
    method: request.method,
    route: routeOf(request),
    path: request.url.split('?', 1)[0],
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 100) / 100,
    ...(state.problem && { code: state.problem }),
  }
  inRequest(request, () => log.info(fields, `${request.method} ${fields.path} ${reply.statusCode}`))
}

/** The pattern, not the path: ids in names would make a metric and a span of each. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions?.url ?? 'unknown'
}
