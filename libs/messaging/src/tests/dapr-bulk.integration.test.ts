import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type IncomingMessage } from 'node:http'
import { Controller } from '@nestjs/common'
import { SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { endPlatform, envelopeOf, eventually, privatePlatform, readTopics, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MessageContext, Subscribe } from '../index.ts'
import { MAX_EVENT_BYTES } from '../envelope.ts'
import { shardOf } from '../outbox/shard-of.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

@Controller()
class Handlers {
  @Subscribe(SlotHeldV1)
  async held(_data: SlotHeldV1Data, { envelope, tx }: MessageContext<SlotHeldV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, `${envelope.partitionkey} ${Number(envelope.sequence)}`])
  }
}

const TOPIC = 'prep.booking.events'
type Platform = Awaited<ReturnType<typeof privatePlatform>>
let platform: Platform
let database: TestDatabase
let service: MessagingService
let sidecar: ReturnType<Platform['addSidecar']>
let port: number

/** So long may the sidecar gather messages for one delivery: until all that waits is in it. */
async function startService(bulkAwaitMs: number): Promise<void> {
  const tokens = { daprApiToken: platform.secrets.daprApiToken('booking'), appApiToken: platform.secrets.appApiToken('booking') }
  service = await startMessagingService({ url: database.url, controllers: [Handlers], port, daprHttpPort: sidecar.port, bulkAwaitMs, ...tokens })
}

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  platform = await privatePlatform({ parts: 'infra', postgres: false })
  await platform.start()
  port = platform.takeExtraPorts(1)
  sidecar = platform.addSidecar({ appId: 'booking', appPort: port })
})

afterAll(async () => {
  await service?.stop()
  if (platform) await endPlatform(platform)
  await database?.drop()
})

const notes = async () => (await database.query<{ note: string }>('select note from effects order by id')).map(row => row.note)

/** Events of exactly the largest size, waiting as a service that stopped left them. They have one key, so one partition. */
async function leaveLargest(count: number, key: string): Promise<string[]> {
  const ids: string[] = []
  for (let i = 1; i <= count; i++) {
    const envelope = envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1), { subject: key, sequence: i })
    const pad = (length: number) => JSON.stringify({ ...envelope, data: { ...envelope.data, pad: 'x'.repeat(length) } })
    const payload = pad(MAX_EVENT_BYTES - Buffer.byteLength(pad(0)))
    ids.push(envelope.id)
    await database.query(
      `insert into outbox (event_id, component, topic, key, shard, payload, size) values ($1, 'pubsub-events', $2, $3, $4, $5, $6)`,
      [envelope.id, TOPIC, key, shardOf(key), payload, Buffer.byteLength(payload)],
    )
  }
  return ids
}

describe('on real Kafka through daprd', () => {
  it('delivers a hundred events of the largest size that waited on one topic, the subscriber taking over 25 MiB at once', async () => {
    const largest: { bytes: number } = { bytes: 0 }
    const watch = (message: unknown): void => {
      const { request } = message as { request: IncomingMessage }
      if (request.url?.startsWith('/dapr/messages/')) largest.bytes = Math.max(largest.bytes, Number(request.headers['content-length']))
    }
    await leaveLargest(100, 'large')
    subscribe('http.server.request.start', watch)
    try {
      await startService(4_000)
      await sidecar.start()
      await eventually(async () => expect(await notes()).toHaveLength(100), { timeoutMs: 60_000 })
    } finally {
      unsubscribe('http.server.request.start', watch)
    }
    expect(await notes()).toEqual(Array.from({ length: 100 }, (_, i) => `large ${i + 1}`))
    expect(largest.bytes).toBeGreaterThan(25 * 1024 * 1024)
    await sidecar.stop()
    await service.stop()
  }, 240_000)

  it('keeps each aggregate in order from outbox over topic to handler, with fifty writers at once', async () => {
    await database.query(`
      truncate effects; create table aggregates (key text primary key, version integer not null);
      create table written (id bigint, key text, sequence integer);
      create function note_written() returns trigger language plpgsql as $$ begin
        insert into written values (new.id, new.key, (new.payload::json ->> 'sequence')::integer); return null; end $$;
      create trigger note_written after insert on outbox for each row execute function note_written()`)
    await startService(0)
    await sidecar.start()
    const [keys, writers, each] = [Array.from({ length: 5 }, () => v7()), 50, 20]
    await Promise.all(Array.from({ length: writers }, async (_, writer) => {
      for (let i = 0; i < each; i++) await write(keys[(writer + i) % keys.length] as string)
    }))
    await eventually(async () => expect(await notes()).toHaveLength(writers * each), { timeoutMs: 60_000 })
    const expected = Array.from({ length: (writers * each) / keys.length }, (_, i) => i + 1)
    const written = await database.query<{ key: string; sequence: number }>('select key, sequence from written order by id')
    const records = (await readTopics(platform.kafkaBrokers, [TOPIC])).map(record => JSON.parse(record.value.toString()) as { id: string; partitionkey: string; sequence: string })
    const handled = (await notes()).map(note => note.split(' '))
    for (const key of keys) {
      expect(written.filter(row => row.key === key).map(row => row.sequence), 'outbox').toEqual(expected)
      expect(records.filter(record => record.partitionkey === key).map(record => Number(record.sequence)), 'topic').toEqual(expected)
      expect(handled.filter(([name]) => name === key).map(([, sequence]) => Number(sequence)), 'handler').toEqual(expected)
    }
  }, 120_000)
})

/** As a use case: the aggregate first, then the event that carries its version. */
async function write(key: string): Promise<void> {
  await service.database.transaction(async tx => {
    const [row] = await tx.query<{ version: number }>(
      'insert into aggregates (key, version) values ($1, 1) on conflict (key) do update set version = aggregates.version + 1 returning version',
      [key],
    )
    await service.outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: v7() }), subject: key, sequence: row?.version ?? 0 })
  })
}
