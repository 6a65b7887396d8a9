import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '@prep/testing'
import { divisions } from './invariants/deliveries.ts'
import { holdsOfDeadBookings, moneyDifferences, openWork, overlaps } from './invariants/invariants.ts'
import { endedBooking } from './world/endings.ts'
import { startWorld, type World } from './world/world.ts'

let world: World

beforeAll(async () => { world = await startWorld() })
afterAll(async () => { await world?.end() })

async function accepted(changes = {}): Promise<string> {
  const answer = await world.gateway.requestBooking(world.slots.next(changes))
  expect(answer).toMatchObject({ status: 202, error: null })
  expect(answer.headers.get('location')).toBe(`/api/v1/bookings/${answer.data.id}`)
  return answer.data.id
}

describe('the stories of a booking', () => {
  test('confirmed: the slot is held, the rules pass, the money is taken once', async () => {
    const id = await accepted()
    const booking = await endedBooking(world.gateway, id)
    expect(booking).toMatchObject({ status: 'confirmed', reason: null, amount_minor: 4_500, currency: 'EUR' })
    expect(new Set(booking.timeline)).toEqual(new Set([
      'booking.requested.v1', 'booking.slot-held.v1', 'compliance.approved.v1', 'payment.authorized.v1',
      'booking.confirmed.v1', 'payment.captured.v1', 'orchestration.saga-ended.v1',
    ]))
    expect(booking.timeline).toHaveLength(7)
    expect(await world.cards.ledgerOf(id)).toMatchObject([{ status: 'succeeded', capturedMinor: 4_500, refundedMinor: 0 }])
  })

  test('declined: the booking is rejected, the slot is free again, no money moves', async () => {
    const slot = world.slots.next()
    const declined = await world.gateway.requestBooking({ ...slot, payment_method: 'pm_card_chargeDeclined' })
    const booking = await endedBooking(world.gateway, declined.data.id)
    expect(booking).toMatchObject({ status: 'rejected', reason: { code: 'card_declined' } })
    expect(booking.timeline).toEqual(expect.arrayContaining(['payment.declined.v1', 'booking.slot-released.v1', 'booking.rejected.v1']))
    expect(booking.timeline).not.toContain('booking.confirmed.v1')
    expect(await world.cards.ledgerOf(booking.id)).not.toContainEqual(expect.objectContaining({ status: 'succeeded' }))

    const next = await world.gateway.requestBooking(slot)
    expect(await endedBooking(world.gateway, next.data.id)).toMatchObject({ status: 'confirmed' })
  })

  test('insufficient funds are told apart from a plain decline', async () => {
    const id = await accepted({ payment_method: 'pm_card_chargeDeclinedInsufficientFunds' })
    expect(await endedBooking(world.gateway, id)).toMatchObject({ status: 'rejected', reason: { code: 'insufficient_funds' } })
  })

  test('slot taken: the saga is compensated, the booking rejected, the card never touched', async () => {
    const slot = world.slots.next()
    const first = await world.gateway.requestBooking(slot)
    await endedBooking(world.gateway, first.data.id)
    const second = await world.gateway.requestBooking(slot)
    const booking = await endedBooking(world.gateway, second.data.id)
    expect(booking).toMatchObject({ status: 'rejected', reason: { code: 'slot_taken' } })
    expect(new Set(booking.timeline)).toEqual(new Set([
      'booking.requested.v1', 'booking.slot-taken.v1', 'booking.rejected.v1', 'orchestration.saga-ended.v1',
    ]))
    expect(await world.cards.ledgerOf(second.data.id)).toEqual([])
    const [end] = await world.databases.query<{ data: { outcome: string } }>('booking',
      `SELECT data FROM booking_progress WHERE booking_id = $1 AND type = 'orchestration.saga-ended.v1'`, [second.data.id])
    expect(end?.data.outcome).toBe('compensated')
  })

  test('of ten at once for one slot exactly one is confirmed', async () => {
    const slot = world.slots.next()
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.gateway.requestBooking(slot)))
    const ended = await Promise.all(answers.map(({ data }) => endedBooking(world.gateway, data.id)))
    expect(ended.map(({ status }) => status).sort()).toEqual(['confirmed', ...Array<string>(9).fill('rejected')])
    expect(new Set(ended.flatMap(({ reason }) => reason?.code ?? []))).toEqual(new Set(['slot_taken']))
  })

  test('a kitchen whose licence has run out by then: rejected with reasons, the card never touched', async () => {
    const past = { number: 'NL-OLD', valid_from: '2020-01-01', valid_until: '2020-12-31' }
    const { data: kitchen } = await world.gateway.registerKitchen({ licence: past })
    const answer = await eventually(async () => {
      const reply = await world.gateway.requestBooking(world.slots.next({ kitchen_id: kitchen.id }))
      expect(reply.status).toBe(202)
      return reply
    })
    expect(await endedBooking(world.gateway, answer.data.id)).toMatchObject({ status: 'rejected', reason: { code: 'compliance_rejected' } })
    expect(await world.cards.ledgerOf(answer.data.id)).toEqual([])
  })

  test('who booked gets a message, written from the template', async () => {
    const id = await accepted({ customer: { name: 'Grace Miller', email: 'grace@example.com' } })
    await endedBooking(world.gateway, id)
    await eventually(async () => {
      const rows = await world.databases.query<{ event_type: string, state: string }>('notification',
        `SELECT event_type, state FROM inbox WHERE partition_key = $1`, [id])
      expect(rows).toEqual([{ event_type: 'booking.confirmed.v1', state: 'handled' }])
    })
  })
})

describe('the idempotency key', () => {
  test('same key and body: the same answer; another body: 422; no key: 400', async () => {
    const request = world.slots.next()
    const [one, two] = [await world.gateway.requestBooking(request, 'key-1'), await world.gateway.requestBooking(request, 'key-1')]
    expect(two.data.id).toBe(one.data.id)
    expect(two.headers.get('idempotency-replayed')).toBe('true')
    expect(await world.gateway.requestBooking({ ...request, attendees: 5 }, 'key-1')).toMatchObject({ status: 422, error: { code: 'HTTP_IDEMPOTENCY_CONFLICT' } })
    expect(await world.gateway.call('POST', '/api/v1/bookings', { body: request })).toMatchObject({ status: 400, error: { code: 'HTTP_IDEMPOTENCY_KEY_MISSING' } })
  })
})

describe('the stream of a booking', () => {
  test('tells the story as it happens, goes on after Last-Event-ID, and ends with the saga', async () => {
    const id = await accepted()
    const first: string[] = []
    for await (const { id: seq } of world.gateway.stream(id)) {
      first.push(seq ?? '')
      if (first.length === 3) break
    }
    const rest: { id?: string, event: string }[] = []
    for await (const event of world.gateway.stream(id, { lastEventId: first.at(-1) as string })) rest.push(event)
    expect([...first, ...rest.map(({ id: seq }) => seq)]).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(rest.at(-1)?.event).toBe('orchestration.saga-ended.v1')
    expect((await world.gateway.progress(id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

describe('the invariants that the other files end with see what is wrong', () => {
  async function aConfirmedBooking(): Promise<string> {
    const id = await accepted()
    await endedBooking(world.gateway, id)
    return id
  }

  test('after all these stories they hold', async () => {
    await eventually(async () => {
      expect(await openWork(world)).toEqual({ openBookings: 0, withoutEnd: 0, unsentEvents: 0 })
      expect(await moneyDifferences(world)).toEqual([])
    }, { timeoutMs: 30_000 })
    expect(await overlaps(world)).toEqual([])
    expect(await holdsOfDeadBookings(world)).toEqual([])
    for (const { lost, invented, unfinished, dead } of await divisions(world)) expect([lost, invented, unfinished, dead]).toEqual([[], [], [], []])
  })

  test('money that was taken and is not due', async () => {
    const id = await aConfirmedBooking()
    await world.databases.query('booking', 'UPDATE booking SET amount_minor = amount_minor - 1 WHERE id = $1', [id])
    expect(await moneyDifferences(world)).toEqual([`booking ${id} is confirmed: due 4499, captured 4500`])
    await world.databases.query('booking', 'UPDATE booking SET amount_minor = amount_minor + 1 WHERE id = $1', [id])
  })

  test('a hold of a dead booking, and two confirmed bookings that overlap', async () => {
    const [one, two] = [await aConfirmedBooking(), await aConfirmedBooking()]
    await world.databases.query('booking', 'UPDATE booking b SET starts_at = o.starts_at FROM booking o WHERE b.id = $1 AND o.id = $2', [two, one])
    expect(await overlaps(world)).toHaveLength(1)
    await world.databases.query('booking', `UPDATE booking SET state = 'rejected' WHERE id = $1`, [two])
    expect(await holdsOfDeadBookings(world)).toMatchObject([{ booking_id: two }])
  })

  test('a message that nobody remembers, and one that nobody sent', async () => {
    await world.databases.query('payment', `DELETE FROM inbox WHERE (consumer, event_id) = (SELECT consumer, event_id FROM inbox LIMIT 1)`)
    await world.databases.query('payment', 'UPDATE inbox SET event_id = gen_random_uuid() WHERE event_id = (SELECT event_id FROM inbox LIMIT 1)')
    const payment = (await divisions(world)).find(({ app }) => app === 'payment')
    expect(payment?.lost).toHaveLength(2)
    expect(payment?.invented).toHaveLength(1)
  })
})
