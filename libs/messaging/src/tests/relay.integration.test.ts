import { SlotHeldV1 } from '@prep/contracts'
import { type Database, openDatabase } from '@prep/persistence'
import { eventually, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Outbox } from '../index.ts'
import { Relay } from '../relay/relay.ts'
import { OutboxStore } from '../relay/outbox-store.ts'
import { type FakeSidecar, fakeSidecar } from './fake-sidecar.fixture.ts'
import { fixtureMigrations } from './messaging-service.fixture.ts'

let test: TestDatabase
let database: Database
let sidecar: FakeSidecar
const relays: Relay[] = []

beforeAll(async () => {
  test = await testDatabase(fixtureMigrations)
  database = await openDatabase({ url: test.url, service: 'booking' })
})

afterAll(async () => {
  await database?.close()
  await test?.drop()
})

beforeEach(async () => {
  sidecar = await fakeSidecar()
  await test.empty('outbox')
  await test.query(`update outbox_lease set owner = null, expires_at = '-infinity'`)
})

afterEach(async () => {
  await Promise.all(relays.splice(0).map(relay => relay.stop()))
  await sidecar.close()
})

async function startRelay(leaseMs = 6_000): Promise<Relay> {
  const relay = new Relay(database, { service: 'booking', daprHttpPort: sidecar.port, daprApiToken: undefined, leaseMs, gatherMs: 20 })
  relays.push(relay)
  await relay.start()
  return relay
}

function outboxFor(relay?: Relay): Outbox {
  return new Outbox('booking', relay)
}

async function publish(outbox: Outbox, subject: string, sequence = 1): Promise<string> {
  return database.transaction(tx => outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: v7() }), subject, sequence }))
}

const depth = async () => Number((await test.query<{ n: string }>('select count(*) as n from outbox'))[0]?.n)
const sequencesOf = (key: string) => sidecar.accepted.filter(entry => entry.event.partitionkey === key).map(entry => Number(entry.event.sequence))

describe('the relay', () => {
  it('sends what was committed and deletes it; never what was rolled back', async () => {
    const outbox = outboxFor(await startRelay())
    const id = await publish(outbox, 'a')
    await expect(
      database.transaction(async tx => {
        await outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: 'b' })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await eventually(async () => expect(await depth()).toBe(0))
    expect(sidecar.accepted).toMatchObject([{ topic: 'prep.booking.events', event: { id, partitionkey: 'a' }, metadata: { partitionKey: 'a' } }])
  })

  it('finds by its poll what another process committed', async () => {
    await startRelay()
    await publish(outboxFor(), 'a')
    await eventually(() => expect(sidecar.accepted).toHaveLength(1))
  })

  it('puts at most one row of a key into a bulk and keeps their order', async () => {
    const outbox = outboxFor()
    for (let i = 1; i <= 20; i++) await Promise.all(['a', 'b', 'c'].map(key => publish(outbox, key, i)))
    await startRelay()
    await eventually(async () => expect(await depth()).toBe(0))
    for (const key of ['a', 'b', 'c']) expect(sequencesOf(key)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    for (const bulk of sidecar.bulks) expect(new Set(bulk.map(entry => entry.event.partitionkey)).size).toBe(bulk.length)
  })

  it('keeps bulks under 200 rows and 2 MiB', async () => {
    const outbox = outboxFor()
    await database.transaction(async tx => {
      for (let i = 0; i < 4; i++) {
        await outbox.publishAll(tx, Array.from({ length: 500 }, () => [SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: v7() }]))
      }
    })
    await test.query(`update outbox set payload = left(payload, length(payload) - 1) || ',"pad":"' || repeat('x', 250000) || '"}', size = 250600 where id in (select id from outbox order by id limit 40)`)
    await startRelay()
    await eventually(async () => expect(await depth()).toBe(0), { timeoutMs: 20_000 })
    expect(sidecar.accepted).toHaveLength(2_000)
    for (const bulk of sidecar.bulks) {
      expect(bulk.length).toBeLessThanOrEqual(200)
      expect(JSON.stringify(bulk).length).toBeLessThan(2.2 * 1024 * 1024)
    }
  })

  it('sets a row aside that is refused ten times; only its key waits behind it', async () => {
    const outbox = outboxFor(await startRelay())
    sidecar.answer = bulk => (bulk.some(entry => entry.event.partitionkey === 'bad') ? { status: 400, body: { errorCode: 'ERR_PUBSUB_REQUEST' } } : { status: 204 })
    const bad = await publish(outbox, 'bad', 1)
    await publish(outbox, 'bad', 2)
    for (let i = 1; i <= 30; i++) await publish(outbox, `good-${i % 5}`, i)
    const blocked = () => test.query<Record<string, unknown>>(`select event_id, attempts, last_error from outbox where state = 'blocked'`)
    await eventually(async () => expect(await blocked()).toHaveLength(1), { timeoutMs: 40_000 })
    expect((await blocked())[0]).toMatchObject({ event_id: bad, attempts: 10, last_error: expect.stringContaining('400') })
    expect(sidecar.accepted).toHaveLength(30)
    await eventually(async () => expect(await depth()).toBe(2))
    // As `./prep outbox retry` will: the row goes back, and the next one of its key follows.
    sidecar.answer = () => ({ status: 204 })
    await test.query(`update outbox set state = 'pending', attempts = 0 where state = 'blocked'`)
    await eventually(async () => expect(await depth()).toBe(0))
    expect(sequencesOf('bad')).toEqual([1, 2])
  }, 60_000)

  it('blames no row while the broker is away, however long', async () => {
    const outbox = outboxFor(await startRelay())
    sidecar.answer = bulk => ({ status: 500, body: { errorCode: 'ERR_PUBSUB_PUBLISH_MESSAGE', failedEntries: bulk.map(({ entryId }) => ({ entryId, error: 'kafka: client has run out of available brokers to talk to' })) } })
    await publish(outbox, 'a')
    await eventually(() => expect(sidecar.bulks.length).toBeGreaterThan(10), { timeoutMs: 20_000 })
    expect(await test.query('select state, attempts from outbox')).toEqual([{ state: 'pending', attempts: 0 }])
    sidecar.answer = () => ({ status: 204 })
    await eventually(async () => expect(await depth()).toBe(0))
  }, 60_000)

  it('sends again only what the reply named', async () => {
    const outbox = outboxFor()
    const first = await publish(outbox, 'a')
    await database.transaction(tx => outbox.publishAll(tx, ['b', 'c', 'd', 'e'].map(subject => [SlotHeldV1, { data: sampleOf(SlotHeldV1), subject }])))
    let refused = 0
    sidecar.answer = bulk => {
      const entry = bulk.find(({ event }) => event.id === first)
      if (!entry || bulk.length === 1 || refused++ > 0) return { status: 204 }
      return { status: 500, body: { failedEntries: [{ entryId: entry.entryId, error: 'kafka server: message was too large' }] } }
    }
    await startRelay()
    await eventually(async () => expect(await depth()).toBe(0))
    expect(sidecar.accepted).toHaveLength(5)
    expect(new Set(sidecar.accepted.map(entry => entry.event.id)).size).toBe(5)
  })
})

describe('the leases', () => {
  it('go to another process when their owner dies, and the dead one can delete nothing any more', async () => {
    const store = new OutboxStore(database)
    const dead = await store.acquire('dead', 1_000)
    expect(dead).toHaveLength(4)
    await publish(outboxFor(), 'a')
    await startRelay(1_000)
    await eventually(() => expect(sidecar.accepted).toHaveLength(1), { timeoutMs: 10_000 })
    await publish(outboxFor(), 'b')
    const ids = (await test.query<{ id: string }>('select id from outbox')).map(row => row.id)
    expect(await store.deleteSent(dead, ids)).toBe(0)
    await eventually(() => expect(sidecar.accepted).toHaveLength(2))
  })

  it('are held by one of two processes at a time, and handed over at once when it stops', async () => {
    const [first, second] = [await startRelay(), await startRelay()]
    const outbox = outboxFor(second)
    for (let i = 0; i < 20; i++) await publish(outbox, `k${i}`)
    await eventually(async () => expect(await depth()).toBe(0))
    expect(sidecar.accepted).toHaveLength(20)
    await first?.stop()
    await publish(outbox, 'later')
    await eventually(async () => expect(await depth()).toBe(0), { timeoutMs: 5_000 })
    expect(sidecar.accepted).toHaveLength(21)
  })

  it('let a flush end when nothing is left, and say so when time is over', async () => {
    const relay = await startRelay()
    let release = (): void => undefined
    sidecar.answer = () => new Promise(done => (release = () => done({ status: 204 })))
    await publish(outboxFor(relay), 'a')
    expect(await relay.flush(200)).toBe(false)
    release()
    sidecar.answer = () => ({ status: 204 })
    expect(await relay.flush(5_000)).toBe(true)
    expect(sidecar.accepted).toHaveLength(1)
  })
})
