import { ReleaseSlotV1, SlotHeldV1 } from '@prep/contracts'
import { runInContext } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { describe, expect, it } from 'vitest'
import { Outbox } from '../index.ts'
import { MAX_EVENT_BYTES } from '../envelope.ts'
import { buildEnvelope } from './build-envelope.ts'
import { hashOf, SHARDS, shardOf } from './shard-of.ts'

const ID = '01930000-0000-7000-8000-000000000001'
const held = { bookingId: ID, kitchenId: ID, startsAt: '2026-01-01T10:00:00Z', endsAt: '2026-01-01T12:00:00Z', heldUntil: '2026-01-01T09:00:00Z' }
const release = { bookingId: ID, reason: 'x' }
const nowhere = { execute: () => Promise.reject(new Error('stored')), onCommit: () => undefined } as unknown as Tx

describe('an outgoing message', () => {
  it('is a CloudEvent with what it says and what the context knows', () => {
    const context = { correlationId: 'c', messageId: 'm', causationId: 'older', sagaStep: 'hold-slot', tenantId: 't' }
    const envelope = runInContext(context, () => buildEnvelope('booking', SlotHeldV1, { data: held, subject: ID, sequence: 7 }))
    expect(envelope).toMatchObject({
      specversion: '1.0', type: 'booking.slot-held.v1', source: '/prep/booking', subject: ID, partitionkey: ID, sequence: '000000000007',
      correlationid: 'c', causationid: 'm', tenantid: 't', sagastep: 'hold-slot', datacontenttype: 'application/json', data: held,
    })
    expect(envelope.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(new Date(envelope.time).toISOString()).toBe(envelope.time)
  })

  it('stands alone without a context', () => {
    const envelope = buildEnvelope('task-orchestrator', ReleaseSlotV1, { data: release, subject: ID, partitionKey: 'p', deadline: new Date(0) })
    expect(envelope).toMatchObject({ correlationid: envelope.id, partitionkey: 'p', deadline: '1970-01-01T00:00:00.000Z', tenantid: 'default' })
    expect(envelope).not.toHaveProperty('causationid')
    expect(envelope).not.toHaveProperty('sequence')
  })

  it('is refused before anything is stored: wrong data, too large, no subject', async () => {
    const outbox = new Outbox('booking')
    const unknown = { ...held, extra: 1 } as typeof held
    await expect(outbox.publish(nowhere, SlotHeldV1, { data: unknown, subject: ID })).rejects.toMatchObject({ code: 'MSG_CONTRACT_VIOLATED', message: expect.stringContaining('/extra') })
    await expect(outbox.publish(nowhere, SlotHeldV1, { data: held, subject: '' })).rejects.toMatchObject({ code: 'MSG_ENVELOPE_INVALID' })
    const large = { ...release, reason: 'é'.repeat(MAX_EVENT_BYTES / 2) }
    await expect(outbox.publish(nowhere, ReleaseSlotV1, { data: large, subject: ID })).rejects.toMatchObject({ code: expect.stringMatching(/MSG_TOO_LARGE|MSG_CONTRACT_VIOLATED/) })
    expect(await outbox.publishAll(nowhere, [])).toEqual([])
  })
})

describe('the shard of a key', () => {
  it('is stable and spreads evenly', () => {
    const counts = Array.from({ length: SHARDS }, () => 0)
    for (let i = 0; i < 8_000; i++) counts[shardOf(`01930000-0000-7000-8000-${String(i).padStart(12, '0')}`)]!++
    for (const count of counts) expect(count).toBeGreaterThan(8_000 / SHARDS / 2)
    expect(shardOf(ID)).toBe(shardOf(ID))
    expect(hashOf('')).toBe(hashOf(''))
  })
})
