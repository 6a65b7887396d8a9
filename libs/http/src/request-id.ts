import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Ids that others choose stand in logs and messages: no spaces, no control characters, no novels. */
const SANE = /^[A-Za-z0-9._:-]{1,128}$/

/** The client's `X-Request-Id` when it is sane, else a new UUID (version 4, which is made several times faster: every delivery has one too). */
export function requestIdOf(request: { headers: IncomingHttpHeaders | Record<string, unknown> }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID()
}
