import {
  ComplianceApprovedV1,
  ComplianceReviewRequestedV1,
  ConfirmBookingV1,
  HoldSlotV1,
  PaymentAuthorizedV1,
  RejectBookingV1,
  ReleaseSlotV1,
} from '@prep/contracts'
import { type Envelope } from '@prep/messaging'
import { envelopeOf, eventually, sampleOf } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRequest, type BookingClient, BookingServices } from '../booking-service.fixture.ts'
import { type BookingResource } from '../features/booking-resource.ts'

let services: BookingServices
let client: BookingClient
let kitchenId: string

beforeAll(async () => {
  services = await BookingServices.onFreshDatabase()
  client = await services.start()
})
afterAll(() => services.stop())

const inMs = (ms: number) => new Date(Date.now() + ms)
const newBooking = async () => (await client.request(aRequest((kitchenId = await client.knowsKitchen())))).id
const rivalOf = async () => (await client.request(aRequest(kitchenId))).id
const read = async (id: string) => (await client.call<BookingResource>(`/${id}`)).data!

const holding = (bookingId: string, heldUntil = inMs(60_000)) => ({ bookingId, heldUntil: heldUntil.toISOString() })
const hold = (id: string, heldUntil?: Date) =>
  client.hear(HoldSlotV1, holding(id, heldUntil), { sagaStep: 'hold-slot' })
const release = (bookingId: string) => client.hear(ReleaseSlotV1, { bookingId, reason: 'undone' })
const confirm = (bookingId: string, deadline?: Date) =>
  client.hear(ConfirmBookingV1, { bookingId }, deadline && { deadline })
const reject = (bookingId: string, reasonCode = 'card_declined') =>
  client.hear(RejectBookingV1, { bookingId, reasonCode, detail: 'The card was declined.' })
const types = async (id: string) => (await services.published(id)).map((event) => event.type)

/** The one answer to a command. */
async function answerTo(command: Envelope): Promise<Envelope<Record<string, unknown>>> {
  const answers = (await services.published(command.subject)).filter((event) => event.causationid === command.id)
  expect(answers).toHaveLength(1)
  return answers[0]!
}

describe('hold-slot', () => {
  it('holds, and answers with the step of the process and the next sequence', async () => {
    const id = await newBooking()
    const command = await hold(id)
    const answer = await answerTo(command)
    expect(answer).toMatchObject({
      type: 'booking.slot-held.v1',
      sagastep: 'hold-slot',
      correlationid: command.correlationid,
      data: { ...command.data, kitchenId },
    })
    expect(Number(answer.sequence)).toBe(2)
    expect(await read(id)).toMatchObject({ status: 'held', version: 2 })
  })

  it('answers again the same when it is asked again', async () => {
    const id = await newBooking()
    const first = await answerTo(await hold(id, inMs(60_000)))
    const second = await answerTo(await hold(id, inMs(90_000)))
    expect([second.type, second.data, second.sequence]).toEqual([first.type, first.data, first.sequence])
  })

  it('answers once when the same message comes twice', async () => {
    const id = await newBooking()
    const command = await hold(id)
    await client.hearAll([command, command])
    await answerTo(command)
  })

  it('answers slot-taken when another has the slot, and stays with it when the slot is free again', async () => {
    const [winner, loser] = [await newBooking(), await rivalOf()]
    await hold(winner)
    expect((await answerTo(await hold(loser))).type).toBe('booking.slot-taken.v1')
    await release(winner)
    expect((await answerTo(await hold(loser))).type).toBe('booking.slot-taken.v1')
    expect(await read(loser)).toMatchObject({ status: 'requested' })
  })

  it('gives the slot to exactly one of many, at two replicas, in bulk', async () => {
    const replica = await services.start()
    const first = await newBooking()
    const ids = [first, ...(await Promise.all(Array.from({ length: 39 }, rivalOf)))]
    const commands = ids.map((id) => envelopeOf(HoldSlotV1, holding(id)))
    await Promise.all([client.hearAll(commands.slice(0, 20)), replica.hearAll(commands.slice(20))])
    // A replica that has just begun stores what it gets, and runs it a moment later, until it has seen that the other one lives.
    const answers = await eventually(() => Promise.all(commands.map(answerTo)))
    const held = answers.filter((answer) => answer.type === 'booking.slot-held.v1')
    expect(held).toHaveLength(1)
    expect(answers.filter((answer) => answer.type === 'booking.slot-taken.v1')).toHaveLength(39)
    expect((await read(held[0]!.subject)).status).toBe('held')
  })

  it('is refused after its undo, and after its deadline', async () => {
    const undone = await newBooking()
    await release(undone)
    expect((await answerTo(await hold(undone))).type).toBe('booking.slot-taken.v1')
    const late = await newBooking()
    const command = await client.hear(HoldSlotV1, holding(late), { deadline: inMs(-1) })
    expect((await answerTo(command)).type).toBe('booking.slot-taken.v1')
  })

  it('passes over a hold whose time is over', async () => {
    const [first, second] = [await newBooking(), await rivalOf()]
    await hold(first)
    await services.query(`UPDATE slot_hold SET held_until = clock_timestamp() - interval '1 s' WHERE booking_id = $1`, [
      first,
    ])
    expect((await answerTo(await hold(second))).type).toBe('booking.slot-held.v1')
    expect((await answerTo(await confirm(first))).type).toBe('booking.hold-expired.v1')
    expect((await answerTo(await confirm(second))).type).toBe('booking.confirmed.v1')
  })

  it('about a booking that nobody requested is a dead letter', async () => {
    const command = await hold(uuidv7())
    const [row] = await services.query('SELECT state, error_code FROM inbox WHERE event_id = $1', [command.id])
    expect(row).toEqual({ state: 'dead', error_code: 'booking_unknown' })
  })
})

describe('release-slot', () => {
  it('is answered whatever is known, as often as it is asked', async () => {
    const id = await newBooking()
    await hold(id)
    for (let i = 0; i < 2; i++) {
      expect(await answerTo(await release(id))).toMatchObject({
        type: 'booking.slot-released.v1',
        data: { bookingId: id, reason: 'undone' },
      })
    }
    const never = await newBooking()
    expect((await answerTo(await release(never))).type).toBe('booking.slot-released.v1')
  })
})

describe('confirm', () => {
  it('takes the booking over all states between, and tells what a message to the customer needs', async () => {
    const id = await newBooking()
    await hold(id)
    const answer = await answerTo(await confirm(id))
    const booking = await read(id)
    expect(booking.status).toBe('confirmed')
    expect(answer).toMatchObject({
      type: 'booking.confirmed.v1',
      data: {
        bookingId: id,
        kitchenId,
        kitchenName: booking.kitchen_name,
        timeZone: booking.time_zone,
        startsAt: booking.starts_at,
        endsAt: booking.ends_at,
        amountMinor: booking.amount_minor,
        currency: booking.currency,
        customer: booking.customer,
      },
    })
    expect((await answerTo(await confirm(id))).type).toBe('booking.confirmed.v1')
    expect((await read(id)).version).toBe(booking.version)
  })

  it('is refused without a hold, after a release, after its deadline, and after a rejection', async () => {
    const [bare, released, late, rejected] = [
      await newBooking(),
      await newBooking(),
      await newBooking(),
      await newBooking(),
    ]
    await Promise.all([hold(released), hold(late), hold(rejected)])
    await Promise.all([release(released), reject(rejected)])
    const answers = await Promise.all([confirm(bare), confirm(released), confirm(late, inMs(-1)), confirm(rejected)])
    for (const command of answers) expect((await answerTo(command)).type).toBe('booking.hold-expired.v1')
    expect((await read(bare)).status).toBe('requested')
    expect((await read(late)).status).toBe('held')
    expect((await read(rejected)).status).toBe('rejected')
  })
})

describe('reject', () => {
  it('keeps the first reason, tells of it, and leaves no hold', async () => {
    const [id, next] = [await newBooking(), await rivalOf()]
    await hold(id)
    expect(await answerTo(await reject(id))).toMatchObject({
      type: 'booking.rejected.v1',
      data: { reasonCode: 'card_declined' },
    })
    expect(await answerTo(await reject(id, 'timed_out'))).toMatchObject({ data: { reasonCode: 'card_declined' } })
    expect(await read(id)).toMatchObject({
      status: 'rejected',
      reason: { code: 'card_declined', detail: 'The card was declined.' },
    })
    expect((await answerTo(await hold(next))).type).toBe('booking.slot-held.v1')
    expect((await answerTo(await hold(id))).type).toBe('booking.slot-taken.v1')
  })

  it('undoes a confirmation whose answer came too late', async () => {
    const id = await newBooking()
    await hold(id)
    await confirm(id)
    await release(id)
    await reject(id, 'timed_out')
    expect((await read(id)).status).toBe('rejected')
    expect(await types(id)).toEqual([
      'booking.requested.v1',
      'booking.slot-held.v1',
      'booking.confirmed.v1',
      'booking.slot-released.v1',
      'booking.rejected.v1',
    ])
    expect((await services.published(id)).map((event) => Number(event.sequence))).toEqual([1, 2, 3, 4, 5])
  })

  it('of a booking in use is a dead letter', async () => {
    const id = await newBooking()
    await services.query(`UPDATE booking SET state = 'in-use' WHERE id = $1`, [id])
    const command = await reject(id)
    const [row] = await services.query('SELECT state, error_code FROM inbox WHERE event_id = $1', [command.id])
    expect(row).toEqual({ state: 'dead', error_code: 'transition_forbidden' })
    expect((await read(id)).status).toBe('in-use')
  })
})

describe('events of other services', () => {
  const approved = (bookingId: string) =>
    client.hear(ComplianceApprovedV1, sampleOf(ComplianceApprovedV1, { bookingId, kitchenId }))
  const authorized = (bookingId: string) =>
    client.hear(PaymentAuthorizedV1, sampleOf(PaymentAuthorizedV1, { bookingId }))
  const inReview = (bookingId: string) =>
    client.hear(ComplianceReviewRequestedV1, sampleOf(ComplianceReviewRequestedV1, { bookingId, kitchenId }))

  it('move a booking forward', async () => {
    const id = await newBooking()
    await hold(id)
    const states: string[] = []
    for (const event of [inReview, approved, authorized]) {
      await event(id)
      states.push((await read(id)).status)
    }
    expect(states).toEqual(['in-review', 'authorizing', 'authorized'])
    await confirm(id)
    expect((await read(id)).status).toBe('confirmed')
  })

  it('in another order never move it back', async () => {
    const id = await newBooking()
    await hold(id)
    await authorized(id)
    await approved(id)
    await inReview(id)
    expect((await read(id)).status).toBe('authorized')
    await reject(id)
    await authorized(id)
    expect((await read(id)).status).toBe('rejected')
  })

  it('about unknown bookings are taken and leave nothing', async () => {
    const unknown = uuidv7()
    const event = await authorized(unknown)
    expect(await services.query('SELECT state FROM inbox WHERE event_id = $1', [event.id])).toEqual([
      { state: 'handled' },
    ])
    expect(await services.query('SELECT 1 FROM booking_progress WHERE booking_id = $1', [unknown])).toEqual([])
  })
})
