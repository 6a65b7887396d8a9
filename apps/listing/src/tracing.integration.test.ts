import 'reflect-metadata'
import { eventually, readTopics, startTestService, type TestService } from '@prep/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { otlpCollector, type OtlpSpan } from './otlp.fixture.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const [SERVER, CLIENT, PRODUCER] = [2, 3, 4]

let collector: Awaited<ReturnType<typeof otlpCollector>>
let listing: TestService

beforeAll(async () => {
  collector = await otlpCollector()
  listing = await startTestService({
    name: 'listing',
    module: async () => (await import('./listing.module.ts')).ListingModule,
    migrations: async () => (await import('./persistence/migrations.ts')).migrations,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    sidecar: true,
  })
})
afterAll(async () => {
  await listing.stop()
  await collector.close()
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
})

it('one trace leads from the client\'s request through the database to the message on the broker', async () => {
  const body = {
    name: 'Hafenküche', time_zone: 'Europe/Berlin', hourly_rate_minor: 4500, currency: 'EUR', capacity: 12,
    licence: { number: 'L-100', valid_from: '2026-01-01', valid_until: '2030-12-31' }, insurance: null,
  }
  const response = await fetch(`${listing.url}/api/v1/kitchens`, {
    method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${CALLER}-01` },
  })
  expect(response.status).toBe(201)

  const find = (test: (span: OtlpSpan) => boolean) => collector.spans.find(span => span.service === 'listing' && span.traceId === TRACE && test(span))
  const [server, transaction, insert, producer] = await eventually(() => {
    const request = find(span => span.kind === SERVER && span.name === 'POST /api/v1/kitchens' && span.parentSpanId === CALLER)
    const work = find(span => span.kind === CLIENT && span.name === 'transaction' && span.parentSpanId === request?.spanId)
    const statement = find(span => span.kind === CLIENT && span.name === 'query' && span.parentSpanId === work?.spanId)
    const publish = find(span => span.kind === PRODUCER && span.parentSpanId === work?.spanId)
    return request && work && statement && publish ? [request, work, statement, publish] : false
  })
  expect([server, transaction, insert, producer].map(span => span.spanId)).toHaveLength(4)

  const record = await eventually(async () => (await readTopics(listing.kafkaBroker, ['prep.listing.events'])).at(0) ?? false)
  const message = JSON.parse(record.value.toString()) as { type: string; traceparent: string }
  expect(message.type).toBe('listing.kitchen-registered.v1')
  expect(message.traceparent).toBe(`00-${TRACE}-${producer.spanId}-01`)
})
