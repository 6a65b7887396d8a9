import { Controller, Inject } from '@nestjs/common'
import { BookingConfirmedV1, BookingRequestedV1, type BookingRequestedV1Data, HoldSlotV1, SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { endPlatform, eventually, privatePlatform, produceRaw, readTopics, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Envelope, MessageContext, Outbox, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

type Platform = Awaited<ReturnType<typeof privatePlatform>>

const seen: Envelope[] = []

@Controller()
class BookingHandlers {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  @Subscribe(BookingRequestedV1)
  async requested(data: BookingRequestedV1Data, context: MessageContext<BookingRequestedV1Data>): Promise<void> {
    seen.push(context.envelope)
    await this.outbox.publish(context.tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: data.bookingId }), subject: data.bookingId, sequence: 2 })
  }

  @Subscribe(HoldSlotV1)
  async hold(): Promise<void> {
    await Promise.resolve()
  }

  @Subscribe(SlotHeldV1)
  async held(data: SlotHeldV1Data, context: MessageContext<SlotHeldV1Data>): Promise<void> {
    seen.push(context.envelope)
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, `${data.bookingId} ${context.envelope.sequence}`])
  }
}

let platform: Platform
let database: TestDatabase
let service: MessagingService
let sidecar: ReturnType<Platform['addSidecar']>
let port: number

async function startService(): Promise<void> {
  service = await startMessagingService({
    url: database.url,
    controllers: [BookingHandlers],
    port,
    daprHttpPort: sidecar.port,
    daprApiToken: platform.secrets.daprApiToken('booking'),
    appApiToken: platform.secrets.appApiToken('booking'),
  })
}

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  platform = await privatePlatform({ parts: 'infra', postgres: false })
  await platform.start()
  port = platform.takeExtraPorts(1)
  sidecar = platform.addSidecar({ appId: 'booking', appPort: port })
  await startService()
  await sidecar.start()
})

afterAll(async () => {
  await service?.stop()
  if (platform) await endPlatform(platform)
  await database?.drop()
})

beforeEach(() => void seen.splice(0))

async function request(bookingId = v7()): Promise<string> {
  const data = sampleOf(BookingRequestedV1, { bookingId })
  await service.database.transaction(tx => service.outbox.publish(tx, BookingRequestedV1, { data, subject: bookingId, sequence: 1 }))
  return bookingId
}

async function held(bookingId: string): Promise<void> {
  await eventually(async () => expect(await database.query('select 1 from effects where note like $1', [`${bookingId} %`])).toHaveLength(1), { timeoutMs: 30_000 })
}

const outboxDepth = async () => Number((await database.query<{ n: string }>('select count(*) as n from outbox'))[0]?.n)

describe('on real Kafka through daprd', () => {
  it('takes a message from one transaction to the next service and its answer back', async () => {
    const bookingId = await request()
    await held(bookingId)
    const [requested, answer] = seen
    expect(requested).toMatchObject({ type: 'booking.requested.v1', source: '/prep/booking', subject: bookingId, partitionkey: bookingId, sequence: '000000000001' })
    expect(answer).toMatchObject({ type: 'booking.slot-held.v1', causationid: requested?.id, correlationid: requested?.correlationid })
    await eventually(async () => expect(await outboxDepth()).toBe(0))
  })

  it('records garbage bytes with their place on the broker, and goes on', async () => {
    await produceRaw(platform.kafkaBrokers, [{ topic: 'prep.booking.events', key: 'x', value: Buffer.from([0xff, 0x00, 0x7b, 0x13]) }])
    await held(await request())
    const raws = () => database.query<Record<string, string>>(`select * from inbox where consumer = 'booking/raw' and error_code = 'MSG_UNREADABLE'`)
    await eventually(async () => expect(await raws()).toHaveLength(1), { timeoutMs: 30_000 })
    const [row] = await raws()
    expect(row?.['error_message']).toMatch(/^prep\.booking\.events\/\d+\/\d+: /)
    expect(row?.['envelope']).toContain(Buffer.from([0xff, 0x00, 0x7b, 0x13]).toString('base64'))
  })

  it.each(['prep.booking.events', 'prep.booking.commands', 'prep.booking.dead'])('has a letter for whatever lies on %s, by its place, and goes on', async topic => {
    const json = JSON.stringify({ specversion: '1.0', id: v7(), type: SlotHeldV1.type, data: { note: 'Küche' } })
    const garbage = [
      Buffer.from([0xff, 0xfe, 0x00, 0x7b]), Buffer.alloc(1_000, 0), json.slice(0, 40), Buffer.from(json, 'utf16le'), '[]', 'null', '"text"', '7', '{', '{}',
      '['.repeat(20_000), `${'['.repeat(200)}${']'.repeat(200)}`, json,
    ]
    await produceRaw(platform.kafkaBrokers, garbage.map(value => ({ topic, key: `garbage for ${topic}`, value })))
    const places = (await readTopics(platform.kafkaBrokers, [topic])).filter(({ key }) => key === `garbage for ${topic}`).map(({ partition, offset }) => `${topic}/${partition}/${offset}`)
    expect(places).toHaveLength(garbage.length)
    await eventually(async () => {
      const rows = await database.query<{ error_message: string; state: string }>(`select error_message, state from inbox where consumer = 'booking/raw'`)
      const letters = new Set(rows.filter(row => row.state === 'dead').map(row => row.error_message.split(': ')[0]))
      expect(places.filter(place => !letters.has(place))).toEqual([])
    }, { timeoutMs: 30_000 })
    await held(await request())
  })

  it('records JSON that is no message of Prep, and goes on', async () => {
    await produceRaw(platform.kafkaBrokers, [{ topic: 'prep.booking.events', key: 'y', value: '{"hello": "world"}' }])
    await held(await request())
    await eventually(async () => expect((await database.query(`select * from inbox where consumer = 'booking/raw'`)).length).toBeGreaterThan(1), { timeoutMs: 30_000 })
  })

  it('keeps a message that breaks its contract as a dead letter, and goes on', async () => {
    const id = v7()
    const value = { specversion: '1.0', id, type: BookingConfirmedV1.type, source: '/prep/booking', subject: id, partitionkey: id, correlationid: id, tenantid: 'default', datacontenttype: 'application/json' }
    await produceRaw(platform.kafkaBrokers, [{ topic: 'prep.booking.events', key: id, value: JSON.stringify({ ...value, type: SlotHeldV1.type, data: { bookingId: 7 } }) }])
    await held(await request())
    await eventually(async () => expect(await database.query('select state, error_code from inbox where event_id = $1', [id])).toEqual([{ state: 'dead', error_code: 'MSG_CONTRACT_VIOLATED' }]))
  })

  it('delivers what was waiting when the sidecar was killed', async () => {
    await sidecar.kill()
    const bookingId = await request()
    await sidecar.start()
    await held(bookingId)
  }, 120_000)

  it('stops under load without leaving a message behind', async () => {
    const bookings = await Promise.all(Array.from({ length: 50 }, () => request()))
    await service.stop()
    await startService()
    for (const bookingId of bookings) await held(bookingId)
    const records = await readTopics(platform.kafkaBrokers, ['prep.booking.events'])
    const ids = records.map(record => (/"id":"([^"]+)"/.exec(record.value.toString()) ?? [])[1])
    expect(bookings.length).toBe(50)
    expect(ids.length).toBeGreaterThan(100)
  }, 120_000)
})
