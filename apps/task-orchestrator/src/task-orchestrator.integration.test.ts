import { type Contract } from '@prep/contracts'
import { replayHistory, type HistoryRecord } from '@prep/saga'
import type { Told } from '@prep/saga/testing'
import { runService, type RunningService } from '@prep/service'
import { deliver, envelopeOf, eventually, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { migrations } from './persistence/migrations.ts'
import { approved, aRequest, authorized, captured, confirmed, declined, rejected, slotHeld, slotReleased } from './sagas/booking/booking.fixture.ts'
import { bookingSaga } from './sagas/booking/booking.saga.ts'
import { TaskOrchestratorModule } from './task-orchestrator.module.ts'

interface SagaResource {
  id: string
  status: string
  outcome: string | null
  failure: { step: string; reason_code: string; detail: string } | null
  steps: { step: string; status: string }[]
  history: HistoryRecord[]
}

interface Published {
  id: string
  type: string
  sagastep?: string
  correlationid: string
  data: Record<string, unknown>
}

let database: TestDatabase
let service: RunningService

async function start(): Promise<void> {
  service = await runService({ name: 'task-orchestrator', module: TaskOrchestratorModule })
}

beforeAll(async () => {
  database = await testDatabase(migrations)
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  // Nobody listens there: what is published stays in the outbox, where the test reads it.
  vi.stubEnv('DAPR_HTTP_PORT', '1')
  vi.stubEnv('SAGA_TIMER_GRACE_MS', '0')
  vi.stubEnv('SAGA_TIMER_POLL_MS', '50')
  await start()
})
afterAll(async () => {
  await service?.stop()
  await database?.drop()
  vi.unstubAllEnvs()
})

const about = (key: string, { contract, data }: Told): { contract: Contract<unknown>; data: unknown } => ({ contract, data: { ...(data as object), bookingId: key } })

async function tell(key: string, told: Told, causationId?: string): Promise<void> {
  const { contract, data } = about(key, told)
  const envelope = envelopeOf(contract, data, { correlationId: `request of ${key}`, ...(causationId === undefined ? {} : { causationId }) })
  expect(await deliver(service.app, envelope)).toEqual(['SUCCESS'])
}

async function published(key: string): Promise<Published[]> {
  const rows = await database.query<{ payload: string | Published }>('select payload from outbox where key = $1 order by event_id', [key])
  return rows.map(({ payload }) => (typeof payload === 'string' ? (JSON.parse(payload) as Published) : payload))
}

/** Waits for the command and answers it. */
async function answer(key: string, command: string, told: Told): Promise<void> {
  const sent = await eventually(async () => (await published(key)).find(({ type }) => type === command) ?? false, { what: `${command} sent` })
  await tell(key, told, sent.id)
}

async function get<T>(path: string): Promise<{ status: number; data: T; error: { code: string } | null }> {
  const response = await fetch(`${service.url}${path}`)
  const { data, error } = (await response.json()) as { data: T; error: { code: string } | null }
  return { status: response.status, data, error }
}

async function sagaOf(key: string): Promise<SagaResource> {
  const { data } = await get<{ id: string }[]>(`/api/v1/sagas?key=${key}`)
  return (await get<SagaResource>(`/api/v1/sagas/${data[0]?.id}`)).data
}

describe('the task orchestrator', () => {
  it('leads a booking to its capture', async () => {
    const key = v7()
    await tell(key, aRequest())
    await answer(key, 'booking.hold-slot.v1', slotHeld())
    await answer(key, 'compliance.check.v1', approved())
    await answer(key, 'payment.authorize.v1', authorized())
    await answer(key, 'booking.confirm.v1', confirmed())
    await answer(key, 'payment.capture.v1', captured())
    const messages = await eventually(async () => ((all) => all.length === 6 && all)(await published(key)))
    expect(messages.map(({ type, sagastep }) => [type, sagastep])).toEqual([
      ['booking.hold-slot.v1', 'hold-slot'],
      ['compliance.check.v1', 'check-compliance'],
      ['payment.authorize.v1', 'authorize'],
      ['booking.confirm.v1', 'confirm'],
      ['payment.capture.v1', 'capture'],
      ['orchestration.saga-ended.v1', undefined],
    ])
    expect(new Set(messages.map(({ correlationid }) => correlationid))).toEqual(new Set([`request of ${key}`]))
    expect(await sagaOf(key)).toMatchObject({ status: 'completed', outcome: 'completed', failure: null })
  })

  it('undoes a declined booking and hands the reason on; its history replays and names no customer', async () => {
    const key = v7()
    await tell(key, aRequest())
    await answer(key, 'booking.hold-slot.v1', slotHeld())
    await answer(key, 'compliance.check.v1', approved())
    await answer(key, 'payment.authorize.v1', declined('insufficient_funds'))
    await answer(key, 'booking.release-slot.v1', slotReleased())
    await answer(key, 'booking.reject.v1', rejected())
    const ended = await eventually(async () => (await published(key)).find(({ type }) => type === 'orchestration.saga-ended.v1') ?? false)
    expect(ended.data).toMatchObject({ key, outcome: 'compensated', failedStep: 'authorize', reasonCode: 'insufficient_funds' })
    const saga = await sagaOf(key)
    expect(saga.steps.map(({ step, status }) => `${step} ${status}`)).toEqual(
      expect.arrayContaining(['request undone', 'hold-slot undone', 'check-compliance done', 'authorize refused']),
    )
    expect(replayHistory(bookingSaga, saga.history)).toMatchObject({ status: 'compensated' })
    expect(JSON.stringify(saga)).not.toContain('ada@example.com')
  })

  it('goes on after a restart, and turns back what nobody answered meanwhile', async () => {
    const key = v7()
    await tell(key, aRequest())
    await eventually(async () => (await published(key)).length === 1)
    await service.stop()
    await database.query("update saga_timer set due_at = now() - interval '1 second' where instance_id = (select id from saga_instance where key = $1)", [key])
    await start()
    await eventually(async () => (await published(key)).some(({ type }) => type === 'booking.release-slot.v1'))
    expect(await sagaOf(key)).toMatchObject({ status: 'compensating', failure: { step: 'hold-slot', reason_code: 'timed_out' } })
  })

  it('takes a second request for the same booking, and events that answer nobody, without another saga', async () => {
    const key = v7()
    await tell(key, aRequest())
    await tell(key, aRequest())
    await tell(key, slotHeld(), v7())
    await eventually(async () => (await sagaOf(key)).history.length === 2)
    expect((await published(key)).map(({ type }) => type)).toEqual(['booking.hold-slot.v1'])
    expect((await get<unknown[]>(`/api/v1/sagas?key=${key}`)).data).toHaveLength(1)
  })

  it.each([
    [`/api/v1/sagas/${v7()}`, 404, 'HTTP_RESOURCE_UNKNOWN'],
    ['/api/v1/sagas/nonsense', 404, 'HTTP_RESOURCE_UNKNOWN'],
    ['/api/v1/sagas', 400, 'HTTP_INVALID_QUERY'],
  ])('answers %s with %i', async (path, status, code) => {
    const answered = await get(path)
    expect([answered.status, answered.error?.code]).toEqual([status, code])
  })
})
