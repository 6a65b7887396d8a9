import type { IncomingHttpHeaders } from 'node:http'
import { v7 as uuidv7 } from 'uuid'

/** Ids that others choose stand in logs and messages: no spaces, no control characters, no novels. */
const SANE = /^[A-Za-z0-9._:-]{1,128}$/

/** The client's `X-Request-Id` when it is sane, else a new UUIDv7. */
export function requestIdOf(request: { headers: IncomingHttpHeaders | Record<string, unknown> }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && SANE.test(given) ? given : uuidv7()
}
