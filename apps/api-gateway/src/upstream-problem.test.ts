import { httpError } from '@prep/http'
import { describe, expect, it } from 'vitest'
import { routingTable } from './routing-table.ts'
import { upstreamProblem } from './upstream-problem.ts'

/** An error as the proxy hands it over: its own, around the connection's. */
function failed(code: string): Error {
  return Object.assign(new Error('proxy', { cause: Object.assign(new Error('socket'), { code }) }), { code: 'FST_REPLY_FROM_INTERNAL_SERVER_ERROR' })
}

describe('what a client is told of a service that could not be asked', () => {
  it.each([
    ['ECONNREFUSED', 503, 'HTTP_UPSTREAM_UNAVAILABLE'],
    ['ENOTFOUND', 503, 'HTTP_UPSTREAM_UNAVAILABLE'],
    ['UND_ERR_CONNECT_TIMEOUT', 503, 'HTTP_UPSTREAM_UNAVAILABLE'],
    ['UND_ERR_HEADERS_TIMEOUT', 504, 'HTTP_UPSTREAM_TIMEOUT'],
    ['ECONNRESET', 502, 'HTTP_UPSTREAM_FAILED'],
    ['UND_ERR_SOCKET', 502, 'HTTP_UPSTREAM_FAILED'],
    ['ANYTHING_ELSE', 502, 'HTTP_UPSTREAM_FAILED'],
  ])('%s is a %d', (code, status, problem) => expect(upstreamProblem('booking', failed(code))).toMatchObject({ status, code: problem }))

  it('is safe to repeat only when the service was never reached', () => {
    expect(upstreamProblem('booking', failed('ECONNREFUSED')).detail).toContain('Nothing was done')
    expect(upstreamProblem('booking', failed('ECONNRESET')).detail).toContain('unknown')
  })

  it('is the door\'s own problem when that is the cause', () => {
    const own = httpError('HTTP_BODY_TOO_LARGE', 'x')
    expect(upstreamProblem('booking', new Error('proxy', { cause: own }))).toBe(own)
  })
})

it('each part of the API has one service', () => {
  const routes = routingTable({ listingUrl: 'http://l', bookingUrl: 'http://b' })
  expect(routes.map(({ prefix, upstream }) => [prefix, upstream])).toEqual([['/api/v1/kitchens', 'http://l'], ['/api/v1/bookings', 'http://b']])
})
