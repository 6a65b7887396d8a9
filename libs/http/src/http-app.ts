import type { INestApplication } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorMapper } from './classify-error.ts'
import { EnvelopeInterceptor } from './envelope.interceptor.ts'
import { ProblemFilter, sendProblem } from './problem.filter.ts'
import { installRequestContext } from './request-context.ts'
import { requestIdOf } from './request-id.ts'
import { installSecurityHeaders } from './security-headers.ts'

/** Largest body of a client, in bytes. */
export const BODY_LIMIT = 1024 * 1024

export interface HttpOptions {
  /** True for the gateway: the full set of security headers. */
  door?: boolean
  /** Problems for errors of other libraries, asked in order. */
  errorMappers?: readonly ErrorMapper[]
}

/** A Fastify adapter with Prep's limits: 1 MiB bodies, 30 s to receive a request, idle connections end at close. */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    genReqId: requestIdOf,
    // Addresses that the router cannot read come here before any hook.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply.header('x-request-id', request.id)),
  })
}

/**
 * Wires the edge: request ids and traces, security headers, JSON only, envelope, problem details.
 * Create the app with `{ bodyParser: false }`, so that Nest does not add its form parser.
 */
export function configureHttp(app: INestApplication, options: HttpOptions = {}): void {
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance
  installRequestContext(fastify)
  installSecurityHeaders(fastify, options.door ?? false)
  fastify.removeContentTypeParser('text/plain')
  app.useGlobalFilters(new ProblemFilter(options.errorMappers))
  app.useGlobalInterceptors(new EnvelopeInterceptor())
}
