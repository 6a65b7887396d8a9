import {
  BookingRequestedV1,
  ComplianceApprovedV1,
  type Contract,
  PaymentAuthorizedV1,
  SagaEndedV1,
  SlotHeldV1,
} from '@prep/contracts'
import { eventually, sampleOf } from '@prep/testing'
import { readServerSentEvents, type ServerSentEvent } from '@prep/testing/gateway'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aRequest, type BookingClient, BookingServices } from '../../booking-service.fixture.ts'
import { ProgressBell } from '../../persistence/progress-bell.ts'
import { type ProgressItem } from './progress-item.ts'

let services: BookingServices
let here: BookingClient
let there: BookingClient

beforeAll(async () => {
  services = await BookingServices.onFreshDatabase()
  here = await services.start()
  there = await services.start()
})
afterAll(() => services.stop())

const newBooking = async () => (await here.request(aRequest(await here.knowsKitchen()))).id
const tell = <T>(bookingId: string, contract: Contract<T>, sagaStep?: string) =>
  here.hear(contract, { ...sampleOf(contract), bookingId }, { subject: bookingId, ...(sagaStep && { sagaStep }) })
const end = (bookingId: string) => here.hear(SagaEndedV1, sampleOf(SagaEndedV1, { saga: 'booking', key: bookingId }))

class Stream {
  readonly events: ServerSentEvent[] = []
  readonly status: Promise<number>
  readonly ended: Promise<void>
  readonly #client = new AbortController()

  constructor(client: BookingClient, bookingId: string, lastEventId?: string) {
    const answer = fetch(`${client.service.url}/api/v1/bookings/${bookingId}/events`, {
      headers: { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) },
      signal: this.#client.signal,
    })
    this.status = answer.then((response) => response.status)
    this.ended = this.#read(answer)
  }

  async has(count: number): Promise<ServerSentEvent[]> {
    await eventually(() => this.events.length >= count)
    return this.events
  }

  async leave(): Promise<void> {
    this.#client.abort()
    await this.ended.catch(() => undefined)
  }

  async #read(answer: Promise<Response>): Promise<void> {
    const { body } = await answer
    if (body) for await (const event of readServerSentEvents(body)) this.events.push(event)
  }
}

it('shows what happens as it happens, at any replica, and ends with the process', async () => {
  const id = await newBooking()
  const streams = [new Stream(here, id), new Stream(there, id)]
  await tell(id, BookingRequestedV1)
  for (const stream of streams) await stream.has(1)
  await tell(id, SlotHeldV1, 'hold-slot')
  for (const stream of streams) await stream.has(2)
  await end(id)
  await Promise.all(streams.map((stream) => stream.ended))
  for (const { events } of streams) {
    expect(events.map((event) => [event.id, event.event])).toEqual([
      ['1', 'booking.requested.v1'],
      ['2', 'booking.slot-held.v1'],
      ['3', 'orchestration.saga-ended.v1'],
    ])
  }
  const held = JSON.parse(streams[0]!.events[1]!.data) as ProgressItem
  expect(held).toMatchObject({
    seq: 2,
    type: 'booking.slot-held.v1',
    source: 'booking',
    saga_step: 'hold-slot',
    data: { bookingId: id },
  })
  expect(held.occurred_ms).toBeGreaterThanOrEqual(0)
  expect(streams[0]!.events.map((event) => event.data).join()).not.toContain('@')
})

it('goes on at another replica after the last event that was seen', async () => {
  const id = await newBooking()
  const first = new Stream(here, id)
  await tell(id, BookingRequestedV1)
  await tell(id, SlotHeldV1)
  const seen = await first.has(2)
  await first.leave()
  await tell(id, ComplianceApprovedV1)
  const second = new Stream(there, id, seen[1]!.id)
  await second.has(1)
  await tell(id, PaymentAuthorizedV1)
  await end(id)
  await second.ended
  expect(second.events.map((event) => [event.id, event.event])).toEqual([
    ['3', 'compliance.approved.v1'],
    ['4', 'payment.authorized.v1'],
    ['5', 'orchestration.saga-ended.v1'],
  ])
  const over = new Stream(here, id, '5')
  expect(await over.status).toBe(204)
})

it('starts from the beginning for a Last-Event-ID that is not ours', async () => {
  const id = await newBooking()
  await tell(id, BookingRequestedV1)
  await end(id)
  const stream = new Stream(here, id, 'latest')
  await stream.ended
  expect(stream.events.map((event) => event.id)).toEqual(['1', '2'])
})

it('gives a list in the envelope to who wants JSON or does not want to follow', async () => {
  const id = await newBooking()
  await tell(id, BookingRequestedV1)
  const list = await here.call<ProgressItem[]>(`/${id}/events`, { headers: { accept: 'application/json' } })
  expect([list.status, list.error]).toEqual([200, null])
  expect(list.headers.get('content-type')).toContain('application/json')
  expect(list.data?.map((item) => [item.seq, item.type])).toEqual([[1, 'booking.requested.v1']])
  const again = await there.call<ProgressItem[]>(`/${id}/events?follow=false`)
  expect(again.data).toEqual(list.data)
})

it('says now and then that it is still there, and forgets a client that left', async () => {
  const id = await newBooking()
  const client = new AbortController()
  const answer = await fetch(`${here.service.url}/api/v1/bookings/${id}/events`, { signal: client.signal })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const chunks: string[] = []
  const reading = (async () => {
    for await (const chunk of answer.body!) chunks.push(Buffer.from(chunk).toString())
  })().catch(() => undefined)
  await eventually(() => chunks.join('').includes(': nothing new'))
  client.abort()
  await reading
  const bell = here.service.app.get(ProgressBell)
  await eventually(() => bell.listeners === 0)
})

it('ends its streams when the process stops', async () => {
  const leaving = await services.start()
  const stream = new Stream(leaving, await newBooking())
  expect(await stream.status).toBe(200)
  expect(await leaving.service.stop()).toBe(0)
  await stream.ended
})
