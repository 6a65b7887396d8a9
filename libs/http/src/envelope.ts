import type { ProblemError } from './errors.ts'

/** How every JSON answer of every service looks. Exactly one of `data` and `error` is not null. */
export interface EnvelopeBody<T = unknown> {
  data: T | null
  meta: { request_id: string; timestamp: string; pagination?: Pagination }
  error: ProblemDetails | null
}

/** RFC 9457, with a stable `code` and the fields concerned. */
export interface ProblemDetails {
  type: string
  title: string
  status: number
  detail: string
  /** Names this occurrence: the request. */
  instance: string
  code: string
  errors?: Array<{ pointer?: string; parameter?: string; header?: string; code: string; detail: string }>
}

export interface Pagination {
  /** Pass it as `?cursor=` to get the next page; null on the last one. */
  next_cursor: string | null
  limit: number
}

/** A page of a list: becomes `data` (the items) and `meta.pagination`. */
export class Page<T> {
  readonly items: T[]
  readonly next_cursor: string | null
  readonly limit: number

  constructor(items: T[], next_cursor: string | null, limit: number) {
    this.items = items
    this.next_cursor = next_cursor
    this.limit = limit
  }
}

/** An answer with a status or headers of its own. Plain return values are 200 (201 for POST, as Nest has it). */
export class Answer<T = unknown> {
  readonly status: number
  readonly data: T
  readonly headers: Record<string, string>

  constructor(status: number, data: T, headers: Record<string, string> = {}) {
    this.status = status
    this.data = data
    this.headers = headers
  }
}

/** 201 with the address of what was made. */
export function created<T>(data: T, location: string, headers: Record<string, string> = {}): Answer<T> {
  return new Answer(201, data, { location, ...headers })
}

/** 202 with the address where the outcome will be found. */
export function accepted<T>(data: T, location: string, headers: Record<string, string> = {}): Answer<T> {
  return new Answer(202, data, { location, ...headers })
}

/** The envelope around a handler's result. */
export function envelopeOf(result: unknown, requestId: string): EnvelopeBody {
  const meta = { request_id: requestId, timestamp: new Date().toISOString() }
  if (!(result instanceof Page)) return { data: result ?? null, meta, error: null }
  return { data: result.items, meta: { ...meta, pagination: { next_cursor: result.next_cursor, limit: result.limit } }, error: null }
}

/** The envelope around a problem. `type` is an address that names the code; nobody has to fetch it. */
export function problemEnvelope(problem: ProblemError, requestId: string): EnvelopeBody<never> {
  const error: ProblemDetails = {
    type: `https://errors.prep.dev/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: `urn:prep:request:${requestId}`,
    code: problem.code,
    ...(problem.errors && { errors: problem.errors }),
  }
  return { data: null, meta: { request_id: requestId, timestamp: new Date().toISOString() }, error }
}
