import { randomUUID } from 'node:crypto'
import {
  CheckComplianceV1,
  type CheckComplianceV1Data,
  KitchenChangedV1,
  KitchenRegisteredV1,
  type KitchenRegisteredV1Data,
} from '@prep/contracts'
import type { Envelope } from '@prep/messaging'
import { runService, type RunningService } from '@prep/service'
import { deliver, envelopeOf, eventually, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ComplianceModule } from './compliance.module.ts'
import { migrations } from './persistence/migrations.ts'

let database: TestDatabase
let service: RunningService

beforeAll(async () => {
  database = await testDatabase(migrations)
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  // No sidecar: what is published stays in the outbox, where the tests read it.
  vi.stubEnv('DAPR_HTTP_PORT', '1')
  service = await runService({ name: 'compliance', module: ComplianceModule })
})
afterAll(async () => {
  await service?.stop()
  await database?.drop()
  vi.unstubAllEnvs()
})

function aKitchen(changes: Partial<KitchenRegisteredV1Data> = {}): KitchenRegisteredV1Data {
  return sampleOf(KitchenRegisteredV1, { kitchenId: randomUUID(), ...changes })
}

function aCheckOf(kitchen: { kitchenId: string }, changes: Partial<CheckComplianceV1Data> = {}): CheckComplianceV1Data {
  return sampleOf(CheckComplianceV1, { bookingId: randomUUID(), kitchenId: kitchen.kitchenId, ...changes })
}

const inOneMinute = () => new Date(Date.now() + 60_000)

function command(data: CheckComplianceV1Data, deadline = inOneMinute()): Envelope<CheckComplianceV1Data> {
  return envelopeOf(CheckComplianceV1, data, { subject: data.bookingId, deadline, sagaStep: 'check-compliance' })
}

async function register(kitchen: KitchenRegisteredV1Data): Promise<void> {
  expect(await deliver(service.app, envelopeOf(KitchenRegisteredV1, kitchen))).toEqual(['SUCCESS'])
}

/** What was answered about a booking, in order. */
async function answers(bookingId: string): Promise<Envelope<Record<string, unknown>>[]> {
  const rows = await database.query<{ payload: string }>('SELECT payload FROM outbox WHERE key = $1 ORDER BY id', [
    bookingId,
  ])
  return rows.map(({ payload }) => JSON.parse(payload))
}

describe('a kitchen that is known', () => {
  it('is checked, and the answer belongs to the command', async () => {
    const kitchen = aKitchen()
    await register(kitchen)
    const asked = command(aCheckOf(kitchen))
    expect(await deliver(service.app, asked)).toEqual(['SUCCESS'])
    const [answer] = await answers(asked.subject)
    expect(answer).toMatchObject({
      type: 'compliance.approved.v1',
      source: '/prep/compliance',
      subject: asked.subject,
      causationid: asked.id,
      correlationid: asked.correlationid,
      sagastep: 'check-compliance',
      data: { bookingId: asked.subject, kitchenId: kitchen.kitchenId, ruleSet: 'kitchen-2026-01.v1' },
    })
  })

  it('is rejected with every reason, and that is recorded', async () => {
    const kitchen = aKitchen({ insurance: null, capacity: 2 })
    await register(kitchen)
    const asked = command(aCheckOf(kitchen, { attendees: 3 }))
    await deliver(service.app, asked)
    const [answer] = await answers(asked.subject)
    expect(answer).toMatchObject({
      type: 'compliance.rejected.v1',
      data: { reasons: [{ rule: 'insurance-present' }, { rule: 'capacity' }] },
    })
    const [row] = await database.query('SELECT * FROM compliance_check WHERE booking_id = $1', [asked.subject])
    expect(row).toMatchObject({ outcome: 'rejected', kitchen_version: 1, attendees: 3, rule_set: 'kitchen-2026-01.v1' })
  })

  it('is left to a person when its insurance ends soon', async () => {
    const insurance = { policyNumber: 'P-1', validFrom: '2026-01-01', validUntil: '2026-03-05' }
    const kitchen = aKitchen({ insurance })
    await register(kitchen)
    const asked = command(aCheckOf(kitchen))
    await deliver(service.app, asked)
    expect((await answers(asked.subject))[0]).toMatchObject({
      type: 'compliance.review-requested.v1',
      data: { reasons: [{ rule: 'insurance-not-ending' }] },
    })
  })
})

describe('one booking gets one decision', () => {
  it('a command delivered twice is answered once', async () => {
    const kitchen = aKitchen()
    await register(kitchen)
    const asked = command(aCheckOf(kitchen))
    await deliver(service.app, asked)
    expect(await deliver(service.app, asked)).toEqual(['SUCCESS'])
    expect(await answers(asked.subject)).toHaveLength(1)
  })

  it('another command for it gets the same answer, though the kitchen changed in between', async () => {
    const kitchen = aKitchen({ capacity: 8 })
    await register(kitchen)
    const check = aCheckOf(kitchen, { attendees: 8 })
    await deliver(service.app, command(check))
    await deliver(service.app, envelopeOf(KitchenChangedV1, { ...kitchen, capacity: 1, version: 2 }))
    const again = command(check)
    await deliver(service.app, again)
    const [first, second] = await answers(check.bookingId)
    expect(second).toMatchObject({ type: 'compliance.approved.v1', causationid: again.id, data: first!.data })
  })

  it('also when two commands come at the same moment', async () => {
    const kitchen = aKitchen()
    await register(kitchen)
    const check = aCheckOf(kitchen)
    await Promise.all([deliver(service.app, command(check)), deliver(service.app, command(check))])
    const [first, second] = await answers(check.bookingId)
    expect(second!.data).toEqual(first!.data)
    expect(
      await database.query('SELECT 1 FROM compliance_check WHERE booking_id = $1', [check.bookingId]),
    ).toHaveLength(1)
  })
})

describe('the projection of kitchens', () => {
  const kept = (kitchenId: string) =>
    database.query('SELECT version, capacity FROM kitchen WHERE kitchen_id = $1', [kitchenId])

  it('keeps the newest version, whatever order they come in', async () => {
    const kitchen = aKitchen({ capacity: 1 })
    const { kitchenId } = kitchen
    const changed = (version: number) => envelopeOf(KitchenChangedV1, { ...kitchen, version, capacity: version * 10 })
    await deliver(service.app, changed(3))
    await deliver(service.app, changed(2))
    await register(kitchen)
    expect(await kept(kitchenId)).toEqual([{ version: 3, capacity: 30 }])
    await deliver(service.app, changed(4))
    expect(await kept(kitchenId)).toEqual([{ version: 4, capacity: 40 }])
  })

  it('understands what a later version of the contract adds', async () => {
    const kitchen = { ...aKitchen(), photo: 'kitchen.jpg' }
    await register(kitchen)
    expect(await kept(kitchen.kitchenId)).toHaveLength(1)
  })
})

describe('a kitchen that is not known', () => {
  it('is waited for: the booking is decided once it came', async () => {
    const kitchen = aKitchen()
    const asked = command(aCheckOf(kitchen))
    expect(await deliver(service.app, asked)).toEqual(['SUCCESS'])
    expect(await answers(asked.subject)).toEqual([])
    const [row] = await database.query('SELECT state, error_code FROM inbox WHERE event_id = $1', [asked.id])
    expect(row).toEqual({ state: 'retrying', error_code: 'COMPLIANCE_KITCHEN_UNKNOWN' })
    await register(kitchen)
    const [answer] = await eventually(async () => {
      const found = await answers(asked.subject)
      return found.length > 0 && found
    })
    expect(answer).toMatchObject({
      type: 'compliance.approved.v1',
      causationid: asked.id,
      sagastep: 'check-compliance',
    })
  })

  it('is rejected once the deadline of the command is over', async () => {
    const asked = command(aCheckOf({ kitchenId: randomUUID() }), new Date(Date.now() - 1))
    expect(await deliver(service.app, asked)).toEqual(['SUCCESS'])
    expect((await answers(asked.subject))[0]).toMatchObject({
      type: 'compliance.rejected.v1',
      data: { reasons: [{ rule: 'kitchen-unknown' }] },
    })
  })

  it('is rejected in the end when it never comes', async () => {
    const asked = command(aCheckOf({ kitchenId: randomUUID() }), new Date(Date.now() + 700))
    await deliver(service.app, asked)
    const [answer] = await eventually(async () => {
      const found = await answers(asked.subject)
      return found.length > 0 && found
    })
    expect(answer).toMatchObject({ type: 'compliance.rejected.v1', data: { reasons: [{ rule: 'kitchen-unknown' }] } })
  })
})

it('a kitchen in a time zone that does not exist makes a dead letter, and others go on', async () => {
  const nowhere = aKitchen({ timeZone: 'Mars/Olympus' })
  const kitchen = aKitchen()
  await register(nowhere)
  await register(kitchen)
  const [bad, good] = [command(aCheckOf(nowhere)), command(aCheckOf(kitchen))]
  expect(await deliver(service.app, [bad, good])).toEqual(['SUCCESS', 'SUCCESS'])
  const [row] = await database.query('SELECT state, error_code FROM inbox WHERE event_id = $1', [bad.id])
  expect(row).toEqual({ state: 'dead', error_code: 'COMPLIANCE_TIME_ZONE_UNKNOWN' })
  expect(await answers(good.subject)).toHaveLength(1)
})
