import proxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import { httpError, sendProblem } from '@prep/http'
import { currentTraceparent } from '@prep/observability'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { limitBody } from './body-limit.ts'
import { type GatewayConfig } from './gateway.config.ts'
import { type Route } from './routing-table.ts'
import { upstreamProblem } from './upstream-problem.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What a client must not be able to say to a service: these are the platform's own words. */
const STRIPPED = ['dapr-api-token', 'dapr-app-id', 'forwarded', 'x-real-ip']

/** Streams requests and answers of one route through, over connections that stay open. */
export async function installProxy(fastify: FastifyInstance, route: Route, config: GatewayConfig): Promise<void> {
  await fastify.register(async scope => {
    // Nest sets its own on the root later, when this scope has begun.
    scope.setErrorHandler((error, request, reply) => sendProblem(routeProblem(error), request, reply))
    scope.addHook('preParsing', limitBody)
    await scope.register(proxy, optionsOf(route, config))
  })
}

/** The proxy refuses addresses that climb out of their route (`..`, also encoded) with a bare Error of status 400. */
function routeProblem(error: unknown): unknown {
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown }
  return statusCode === 400 && code === undefined ? httpError('HTTP_BAD_REQUEST', 'The address leads out of its route.', { cause: error }) : error
}

function optionsOf(route: Route, config: GatewayConfig): FastifyHttpProxyOptions {
  return {
    upstream: route.upstream,
    prefix: route.prefix,
    rewritePrefix: route.prefix,
    httpMethods: [...METHODS],
    disableRequestLogging: true,
    destroyAgent: true,
    // No time-out between two pieces of a body: a stream of events may be silent for long.
    undici: { connections: config.upstreamConnections, pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: config.upstreamTimeoutMs, bodyTimeout: 0 },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => toUpstream(request as FastifyRequest, headers),
      onError: (reply, { error }) => sendProblem(upstreamProblem(route.service, error), reply.request as FastifyRequest, reply as FastifyReply),
      // The default would ask again ten times when a service says 503. Once, for a read on a connection that was just closed.
      retryDelay: ({ err, req, attempt }) => ((err as { code?: string } | null)?.code === 'UND_ERR_SOCKET' && req.method === 'GET' && attempt === 0 ? 1 : null),
    },
  }
}

function toUpstream<H extends Record<string, unknown>>(request: FastifyRequest, headers: H): H {
  const outgoing: Record<string, unknown> = { ...headers }
  for (const name of STRIPPED) delete outgoing[name]
  outgoing['x-request-id'] = request.id
  outgoing['x-forwarded-for'] = request.ip
  outgoing['x-forwarded-proto'] = request.protocol
  outgoing['x-forwarded-host'] = request.host
  const traceparent = currentTraceparent()
  if (traceparent) outgoing['traceparent'] = traceparent
  return outgoing as H
}
