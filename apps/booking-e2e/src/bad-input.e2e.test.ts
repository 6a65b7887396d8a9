import { afterAll, beforeAll, expect, test } from 'vitest'
import { v7 } from 'uuid'
import type { BookingRequest } from '@prep/testing/gateway'
import { startWorld, type World } from './world/world.ts'

let world: World

beforeAll(async () => { world = await startWorld() })
afterAll(async () => { await world?.end() })

const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

async function bookingsAndEvents(): Promise<string> {
  const [row] = await world.databases.query<{ n: string }>('booking',
    'SELECT (SELECT count(*) FROM booking) || $1 || (SELECT count(*) FROM outbox) || $1 || (SELECT count(*) FROM http_idempotency) AS n', ['/'])
  return row?.n ?? ''
}

type Change = (good: BookingRequest) => Record<string, unknown>

const refused: [string, Change, number, string][] = [
  ['an unknown field', (good) => ({ ...good, colour: 'red' }), 400, '/colour'],
  ['an amount sent by the client', (good) => ({ ...good, amount_minor: 1 }), 400, '/amount_minor'],
  ['a wrong type', (good) => ({ ...good, attendees: 'four' }), 400, '/attendees'],
  ['a missing field', ({ kitchen_id: _, ...good }) => good, 400, '/kitchen_id'],
  ['a nested unknown field', (good) => ({ ...good, customer: { ...good.customer, age: 7 } }), 400, '/customer/age'],
  ['an end before its start', (good) => ({ ...good, ends_at: good.starts_at, starts_at: good.ends_at }), 422, '/ends_at'],
  ['over 24 hours', (good) => ({ ...good, starts_at: hoursFromNow(48), ends_at: hoursFromNow(73) }), 422, '/ends_at'],
  ['in the past', (good) => ({ ...good, starts_at: hoursFromNow(-2), ends_at: hoursFromNow(-1) }), 422, '/starts_at'],
  ['an unknown kitchen', (good) => ({ ...good, kitchen_id: v7() }), 422, '/kitchen_id'],
]

test.each(refused)('%s is refused, and the field named', async (_name, change, status, pointer) => {
  const before = await bookingsAndEvents()
  const answer = await world.gateway.requestBooking(change(world.slots.next()) as unknown as BookingRequest)
  expect(answer).toMatchObject({ status, data: null, error: { status } })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.error?.errors?.map((error) => error.pointer)).toContain(pointer)
  expect(await bookingsAndEvents()).toBe(before)
})

const unreadable: [string, string, string, number][] = [
  ['malformed JSON', '{"kitchen_id": ', 'application/json', 400],
  ['a wrong content type', 'kitchen_id=1', 'application/x-www-form-urlencoded', 415],
  ['plain text', 'hello', 'text/plain', 415],
  ['a body over 1 MB', `{"customer": "${'x'.repeat(1_100_000)}"}`, 'application/json', 413],
]

test.each(unreadable)('%s is refused with a problem', async (_name, rawBody, contentType, status) => {
  const before = await bookingsAndEvents()
  const answer = await world.gateway.call('POST', '/api/v1/bookings', { rawBody, headers: { 'content-type': contentType, 'idempotency-key': v7() } })
  expect(answer).toMatchObject({ status, data: null, error: { status, code: expect.stringMatching(/^HTTP_/) as string } })
  expect(await bookingsAndEvents()).toBe(before)
})

test('what does not exist is 404, with a problem: a booking, a route', async () => {
  expect(await world.gateway.booking(v7())).toMatchObject({ status: 404, error: { status: 404 } })
  expect(await world.gateway.call('GET', '/api/v1/nothing')).toMatchObject({ status: 404, error: { code: 'HTTP_ROUTE_UNKNOWN' } })
})

test('no answer tells of what is inside', async () => {
  const answer = await world.gateway.call('GET', '/api/v1/bookings/not-a-uuid')
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(JSON.stringify(answer.error)).not.toMatch(/node_modules|at Object|SELECT|\.ts:/)
})
