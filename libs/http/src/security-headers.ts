import type { FastifyInstance } from 'fastify'

/** For answers that are data, never pages (OWASP REST Security Cheat Sheet). A route may set its own over them. */
const API_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/** What the public door adds. A table instead of helmet: the same headers for one assignment a request. */
const DOOR_HEADERS = {
  ...API_HEADERS,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'interest-cohort=()',
}

/** Sets the headers on every answer, errors included. @param door true for the gateway */
export function installSecurityHeaders(fastify: FastifyInstance, door: boolean): void {
  const headers = door ? DOOR_HEADERS : API_HEADERS
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
