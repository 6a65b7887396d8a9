import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BookingRequestedV1, CapturePaymentV1 } from '@prep/contracts'
import { services, topics } from '@prep/runtime'
import { envelopeOf, eventually, produceRaw, readTopics, sampleOf, type TopicRecord } from '@prep/testing'
import { BookingLoad } from '@prep/testing/gateway'
import { endedBooking } from './world/endings.ts'
import { startWorld, type World } from './world/world.ts'
import { holdsOfDeadBookings, moneyDifferences, openWork, overlaps } from './invariants/invariants.ts'

let world: World

beforeAll(async () => { world = await startWorld({ kitchens: 4 }) })
afterAll(async () => { await world?.end() })

async function bookOne(): Promise<string> {
  const { status, data } = await world.gateway.requestBooking(world.slots.next())
  expect(status).toBe(202)
  return data.id
}

function onDeadTopics(): Promise<TopicRecord[]> {
  return readTopics(world.platform.kafkaBrokers, topics.filter((topic) => topic.endsWith('.dead')))
}

async function everythingEnds(timeoutMs: number): Promise<void> {
  await eventually(async () => {
    expect(await openWork(world)).toEqual({ openBookings: 0, withoutEnd: 0, unsentEvents: 0 })
  }, { timeoutMs, intervalMs: 500, what: 'the end of every booking' })
}

describe('a message that nobody can use', () => {
  test('that breaks its contract becomes a dead letter with its reason, and the consumer goes on', async () => {
    const data = { ...sampleOf(CapturePaymentV1), amountMinor: 'a lot' } as unknown as ReturnType<typeof sampleOf<never>>
    const broken = envelopeOf(CapturePaymentV1, data)
    await produceRaw(world.platform.kafkaBrokers, [{ topic: CapturePaymentV1.topic, key: broken.partitionkey, value: JSON.stringify(broken) }])
    await eventually(async () => {
      const rows = await world.databases.query<{ state: string, error_code: string, error_message: string }>('payment',
        'SELECT consumer, state, error_code, error_message FROM inbox WHERE event_id = $1', [broken.id])
      expect(rows).toMatchObject([{ consumer: 'payment/payment.capture', state: 'dead', error_code: 'MSG_CONTRACT_VIOLATED' }])
      expect(rows[0]?.error_message).toContain('/amountMinor')
    }, { timeoutMs: 20_000 })
    expect(await endedBooking(world.gateway, await bookOne())).toMatchObject({ status: 'confirmed' })
  })

  test.each(['prep.booking.events', 'prep.payment.commands', 'prep.listing.events'])('garbage bytes on %s: the same', async (topic) => {
    const before = (await rawDeadLetters()).length
    const garbage = Array.from({ length: 6 }, (_, partition) => ({ topic, partition, value: Buffer.concat([Buffer.from([0xff, 0x00]), randomBytes(64)]) }))
    await produceRaw(world.platform.kafkaBrokers, garbage)
    const hearing = { 'prep.booking.events': 3, 'prep.payment.commands': 1, 'prep.listing.events': 2 }[topic] ?? 0
    await eventually(async () => expect((await rawDeadLetters()).length).toBe(before + 6 * hearing), { timeoutMs: 30_000 })
    expect(await endedBooking(world.gateway, await bookOne())).toMatchObject({ status: 'confirmed' })
  })

  test('JSON that is no CloudEvent, and a type that nobody knows, do not stop anybody either', async () => {
    const stranger = { ...envelopeOf(BookingRequestedV1, sampleOf(BookingRequestedV1)), type: 'booking.teleported.v1' }
    await produceRaw(world.platform.kafkaBrokers, [
      { topic: 'prep.booking.events', key: 'a', value: '{"hello": "world"}' },
      { topic: 'prep.booking.events', key: 'b', value: '[1, 2' },
      { topic: 'prep.booking.events', key: 'c', value: JSON.stringify(stranger) },
    ])
    expect(await endedBooking(world.gateway, await bookOne())).toMatchObject({ status: 'confirmed' })
  })
})

async function rawDeadLetters(): Promise<unknown[]> {
  const names = ['booking', 'compliance', 'payment', 'notification', 'task_orchestrator'] as const
  const rows = await Promise.all(names.map((name) => world.databases.query(name, `SELECT event_id FROM inbox WHERE consumer LIKE '%/raw' AND state = 'dead'`)))
  return rows.flat()
}

describe('a part that is away', () => {
  test('the card provider: tried again with backoff, then rejected and undone', { timeout: 240_000 }, async () => {
    const provider = world.platform.part('stripe-sandbox')
    await provider.stop()
    const id = await bookOne()
    const booking = await endedBooking(world.gateway, id, 180_000).finally(() => provider.start())
    expect(booking).toMatchObject({ status: 'rejected', reason: { code: 'provider_unavailable' } })
    expect(booking.timeline).toEqual(expect.arrayContaining(['payment.declined.v1', 'booking.slot-released.v1', 'booking.rejected.v1']))
    expect(await world.cards.ledgerOf(id)).toEqual([])
    expect(await endedBooking(world.gateway, await bookOne())).toMatchObject({ status: 'confirmed' })
  })

  test('a card provider that cuts connections: asked again with the same key, the money is taken once', async () => {
    await world.cards.breakCalls('lose-answer', 2)
    const id = await bookOne()
    const booking = await endedBooking(world.gateway, id, 60_000)
    expect(booking).toMatchObject({ status: 'confirmed' })
    expect(await world.cards.ledgerOf(id)).toMatchObject([{ status: 'succeeded', capturedMinor: booking.amount_minor }])
  })

  test('Kafka: POST still answers 202, every service stays ready, and the bookings end once it is back', { timeout: 240_000 }, async () => {
    const kafka = world.platform.part('kafka')
    await kafka.kill('SIGKILL')
    const ids = [await bookOne(), await bookOne(), await bookOne()]
    for (const { name } of services) {
      expect((await fetch(`${world.platform.part(name).url}/health/ready`)).status, name).toBe(200)
    }
    expect((await world.gateway.booking(ids[0] as string)).data).toMatchObject({ status: 'requested' })
    await kafka.start()
    for (const id of ids) expect(await endedBooking(world.gateway, id, 120_000)).toMatchObject({ status: 'confirmed' })
  })

  test('PostgreSQL, for 60 s and under load: nothing arrives on any dead topic, and every booking ends', { timeout: 400_000 }, async () => {
    const before = await onDeadTopics()
    const load = new BookingLoad({ client: world.gateway, perSecond: 4, next: () => world.slots.next(), retryMs: 1_000 }).start()
    await eventually(() => load.accepted.length >= 12, { timeoutMs: 30_000, what: 'twelve bookings under way' })
    const postgres = world.platform.part('postgres')
    await postgres.stop()
    const asked = load.bookings.length
    await eventually(() => load.bookings.length >= asked + 60 * 4, { timeoutMs: 90_000, intervalMs: 200, what: '60 s of load without PostgreSQL' })
    await postgres.start()
    const back = load.bookings.length
    await eventually(() => load.bookings.length >= back + 20, { timeoutMs: 60_000 })
    await load.stop()
    expect(load.accepted).toHaveLength(load.bookings.length)
    await everythingEnds(120_000)
    expect((await onDeadTopics()).slice(before.length)).toEqual([])
    expect(await holdsOfDeadBookings(world)).toEqual([])
    expect(await overlaps(world)).toEqual([])
    expect(await moneyDifferences(world)).toEqual([])
  })
})

test('after all this the platform is whole: a booking goes through', async () => {
  expect(await endedBooking(world.gateway, await bookOne())).toMatchObject({ status: 'confirmed' })
})
