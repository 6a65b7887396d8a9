import { httpError, ProblemError } from '@prep/http'

interface Coded {
  code?: string
  cause?: unknown
}

/** Never reached the service: the request may simply be sent again. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'FST_REPLY_FROM_SERVICE_UNAVAILABLE'])
const TOO_LATE = new Set(['FST_REPLY_FROM_GATEWAY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** What a client is told when the service behind a route could not be asked. @param error of @fastify/reply-from */
export function upstreamProblem(service: string, error: unknown): ProblemError {
  const chain = causesOf(error)
  const own = chain.find(cause => cause instanceof ProblemError)
  if (own) return own
  const codes = chain.map(cause => (cause as Coded).code ?? '')
  if (codes.some(code => NOT_REACHED.has(code))) {
    const headers = { 'retry-after': '1' }
    return httpError('HTTP_UPSTREAM_UNAVAILABLE', `The ${service} service is away. Nothing was done; try again in a moment.`, { headers, cause: error })
  }
  if (codes.some(code => TOO_LATE.has(code))) {
    return httpError('HTTP_UPSTREAM_TIMEOUT', `The ${service} service did not answer in time. Whether it did what was asked is unknown: read before you repeat, or repeat with the same Idempotency-Key.`, { cause: error })
  }
  return httpError('HTTP_UPSTREAM_FAILED', `The ${service} service broke off. Whether it did what was asked is unknown: read before you repeat, or repeat with the same Idempotency-Key.`, { cause: error })
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let cause = error; cause instanceof Error && chain.length < 8; cause = cause.cause) chain.push(cause)
  return chain
}
