/** Every error that the HTTP edge itself can answer with. The README's table is kept in step by a test. */
export const HTTP_ERRORS = {
  HTTP_MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  HTTP_INVALID_BODY: { status: 400, title: 'The body does not have the required shape' },
  HTTP_INVALID_QUERY: { status: 400, title: 'A query parameter is not allowed' },
  HTTP_INVALID_CURSOR: { status: 400, title: 'The cursor is not one of ours' },
  HTTP_BAD_REQUEST: { status: 400, title: 'The request cannot be understood' },
  HTTP_IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'An Idempotency-Key header is required' },
  HTTP_IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key header cannot be used' },
  HTTP_FORBIDDEN: { status: 403, title: 'This is not allowed' },
  HTTP_ROUTE_UNKNOWN: { status: 404, title: 'There is nothing at this address' },
  HTTP_RESOURCE_UNKNOWN: { status: 404, title: 'There is no such resource' },
  HTTP_METHOD_NOT_ALLOWED: { status: 405, title: 'This address does not take this method' },
  HTTP_REQUEST_TIMEOUT: { status: 408, title: 'The request was not received in time' },
  HTTP_CONFLICT: { status: 409, title: 'The request conflicts with the current state' },
  HTTP_PRECONDITION_FAILED: { status: 412, title: 'The resource has changed since it was read' },
  HTTP_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  HTTP_URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  HTTP_UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Bodies are JSON here' },
  HTTP_IDEMPOTENCY_CONFLICT: { status: 422, title: 'This Idempotency-Key was used for another request' },
  HTTP_INTERNAL: { status: 500, title: 'Something failed on our side' },
  HTTP_UPSTREAM_FAILED: { status: 502, title: 'The service behind this address failed' },
  HTTP_UNAVAILABLE: { status: 503, title: 'The service cannot answer at the moment' },
  HTTP_UPSTREAM_UNAVAILABLE: { status: 503, title: 'The service behind this address is away' },
  HTTP_UPSTREAM_TIMEOUT: { status: 504, title: 'The service behind this address took too long' },
} as const

export type HttpErrorCode = keyof typeof HTTP_ERRORS

/** One thing wrong with a request: `pointer` is a JSON pointer (RFC 6901) into the body, `parameter` a query parameter. */
export interface FieldProblem {
  pointer?: string
  parameter?: string
  header?: string
  /** Stable word: what rule was broken, for example `required`, `unknown`, `format`. */
  code: string
  detail: string
}

export interface ProblemInit {
  /** HTTP status, 400 to 599. */
  status: number
  /** Stable and in capitals, for example `HTTP_INVALID_BODY` or `LISTING_TIME_ZONE_UNKNOWN`. */
  code: string
  /** The same sentence for every occurrence of the code. */
  title: string
  /** What happened this time and what to do; the client sees it, so nothing internal. */
  detail: string
  errors?: FieldProblem[]
  headers?: Record<string, string>
  cause?: unknown
}

/** An error that becomes problem details (RFC 9457) at the door. Throw it from a route, a use case or a pipe. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: FieldProblem[] | undefined
  readonly headers: Record<string, string> | undefined

  constructor(init: ProblemInit) {
    super(`${init.code}: ${init.detail}`, init.cause === undefined ? undefined : { cause: init.cause })
    this.status = init.status
    this.code = init.code
    this.title = init.title
    this.detail = init.detail
    this.errors = init.errors
    this.headers = init.headers
  }
}

/** A ProblemError of this library's own codes. */
export function httpError(
  code: HttpErrorCode,
  detail: string,
  more: Pick<ProblemInit, 'errors' | 'headers' | 'cause'> = {},
): ProblemError {
  return new ProblemError({ code, ...HTTP_ERRORS[code], detail, ...more })
}

/** 404 for a resource that is not there. @param noun what the client asked for, for example `booking` */
export function resourceUnknown(noun: string, id: string): ProblemError {
  return httpError('HTTP_RESOURCE_UNKNOWN', `There is no ${noun} with the id ${id.slice(0, 64)}.`)
}
