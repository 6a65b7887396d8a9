import { readFileSync } from 'node:fs'
import { Controller, Inject } from '@nestjs/common'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { DeadLetterRateExceededV1, HoldSlotV1, type HoldSlotV1Data, SlotHeldV1 } from '@prep/contracts'
import { registry, startTracing, type StopTracing } from '@prep/observability'
import { deliver, envelopeOf, eventually, publishedBy, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MessageContext, Outbox, Subscribe } from '../index.ts'
import { fakeSidecar, type FakeSidecar } from './fake-sidecar.fixture.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

@Controller()
class BookingHandlers {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  @Subscribe(HoldSlotV1)
  async hold(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await this.outbox.publish(context.tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: data.bookingId }), subject: data.bookingId })
  }
}

const exporter = new InMemorySpanExporter()
let database: TestDatabase
let service: MessagingService
let stopTracing: StopTracing

beforeAll(async () => {
  stopTracing = await startTracing('messaging-tests', [new SimpleSpanProcessor(exporter)])
  database = await testDatabase(fixtureMigrations)
  service = await startMessagingService({ url: database.url, controllers: [BookingHandlers] })
})

afterAll(async () => {
  await service?.stop()
  await stopTracing?.()
  await database?.drop()
})

it('one trace goes through the message that came in, its handler, its SQL and the message that goes out', async () => {
  const message = { ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() })), traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
  await deliver(service.app, message)
  const spans = exporter.getFinishedSpans().filter(span => span.spanContext().traceId === TRACE)
  const process = spans.find(span => span.name === 'process booking.hold-slot.v1')
  const publish = spans.find(span => span.name === 'publish booking.slot-held.v1')
  expect(process?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
  expect(process?.attributes).toMatchObject({
    'messaging.system': 'dapr', 'messaging.operation.type': 'process', 'messaging.destination.name': 'prep.booking.commands', 'messaging.message.id': message.id,
  })
  expect(publish?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId)
  const [outgoing] = await publishedBy(database)
  expect(outgoing?.traceparent).toBe(`00-${TRACE}-${publish?.spanContext().spanId}-01`)
  expect(outgoing?.traceid).toBe(outgoing?.traceparent)
})

it('the metrics tell of deliveries by outcome, of ignored types, and of depth and age of the outbox', async () => {
  const broken = { ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1)), data: {} as HoldSlotV1Data }
  await deliver(service.app, [broken, envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1))], HoldSlotV1.topic)
  const text = await registry.metrics()
  expect(text).toMatch(/prep_messaging_deliveries_total\{consumer="booking\/booking\.hold-slot",outcome="dead"\} 1/)
  expect(text).toMatch(/prep_messaging_ignored_total\{topic="prep\.booking\.commands"\} 1/)
  expect(text).toMatch(/prep_outbox_depth\{state="pending"\} 2/)
  expect(text).toMatch(/prep_outbox_age_seconds\{state="pending"\} 0\.\d+/)
  expect(text).toMatch(/prep_messaging_process_seconds_count\{consumer="booking\/booking\.hold-slot"\} 1/)
})

it('the metrics tell what is not settled, how old messages are, and what share of them fails', async () => {
  const late = { ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() })), time: new Date(Date.now() - 20_000).toISOString() }
  await deliver(service.app, late)
  const text = await registry.metrics()
  expect(text).toMatch(/prep_messaging_inbox_rows\{state="dead"\} 1/)
  expect(text).toMatch(/prep_messaging_inbox_rows\{state="parked"\} 0/)
  expect(text).toMatch(/prep_messaging_lag_seconds_bucket\{le="30",topic="prep\.booking\.commands"\} \d/)
  expect(text).toMatch(/prep_messaging_failure_share\{consumer="booking\/booking\.hold-slot"\} 0\.33/)
})

it('too large a share of failures is announced once, with the code behind it', async () => {
  const broken = () => ({ ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1)), data: {} as HoldSlotV1Data })
  await deliver(service.app, Array.from({ length: 30 }, broken))
  const told = await eventually(async () => {
    const events = await publishedBy(database, DeadLetterRateExceededV1)
    expect(events).toHaveLength(1)
    return events
  })
  expect(told[0]?.data).toMatchObject({ consumer: 'booking/booking.hold-slot', threshold: 0.05, windowSeconds: 300, topCode: 'MSG_CONTRACT_VIOLATED' })
  expect(await registry.metrics()).toMatch(/prep_messaging_failure_alarms_total\{consumer="booking\/booking\.hold-slot"\} 1/)
})

describe('a bulk on its way to the sidecar', () => {
  let sidecar: FakeSidecar
  let sender: MessagingService
  let outbox: TestDatabase

  beforeAll(async () => {
    sidecar = await fakeSidecar()
    outbox = await testDatabase(fixtureMigrations)
    sender = await startMessagingService({ url: outbox.url, controllers: [], daprHttpPort: sidecar.port, service: 'compliance' })
  })

  afterAll(async () => {
    await sender?.stop()
    await sidecar?.close()
    await outbox?.drop()
  })

  it('has a span that is linked to the publishing of each of its messages', async () => {
    const id = v7()
    await sender.database.transaction(tx => sender.outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: id }), subject: id }))
    await eventually(() => expect(sidecar.accepted.map(({ event }) => event.partitionkey)).toContain(id))
    const traceparent = (sidecar.accepted.find(({ event }) => event.partitionkey === id)?.event as { traceparent?: string } | undefined)?.traceparent
    await eventually(() => {
      const sends = exporter.getFinishedSpans().filter(span => span.name === 'send prep.booking.events')
      expect(sends.flatMap(span => span.links.map(({ context }) => context.spanId))).toContain(traceparent?.slice(36, 52))
    })
  })
})

it('the README tells of every metric', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const told = [...readme.matchAll(/`(prep_(?:messaging|outbox)_[a-z_]+)`/g)].map(([, name]) => name)
  const known = registry.getMetricsAsArray().map(({ name }) => name).filter(name => /^prep_(messaging|outbox)_/.test(name))
  expect(new Set(told)).toEqual(new Set(known))
})
