import { KitchenChangedV1 } from '@prep/contracts'
import { sampleOf } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRequest, type BookingClient, BookingServices } from '../../booking-service.fixture.ts'
import { slotAt } from '../../booking.fixture.ts'

let services: BookingServices
let client: BookingClient
let kitchenId: string

beforeAll(async () => {
  services = await BookingServices.onFreshDatabase()
  client = await services.start()
  kitchenId = await client.knowsKitchen({ hourlyRateMinor: 4501, currency: 'EUR', name: 'Dockside' })
})
afterAll(() => services.stop())

/** How much is stored of all that a request may store. */
async function stored() {
  const [counts] = await services.query(`SELECT (SELECT count(*) FROM booking)::int AS bookings,
    (SELECT count(*) FROM outbox)::int AS messages, (SELECT count(*) FROM http_idempotency)::int AS keys`)
  return counts
}

describe('a request for a booking', () => {
  it('is accepted, priced from the projection, and told of in the same transaction', async () => {
    const body = aRequest(kitchenId, [0, 1.5])
    const answer = await client.post(body, uuidv7(), { 'x-request-id': 'request-1' })
    expect(answer.status).toBe(202)
    const booking = answer.data!
    expect(answer.headers.get('location')).toBe(`/api/v1/bookings/${booking.id}`)
    expect(booking).toMatchObject({ status: 'requested', kitchen_name: 'Dockside', version: 1, reason: null })
    // 6751.5, half up
    expect([booking.amount_minor, booking.currency]).toEqual([6752, 'EUR'])
    expect((await client.call(`/${booking.id}`)).data).toEqual(booking)
    const [event, ...others] = await services.published(booking.id)
    expect(others).toEqual([])
    expect(event).toMatchObject({
      type: 'booking.requested.v1',
      subject: booking.id,
      correlationid: 'request-1',
      data: {
        bookingId: booking.id,
        kitchenId,
        amountMinor: 6752,
        paymentMethod: 'pm_card_visa',
        customer: body.customer,
      },
    })
    expect(Number(event?.sequence)).toBe(1)
  })

  it('takes the latest price that listing told of', async () => {
    const other = await client.knowsKitchen({ hourlyRateMinor: 1000 })
    await client.hear(
      KitchenChangedV1,
      sampleOf(KitchenChangedV1, { kitchenId: other, version: 2, hourlyRateMinor: 2000 }),
    )
    expect((await client.request(aRequest(other))).amount_minor).toBe(4000)
  })
})

describe('the idempotency key', () => {
  it('gives the same body the same answer, and nothing is done again', async () => {
    const [key, body] = [uuidv7(), aRequest(kitchenId)]
    const first = await client.post(body, key)
    const before = await stored()
    const again = await client.post(body, key)
    expect([again.status, again.data, again.headers.get('location')]).toEqual([
      202,
      first.data,
      first.headers.get('location'),
    ])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await stored()).toEqual(before)
  })

  it('refuses another body', async () => {
    const key = uuidv7()
    await client.post(aRequest(kitchenId), key)
    const before = await stored()
    const other = await client.post({ ...aRequest(kitchenId), attendees: 4 }, key)
    expect([other.status, other.error?.code]).toEqual([422, 'HTTP_IDEMPOTENCY_CONFLICT'])
    expect(await stored()).toEqual(before)
  })

  it('makes one booking of many requests at once, at two replicas', async () => {
    const replica = await services.start()
    const [key, body] = [uuidv7(), aRequest(kitchenId)]
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? client : replica).post(body, key)))
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 202))
    expect(new Set(answers.map((answer) => answer.data?.id)).size).toBe(1)
    expect(await services.published(answers[0]!.data!.id)).toHaveLength(1)
  })

  it('is required', async () => {
    const answer = await client.post(aRequest(kitchenId), '')
    expect([answer.status, answer.error?.code]).toEqual([400, 'HTTP_IDEMPOTENCY_KEY_MISSING'])
  })

  it('is not used up by a request that was refused', async () => {
    const key = uuidv7()
    expect((await client.post(aRequest(uuidv7()), key)).status).toBe(422)
    expect((await client.post(aRequest(kitchenId), key)).status).toBe(202)
  })
})

describe('bad input', () => {
  const from = slotAt(0, 2).startsAt
  const after = (ms: number) => new Date(from.getTime() + ms).toISOString()
  const DAY_MS = 86_400_000
  const cases: [string, Record<string, unknown>, number, string, string][] = [
    ['an unknown field', { colour: 'blue' }, 400, '/colour', 'unknown'],
    ['an amount', { amount_minor: 1 }, 400, '/amount_minor', 'unknown'],
    ['a currency', { currency: 'EUR' }, 400, '/currency', 'unknown'],
    [
      'an unknown field of the customer',
      { customer: { name: 'A', email: 'a@example.org', vip: true } },
      400,
      '/customer/vip',
      'unknown',
    ],
    ['a missing field', { attendees: undefined }, 400, '/attendees', 'required'],
    ['a wrong type', { attendees: '3' }, 400, '/attendees', 'type'],
    ['part of a person', { attendees: 1.5 }, 400, '/attendees', 'type'],
    ['nobody to come', { attendees: 0 }, 400, '/attendees', 'minimum'],
    ['no time', { starts_at: 'tomorrow' }, 400, '/starts_at', 'format'],
    ['no email address', { customer: { name: 'A', email: 'nobody' } }, 400, '/customer/email', 'format'],
    [
      'a name that no database can store',
      { customer: { name: 'A\u0000', email: 'a@example.org' } },
      400,
      '/customer/name',
      'pattern',
    ],
    ['a kitchen that is no id', { kitchen_id: '1 OR 1=1' }, 400, '/kitchen_id', 'format'],
    ['an unknown kitchen', { kitchen_id: uuidv7() }, 422, '/kitchen_id', 'kitchen_unknown'],
    ['an end before the start', { ends_at: after(-1000) }, 422, '/ends_at', 'slot_ends_before_start'],
    ['an end at the start', { ends_at: after(0) }, 422, '/ends_at', 'slot_ends_before_start'],
    ['over 24 hours', { ends_at: after(DAY_MS + 1) }, 422, '/ends_at', 'slot_too_long'],
    [
      'a start in the past',
      { starts_at: new Date(Date.now() - 60_000).toISOString(), ends_at: new Date(Date.now() + 60_000).toISOString() },
      422,
      '/starts_at',
      'slot_in_past',
    ],
    ['a leap second', { ends_at: '2030-06-30T23:59:60Z' }, 422, '/ends_at', 'slot_time_invalid'],
  ]

  it.each(cases)('%s is refused, the field is named, nothing is stored', async (_, change, status, pointer, code) => {
    const before = await stored()
    const answer = await client.post({ ...aRequest(kitchenId), ...change })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.data).toBeNull()
    expect(answer.error).toMatchObject({
      status,
      errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]),
    })
    expect(await stored()).toEqual(before)
  })

  it.each([
    ['malformed JSON', '{"kitchen_id": ', {}, 400, 'HTTP_MALFORMED_JSON'],
    ['a list', '[]', {}, 400, 'HTTP_INVALID_BODY'],
    ['nothing', 'null', {}, 400, 'HTTP_INVALID_BODY'],
    [
      'another content type',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'HTTP_UNSUPPORTED_MEDIA_TYPE',
    ],
    ['over 1 MiB', JSON.stringify({ colour: 'x'.repeat(1024 * 1024) }), {}, 413, 'HTTP_BODY_TOO_LARGE'],
  ])('%s is refused, nothing is stored', async (_, body, headers, status, code) => {
    const before = await stored()
    const answer = await client.post(body, uuidv7(), headers as Record<string, string>)
    expect([answer.status, answer.error?.code]).toEqual([status, code])
    expect(await stored()).toEqual(before)
  })
})
