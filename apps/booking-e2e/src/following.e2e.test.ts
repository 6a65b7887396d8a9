import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { v7 } from 'uuid'
import { eventually } from '@prep/testing'
import { endedBooking } from './world/endings.ts'
import { TraceCollector } from './world/trace-collector.ts'
import { startWorld, type World } from './world/world.ts'

let world: World
let collector: TraceCollector
const passedThrough = ['api-gateway', 'booking', 'task-orchestrator', 'compliance', 'payment', 'notification']

beforeAll(async () => {
  collector = await TraceCollector.start()
  world = await startWorld({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
})
afterAll(async () => {
  await world?.end()
  collector?.close()
})

function linesOf(service: string, correlationId: string): Record<string, unknown>[] {
  const lines = readFileSync(world.platform.part(service).logFile, 'utf8').split('\n').filter((line) => line.includes(correlationId))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('one correlation id leads through the logs of every service', async () => {
  const requestId = v7()
  const answer = await world.gateway.requestBooking(world.slots.next(), v7(), { 'x-request-id': requestId })
  expect(answer.meta.request_id).toBe(requestId)
  await endedBooking(world.gateway, answer.data.id)
  await eventually(() => {
    for (const service of passedThrough) {
      const lines = linesOf(service, requestId).filter((line) => line['correlation_id'] === requestId)
      expect(lines, `${service} logs nothing with the correlation id`).not.toEqual([])
      expect(lines[0]).toMatchObject({ service, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string })
    }
  }, { timeoutMs: 15_000 })
})

test('no log line holds what the customer wrote', async () => {
  const customer = { name: 'Zebulon Quillfeather', email: 'zebulon@example.com' }
  const answer = await world.gateway.requestBooking(world.slots.next({ customer }))
  await endedBooking(world.gateway, answer.data.id)
  for (const service of passedThrough) {
    expect(readFileSync(world.platform.part(service).logFile, 'utf8'), service).not.toMatch(/Quillfeather|zebulon/)
  }
})

test('one trace spans HTTP, pub/sub and database, through every service', async () => {
  const traceId = randomBytes(16).toString('hex')
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`
  const answer = await world.gateway.requestBooking(world.slots.next(), v7(), { traceparent })
  await endedBooking(world.gateway, answer.data.id)
  await eventually(() => {
    const spans = collector.ofTrace(traceId)
    expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual([...passedThrough].sort())
    const of = (kind: number) => spans.filter((span) => span.kind === kind)
    expect(of(2).map(({ service }) => service), 'HTTP server spans').toEqual(expect.arrayContaining(['api-gateway', 'booking']))
    expect(of(4).length, 'spans of publishing').toBeGreaterThan(0)
    expect(of(5).length, 'spans of consuming').toBeGreaterThan(0)
    expect(of(3).map(({ name }) => name).join(' '), 'database spans').toMatch(/insert|update|select|commit|transaction|postgres|db/i)
  }, { timeoutMs: 20_000, what: 'the whole trace' })
})
