import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { EnvelopeBody } from '@prep/http'
import { runService, type RunningService } from '@prep/service'
import { eventually } from '@prep/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ApiGatewayModule } from './api-gateway.module.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import { upstream, type Upstream } from './upstream.fixture.ts'

type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => void
const echo: Answerer = (request, response, body) =>
  response.writeHead(request.url === '/health/ready' ? 200 : 201, { 'content-type': 'application/json', location: '/api/v1/bookings/7', etag: '"1"' }).end(JSON.stringify({ url: request.url, body }))

let answer: Answerer = echo
let booking: Upstream
let listing: Upstream
let gateway: RunningService

beforeAll(async () => {
  booking = await upstream((request, response, body) => answer(request, response, body))
  listing = await upstream((request, response) => response.end(request.url))
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  vi.stubEnv('BOOKING_URL', booking.url)
  vi.stubEnv('LISTING_URL', `${listing.url}/`)
  vi.stubEnv('UPSTREAM_TIMEOUT_MS', '400')
  gateway = await runService({ name: 'api-gateway', module: ApiGatewayModule, http: { door: true, routes: gatewayRoutes } })
})
afterEach(() => void (answer = echo))
afterAll(async () => {
  await gateway.stop()
  await booking.close()
  await listing.close()
  vi.unstubAllEnvs()
})

const call = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init)
const post = (body: string, headers: Record<string, string> = {}) =>
  call('/api/v1/bookings', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
const problemOf = async (response: Response) => ((await response.json()) as EnvelopeBody).error

describe('a request', () => {
  it('reaches the service of its path, with its method, query and body as they were', async () => {
    const response = await call('/api/v1/bookings?limit=3&status=held', { method: 'POST', body: '{"a" : 1}', headers: { 'content-type': 'application/json' } })
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe('/api/v1/bookings/7')
    expect(await response.json()).toEqual({ url: '/api/v1/bookings?limit=3&status=held', body: '{"a" : 1}' })
    expect(await (await call('/api/v1/kitchens/7')).text()).toBe('/api/v1/kitchens/7')
  })

  it('takes its id and trace along, and the client\'s word for nothing that is the platform\'s', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const response = await post('{}', {
      'x-request-id': 'client-1', 'idempotency-key': 'k-1', traceparent: `00-${trace}-b7ad6b7169203331-01`, 'dapr-api-token': 'stolen', 'x-forwarded-for': '6.6.6.6',
    })
    expect(response.headers.get('x-request-id')).toBe('client-1')
    const { headers } = booking.requests.at(-1)!
    expect(headers).toMatchObject({ 'x-request-id': 'client-1', 'idempotency-key': 'k-1', 'x-forwarded-for': '127.0.0.1' })
    expect(headers['traceparent']).toContain(trace)
    expect(headers['traceparent']).not.toContain('b7ad6b7169203331')
    expect(headers).not.toHaveProperty('dapr-api-token')
  })

  it('gets an id when it has none, and the answer carries the security headers', async () => {
    const { headers } = await call('/api/v1/kitchens')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it('goes over a connection that stays open', async () => {
    await call('/api/v1/kitchens')
    const before = listing.connections()
    for (let i = 0; i < 10; i++) await (await call('/api/v1/kitchens')).text()
    expect(listing.connections()).toBe(before)
  })

  it('cannot climb out of its route', async () => {
    const before = booking.requests.length
    for (const path of ['/api/v1/bookings/..%2f..%2f..%2fdapr/subscribe', '/api/v1/bookings/%2e%2e/%2e%2e/%2e%2e/metrics', '/api/v1/bookings/..%5c..%5cmetrics']) {
      expect(await rawGet(path)).toMatch(/^HTTP\/1\.1 (400|404)/)
    }
    expect(booking.requests.slice(before).map(request => request.url)).toEqual([])
  })
})

describe('a stream of events', () => {
  it('arrives piece by piece, outlives the time-out, and ends when the client goes', async () => {
    let stream: ServerResponse | undefined
    answer = (_request, response) => {
      stream = response
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\n\n')
    }
    const abort = new AbortController()
    const response = await call('/api/v1/bookings/7/events', { headers: { 'last-event-id': '0' }, signal: abort.signal })
    const reader = response.body!.getReader()
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString()
    expect(await next()).toBe('id: 1\n\n')
    // Silent for longer than the time-out for a first byte (400 ms).
    const silence = Promise.withResolvers<void>()
    setTimeout(silence.resolve, 700)
    await silence.promise
    stream?.write('id: 2\n\n')
    expect(await next()).toBe('id: 2\n\n')
    expect(booking.requests.at(-1)?.headers['last-event-id']).toBe('0')
    abort.abort()
    await once(stream!, 'close')
  })
})

describe('the door answers itself', () => {
  it('404 to a path that leads nowhere, in the envelope', async () => {
    for (const path of ['/', '/api/v1/users', '/api/v1/bookingsx', '/dapr/subscribe']) {
      const response = await call(path)
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({ code: 'HTTP_ROUTE_UNKNOWN' })
    }
  })

  it('413 to a body over 1 MiB, with and without its length said, and the service hears nothing of it', async () => {
    const before = booking.requests.length
    const big = 'x'.repeat(1024 * 1024 + 1)
    const sized = await post(big)
    expect(sized.status).toBe(413)
    expect(await problemOf(sized)).toMatchObject({ code: 'HTTP_BODY_TOO_LARGE' })
    const chunked = await postChunked(big)
    expect(chunked.status).toBe(413)
    expect(JSON.parse(chunked.body)).toMatchObject({ error: { code: 'HTTP_BODY_TOO_LARGE' } })
    expect(booking.requests).toHaveLength(before)
    expect((await post('x'.repeat(1024 * 1024))).status).toBe(201)
  })

  it('what the service says of malformed JSON goes through as it is', async () => {
    answer = (_request, response) => response.writeHead(400, { 'content-type': 'application/problem+json' }).end('{"error":{"code":"HTTP_MALFORMED_JSON"}}')
    const response = await post('{"a":')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await problemOf(response)).toEqual({ code: 'HTTP_MALFORMED_JSON' })
  })

  it('a 503 of the service goes through once: the client decides when to try again', async () => {
    const before = booking.requests.length
    answer = (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end('{}')
    expect((await call('/api/v1/bookings')).status).toBe(503)
    expect(booking.requests).toHaveLength(before + 1)
  })

  it('504 when the service does not begin its answer in time', async () => {
    answer = () => undefined
    const response = await post('{}')
    expect(response.status).toBe(504)
    expect(await problemOf(response)).toMatchObject({ code: 'HTTP_UPSTREAM_TIMEOUT' })
  })

  it('502 when the service breaks off', async () => {
    answer = request => request.socket.destroy()
    const response = await post('{}')
    expect(response.status).toBe(502)
    expect(await problemOf(response)).toMatchObject({ code: 'HTTP_UPSTREAM_FAILED' })
  })

  it('503 while the service is away, and goes on when it is back; its own probes stay green', async () => {
    const { port } = booking
    await booking.close()
    const response = await post('{}')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problemOf(response)).toMatchObject({ code: 'HTTP_UPSTREAM_UNAVAILABLE', detail: expect.stringContaining('booking') as string })
    expect((await call('/health/ready')).status).toBe(200)
    expect(await (await call('/health')).json()).toEqual({ status: 'degraded', upstreams: { listing: 'up', booking: 'down' } })

    booking = await upstream((request, reply, body) => answer(request, reply, body), port)
    expect((await post('{}')).status).toBe(201)
    await eventually(async () => expect((await call('/health')).status).toBe(200))
  })
})

describe('the process', () => {
  it('tells that it lives and what it does', async () => {
    expect((await call('/health/live')).status).toBe(200)
    expect(await (await call('/metrics')).text()).toContain('http_server_request_duration_seconds_bucket')
  })
})

/** A GET with a path that `fetch` would tidy up. */
async function rawGet(path: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

/** A POST that does not say how long it is. */
function postChunked(body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}/api/v1/bookings`, { method: 'POST', headers: { 'content-type': 'application/json' } }, response => {
      let text = ''
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    request.on('error', reject)
    request.write(body.slice(0, 600_000))
    request.end(body.slice(600_000))
  })
}
