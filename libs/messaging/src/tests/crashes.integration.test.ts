import { Controller } from '@nestjs/common'
import {
  BookingConfirmedV1, type BookingConfirmedV1Data, DeadLetterRecordedV1, HoldSlotV1, type HoldSlotV1Data, SlotHeldV1, type SlotHeldV1Data,
} from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OrderStore } from '../inbox/order-store.ts'
import { type Effect, type Envelope, ExternalContext, MessageContext, Subscribe } from '../index.ts'
import { fixtureMigrations, type FixtureOptions, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

const HOLD = 'booking/booking.hold-slot'
const HELD = 'booking/booking.slot-held'
let atWork = 0
let mostAtWork = 0
/** What each run waits for. */
let work: (id: string) => Promise<void> = () => Promise.resolve()

async function run(id: string): Promise<void> {
  mostAtWork = Math.max(mostAtWork, ++atWork)
  await work(id).finally(() => atWork--)
}

@Controller()
class Handlers {
  @Subscribe(HoldSlotV1)
  async hold(_data: HoldSlotV1Data, { envelope, tx }: MessageContext<HoldSlotV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'hold'])
    await run(envelope.id)
  }

  @Subscribe(SlotHeldV1, { ordered: true })
  async held({ bookingId }: SlotHeldV1Data, { envelope, tx }: MessageContext<SlotHeldV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, `${bookingId} ${Number(envelope.sequence)}`])
    await run(envelope.id)
  }

  @Subscribe(BookingConfirmedV1, { effects: 'external' })
  async confirmed(_data: BookingConfirmedV1Data, { envelope }: ExternalContext<BookingConfirmedV1Data>): Promise<Effect> {
    await run(envelope.id)
    return async tx => void (await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'confirmed']))
  }
}

let database: TestDatabase
const services: MessagingService[] = []

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
})
afterAll(() => database?.drop())
beforeEach(() => {
  atWork = mostAtWork = 0
  work = () => Promise.resolve()
})
afterEach(async () => {
  // There is no sidecar: a relay that ends would wait for one.
  await database.empty('outbox')
  for (const service of services.splice(0)) await service.stop()
  await database.empty('inbox', 'inbox_order', 'outbox', 'effects', 'process_mark')
})

async function start(options: Partial<FixtureOptions> = {}): Promise<MessagingService> {
  const service = await startMessagingService({ url: database.url, controllers: [Handlers], cautionMs: 60_000, ...options })
  services.push(service)
  return service
}

/** What a process that was killed leaves. */
const die = () => database.query(`insert into process_mark (owner) values ('booking/a dead process')`)
const marks = async () => (await database.query<{ owner: string }>('select owner from process_mark')).map(({ owner }) => owner)
const hold = (): Envelope => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }))
const confirmed = (): Envelope => envelopeOf(BookingConfirmedV1, sampleOf(BookingConfirmedV1, { bookingId: v7() }))
const held = (key: string, sequence: number): Envelope => envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), { subject: key, sequence })
const effects = async () => (await database.query<{ event_id: string; note: string }>('select event_id, note from effects order by id'))
const allHandled = (count: number) =>
  eventually(async () => {
    const rows = await inboxOf(database)
    expect(rows).toHaveLength(count)
    expect(new Set(rows.map(row => row.state))).toEqual(new Set(['handled']))
  })
const isStoredFirst = async (service: MessagingService) => {
  const message = hold()
  let release = (): void => undefined
  work = () => new Promise(done => (release = done))
  const delivered = deliver(service.app, message)
  await eventually(() => expect(atWork).toBe(1))
  const [row] = await database.query<{ claimed_by: string }>('select claimed_by from inbox where event_id = $1', [message.id])
  work = () => Promise.resolve()
  release()
  await delivered
  return row !== undefined
}

/** A row whose process died while it ran. */
async function abandoned(message: Envelope, consumer: string, crashes: number | null): Promise<void> {
  await database.query(
    `insert into inbox (consumer, event_id, event_type, partition_key, sequence, state, attempts, next_attempt_at, claimed_by, crashes, envelope)
     values ($1, $2, $3, $4, $5, 'received', 1, clock_timestamp(), 'booking/a dead process', $6, $7)`,
    [consumer, message.id, message.type, message.partitionkey, message.sequence ?? null, crashes, JSON.stringify(message)],
  )
}

describe('a service that starts after a process of it died', () => {
  it('stores what is delivered and runs it singly, each with a claim committed before', async () => {
    await die()
    const service = await start()
    const messages = Array.from({ length: 30 }, () => hold())
    expect(new Set(await deliver(service.app, [...messages, messages[0] as Envelope]))).toEqual(new Set(['SUCCESS']))
    await allHandled(30)
    expect((await effects()).map(row => row.event_id).sort()).toEqual(messages.map(({ id }) => id).sort())
    expect(mostAtWork).toBe(1)
    expect(await isStoredFirst(service)).toBe(true)
  })

  it('runs at once again when the time of caution is over, and the next one starts without', async () => {
    await die()
    const service = await start({ cautionMs: 700 })
    expect(await isStoredFirst(service)).toBe(true)
    await eventually(async () => expect(await marks()).not.toContain('booking/a dead process'))
    await eventually(async () => expect(await isStoredFirst(service)).toBe(false))
    await services.pop()?.stop()
    expect(await marks()).toEqual([])
    expect(await isStoredFirst(await start())).toBe(false)
  })

  it('forgets the dead also when it is told to stop before', async () => {
    await die()
    await start()
    await services.pop()?.stop()
    expect(await marks()).toEqual([])
    expect(await isStoredFirst(await start())).toBe(false)
  })

  it('takes no live replica for a dead process', async () => {
    const first = await start()
    const second = await start()
    await eventually(async () => expect(await isStoredFirst(second)).toBe(false))
    expect(await isStoredFirst(first)).toBe(false)
    expect(await marks()).toHaveLength(2)
  })

  it('keeps the order of an ordered handler, and parks behind a failure as ever', async () => {
    await die()
    const service = await start()
    const key = v7()
    const messages = [1, 2, 3, 4].map(sequence => held(key, sequence))
    let isMended = false
    work = id => (id === messages[1]?.id && !isMended ? Promise.reject(new Error('not yet')) : Promise.resolve())
    await deliver(service.app, messages.slice(0, 3))
    await deliver(service.app, messages.slice(3))
    await eventually(async () => expect((await inboxOf(database)).map(row => row.state).sort()).toEqual(['handled', 'parked', 'parked', 'retrying']))
    isMended = true
    await allHandled(4)
    expect((await effects()).map(row => row.note)).toEqual([1, 2, 3, 4].map(sequence => `${key} ${sequence}`))
    await eventually(async () => expect(await database.query('select state, parked from inbox_order')).toEqual([{ state: 'open', parked: 0 }]))
  })
})

it('a key that was given to a message in the very moment in which the drain took it is left alone', async () => {
  const service = await start()
  const key = v7()
  const [first, second] = [held(key, 1), held(key, 2)]
  await abandoned(first, HELD, null)
  await database.query(`update inbox set claimed_by = null, next_attempt_at = clock_timestamp() + interval '1 hour'`)
  await database.query(`insert into inbox_order (consumer, partition_key, state, blocked_by) values ($1, $2, 'blocked', $3)`, [HELD, key, first.id])
  await deliver(service.app, second)
  const next = await service.database.transaction(tx => new OrderStore(20).nextParked(tx, { consumer: HELD, partition_key: key }))
  expect(next).toBeUndefined()
  expect(await database.query('select state, blocked_by from inbox_order')).toEqual([{ state: 'blocked', blocked_by: first.id }])
})

describe('a message that a process died with', () => {
  it('runs alone, and is as innocent as any when it passes', async () => {
    const [suspect, other, external] = [hold(), confirmed(), confirmed()]
    await abandoned(suspect, HOLD, 1)
    await abandoned(other, 'booking/booking.confirmed', null)
    let release = (): void => undefined
    work = id => (id === suspect.id ? new Promise(done => (release = done)) : Promise.resolve())
    const service = await start()
    await eventually(() => expect(atWork).toBe(1))
    const later = hold()
    expect(await deliver(service.app, later)).toEqual(['SUCCESS'])
    expect(await deliver(service.app, external)).toEqual(['SUCCESS'])
    expect(mostAtWork).toBe(1)
    release()
    await allHandled(4)
    expect(await database.query('select event_id from inbox where crashes is not null or claimed_by is not null')).toEqual([])
    const [row] = await database.query<{ attempts: number; attempt_log: unknown[] }>('select attempts, attempt_log from inbox where event_id = $1', [suspect.id])
    expect(row).toMatchObject({ attempts: 2, attempt_log: [{ code: 'MSG_CONSUMER_CRASHED' }] })
  })

  it('is a dead letter with its group, and announced, when it was the third', async () => {
    const message = confirmed()
    await abandoned(message, 'booking/booking.confirmed', 2)
    await start()
    await eventually(async () => expect(await inboxOf(database)).toMatchObject([{ state: 'dead', error_code: 'MSG_CONSUMER_CRASHED', attempts: 1 }]))
    const [row] = await database.query<Record<string, unknown>>('select * from inbox')
    expect(row).toMatchObject({ claimed_by: null, crashes: null, group_id: expect.stringMatching(/^[0-9a-f]{12}$/) as string })
    expect(await publishedBy(database, DeadLetterRecordedV1)).toMatchObject([{ data: { eventId: message.id, code: 'MSG_CONSUMER_CRASHED', group: row?.['group_id'] } }])
    expect(mostAtWork).toBe(0)
  })

  it('blocks its key when its handler is ordered', async () => {
    const key = v7()
    const [first, second] = [held(key, 1), held(key, 2)]
    await abandoned(first, HELD, 2)
    const service = await start()
    await eventually(async () => expect(await inboxOf(database)).toMatchObject([{ state: 'dead' }]))
    await deliver(service.app, second)
    await eventually(async () => expect((await inboxOf(database)).map(row => row.state)).toEqual(['dead', 'parked']))
  })

  it('waits for its turn behind what has a better name', async () => {
    const [worse, better] = [hold(), hold()]
    await abandoned(worse, HOLD, 1)
    await abandoned(better, HOLD, null)
    await start()
    await allHandled(2)
    expect((await effects()).map(row => row.event_id)).toEqual([better.id, worse.id])
  })
})

it('a graceful stop leaves no mark, and gives back what did not finish in time', async () => {
  const service = await start()
  const message = confirmed()
  let release = (): void => undefined
  work = () => new Promise(done => (release = done))
  await deliver(service.app, message)
  await eventually(() => expect(atWork).toBe(1))
  expect(await marks()).toHaveLength(1)
  const stopped = services.pop()?.stop()
  await eventually(async () => expect(await database.query('select state, claimed_by, crashes from inbox')).toEqual([{ state: 'received', claimed_by: null, crashes: null }]))
  release()
  await stopped
  expect(await marks()).toEqual([])
  expect(await effects()).toEqual([])
})
