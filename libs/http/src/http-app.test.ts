import type { INestApplication } from '@nestjs/common'
import { createLogger, setLogger, startTracing, type StopTracing } from '@prep/observability'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EnvelopeBody } from './index.ts'
import { pansApp } from './http-app.fixture.ts'

let app: INestApplication
let fastify: FastifyInstance
let stopTracing: StopTracing
let lines: Array<Record<string, unknown>> = []

beforeAll(async () => {
  stopTracing = await startTracing('pans')
  setLogger(createLogger('pans', { level: 'info', destination: { write: line => void lines.push(JSON.parse(line) as Record<string, unknown>) } }))
  ;({ app, fastify } = await pansApp())
})
beforeEach(() => void (lines = []))
afterAll(async () => {
  await app.close()
  await stopTracing()
})

function post(url: string, payload: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return fastify.inject({ method: 'POST', url, payload, headers })
}
const bodyOf = (answer: { body: string }) => JSON.parse(answer.body) as EnvelopeBody<Record<string, unknown>>

describe('the envelope', () => {
  it('holds a page and its pagination, the request id and the time', async () => {
    const answer = await fastify.inject('/pans?limit=3&hot=true')
    const body = bodyOf(answer)
    expect(answer.statusCode).toBe(200)
    expect(body).toMatchObject({ data: [{ id: 1, hot: true, at: 'now' }], error: null, meta: { pagination: { next_cursor: 'next', limit: 3 } } })
    expect(body.meta.request_id).toBe(answer.headers['x-request-id'])
    expect(new Date(body.meta.timestamp).toISOString()).toBe(body.meta.timestamp)
  })

  it('takes status and headers from an Answer', async () => {
    const answer = await post('/pans', '{"name":"wok","size":2}')
    expect(answer.statusCode).toBe(202)
    expect(answer.headers['location']).toBe('/pans/wok')
    expect(bodyOf(answer).data).toMatchObject({ name: 'wok', size: 2 })
  })

  it('leaves routes alone that write their own answer', async () => {
    expect((await fastify.inject('/pans/raw')).body).toBe('raw')
  })
})

describe('the request context', () => {
  it('takes a sane X-Request-Id as correlation id, also after the body was read', async () => {
    const answer = await post('/pans', '{"name":"wok","size":2}', { 'content-type': 'application/json', 'x-request-id': 'client-1' })
    expect(answer.headers['x-request-id']).toBe('client-1')
    expect(bodyOf(answer).data?.['context']).toEqual({ correlationId: 'client-1', requestId: 'client-1' })
  })

  it.each(['a b', 'x'.repeat(129), '<script>'])('makes its own id instead of %j', async id => {
    const answer = await fastify.inject({ url: '/pans', headers: { 'x-request-id': id } })
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('logs one line for each answer, with the ids of request and trace, and none for probes', async () => {
    await fastify.inject({ url: '/pans?hot=true', headers: { 'x-request-id': 'client-2', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })
    await fastify.inject('/health/live')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/pans', path: '/pans', status: 200, request_id: 'client-2', correlation_id: 'client-2', trace_id: '0af7651916cd43dd8448eb211c80319c' })
    expect(lines[0]?.['duration_ms']).toBeTypeOf('number')
  })
})

describe('a problem', () => {
  it.each([
    ['malformed JSON', '{"name":', 'application/json', 400, 'HTTP_MALFORMED_JSON'],
    ['no body', '', 'application/json', 400, 'HTTP_MALFORMED_JSON'],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', 'application/json', 400, 'HTTP_MALFORMED_JSON'],
    ['a form', 'name=wok', 'application/x-www-form-urlencoded', 415, 'HTTP_UNSUPPORTED_MEDIA_TYPE'],
    ['text', 'wok', 'text/plain', 415, 'HTTP_UNSUPPORTED_MEDIA_TYPE'],
    ['a body over 1 MiB', JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), 'application/json', 413, 'HTTP_BODY_TOO_LARGE'],
  ])('for %s', async (_, payload, type, status, code) => {
    const answer = await post('/pans', payload, { 'content-type': type })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(bodyOf(answer)).toMatchObject({ data: null, error: { status, code, type: `https://errors.prep.dev/${code}` } })
    expect(bodyOf(answer).error?.instance).toBe(`urn:prep:request:${String(answer.headers['x-request-id'])}`)
  })

  it.each([
    ['an unknown field', { name: 'wok', size: 1, amount_minor: 5 }, '/amount_minor', 'unknown'],
    ['a missing field', { name: 'wok' }, '/size', 'required'],
    ['a wrong type', { name: 'wok', size: '1' }, '/size', 'type'],
    ['a missing field further in', { name: 'wok', size: 1, owner: {} }, '/owner/email', 'required'],
    ['a wrong format', { name: 'wok', size: 1, bought_at: 'monday' }, '/bought_at', 'format'],
    ['a name to be escaped', { name: 'wok', size: 1, 'a/b~c': 1 }, '/a~1b~0c', 'unknown'],
    ['no object at all', [], '', 'type'],
  ])('names the field of %s by JSON pointer', async (_, body, pointer, code) => {
    const answer = await post('/pans', JSON.stringify(body))
    expect(answer.statusCode).toBe(400)
    expect(bodyOf(answer).error).toMatchObject({ code: 'HTTP_INVALID_BODY', errors: [{ pointer, code }] })
  })

  it('names all fields at once, and never their values', async () => {
    const answer = await post('/pans', '{"size":0,"owner":{"email":"secret value"}}')
    expect(bodyOf(answer).error?.errors?.map(error => error.pointer).sort()).toEqual(['/name', '/owner/email', '/size'])
    expect(answer.body).not.toContain('secret value')
  })

  it('names a query parameter', async () => {
    for (const [query, parameter] of [['limit=0', 'limit'], ['limit=many', 'limit'], ['colour=red', 'colour']]) {
      const answer = await fastify.inject(`/pans?${query}`)
      expect(bodyOf(answer).error).toMatchObject({ status: 400, code: 'HTTP_INVALID_QUERY', errors: [{ parameter }] })
    }
  })

  it('is what a use case threw', async () => {
    const answer = await fastify.inject('/pans/refused')
    expect(answer.statusCode).toBe(422)
    expect(bodyOf(answer).error).toMatchObject({ code: 'PAN_TOO_HOT', title: 'The pan is too hot', errors: [{ pointer: '/heat' }] })
  })

  it.each([['/nowhere', 'HTTP_ROUTE_UNKNOWN'], ['/pans/7', 'HTTP_RESOURCE_UNKNOWN'], ['/pans/0197a3a0-0000-7000-8000-000000000000', 'HTTP_RESOURCE_UNKNOWN']])(
    'is a 404 for %s',
    async (url, code) => expect(bodyOf(await fastify.inject(url)).error).toMatchObject({ status: 404, code }),
  )

  it('is a 400 for an address that is no URL', async () => {
    const answer = await fastify.inject('/pans/%ZZ')
    expect(bodyOf(answer).error).toMatchObject({ status: 400, code: 'HTTP_BAD_REQUEST' })
    expect(bodyOf(answer).meta.request_id).toBe(answer.headers['x-request-id'])
  })

  it('says nothing of our own faults but the request id, and logs them with their cause', async () => {
    const answer = await fastify.inject('/pans/broken')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toMatch(/hunter2|XX000|at /)
    expect(bodyOf(answer).error).toMatchObject({ code: 'HTTP_INTERNAL' })
    expect(lines.find(line => line['level'] === 'error')).toMatchObject({ err: { message: 'password is hunter2', code: 'XX000' }, request_id: answer.headers['x-request-id'] })
  })

  it('comes from the mapper of another library, with its headers', async () => {
    const answer = await fastify.inject('/pans/away')
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(bodyOf(answer).error).toMatchObject({ code: 'HTTP_UNAVAILABLE' })
  })

  it('is asked for an Idempotency-Key', async () => {
    expect(bodyOf(await post('/pans/once', '{}')).error).toMatchObject({ status: 400, code: 'HTTP_IDEMPOTENCY_KEY_MISSING', errors: [{ header: 'Idempotency-Key' }] })
    expect(bodyOf(await post('/pans/once', '{}', { 'content-type': 'application/json', 'idempotency-key': 'a b' })).error).toMatchObject({ code: 'HTTP_IDEMPOTENCY_KEY_INVALID' })
    expect(bodyOf(await post('/pans/once', '{}', { 'content-type': 'application/json', 'idempotency-key': 'k-1' })).data).toEqual({ key: 'k-1' })
  })
})

describe('security headers', () => {
  it('are on every answer, and the full set at the door', async () => {
    expect((await fastify.inject('/nowhere')).headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    const door = await pansApp({ door: true })
    const { headers } = await door.fastify.inject('/pans')
    expect(headers).toMatchObject({ 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' })
    await door.app.close()
  })
})
