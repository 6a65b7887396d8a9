import { HttpException } from '@nestjs/common'
import { HTTP_ERRORS, type HttpErrorCode, httpError, ProblemError } from './errors.ts'

/** Gives the problem for an error that the edge does not know, or undefined. `libs/service` maps the database's with it. */
export type ErrorMapper = (error: unknown) => ProblemError | undefined

interface Coded {
  code?: unknown
  statusCode?: unknown
  cause?: unknown
}

/** Fastify's own codes (https://fastify.dev/docs/latest/Reference/Errors/) that a client can cause. */
const FASTIFY: Record<string, [HttpErrorCode, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['HTTP_MALFORMED_JSON', 'The body could not be read as JSON. Check quotes, commas and brackets.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['HTTP_MALFORMED_JSON', 'The body is empty. Send a JSON object.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['HTTP_BAD_REQUEST', 'Content-Length does not match the body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['HTTP_UNSUPPORTED_MEDIA_TYPE', 'Send the body as Content-Type: application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['HTTP_BODY_TOO_LARGE', 'The body is larger than 1 MiB.'],
  FST_ERR_BAD_URL: ['HTTP_BAD_REQUEST', 'The address is not a valid URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['HTTP_URI_TOO_LONG', 'A part of the address is too long.'],
}

/**
 * What a client is told of an error. Only ProblemErrors speak for themselves; of everything else the client learns the
 * kind, never the message.
 */
export function classifyError(error: unknown, mappers: readonly ErrorMapper[] = []): ProblemError {
  if (error instanceof ProblemError) return error
  for (const map of mappers) {
    const mapped = map(error)
    if (mapped) return mapped
  }
  return ofFastify(error) ?? ofNest(error) ?? internal(error)
}

function internal(error: unknown): ProblemError {
  return httpError('HTTP_INTERNAL', 'The failure is logged. Try again; if it stays, quote the request id.', { cause: error })
}

function ofFastify(error: unknown): ProblemError | undefined {
  const source = (error instanceof HttpException ? error.cause : error) as Coded | undefined
  if (source === null || typeof source !== 'object') return undefined
  const known = typeof source.code === 'string' ? FASTIFY[source.code] : undefined
  if (known) return httpError(known[0], known[1], { cause: error })
  // secure-json-parse refuses __proto__ with a SyntaxError of status 400, older parsers everything.
  const malformed = source instanceof SyntaxError && (source as Coded).statusCode === 400
  return malformed ? httpError('HTTP_MALFORMED_JSON', FASTIFY['FST_ERR_CTP_INVALID_JSON_BODY']![1], { cause: error }) : undefined
}

/** Words of Nest and its packages may hold anything, so only the status is taken over. */
function ofNest(error: unknown): ProblemError | undefined {
  if (!(error instanceof HttpException)) return undefined
  const status = error.getStatus()
  if (status === 404) return httpError('HTTP_ROUTE_UNKNOWN', 'Check the path and the method.', { cause: error })
  const code = (Object.keys(HTTP_ERRORS) as HttpErrorCode[]).find(key => HTTP_ERRORS[key].status === status && key !== 'HTTP_MALFORMED_JSON')
  if (status >= 500 || status < 400) return status === 503 ? httpError('HTTP_UNAVAILABLE', 'Try again in a moment.', { cause: error }) : undefined
  if (status === 400 || !code) return httpError('HTTP_BAD_REQUEST', 'The request cannot be processed as it is.', { cause: error })
  return httpError(code, HTTP_ERRORS[code].title + '.', { cause: error })
}
