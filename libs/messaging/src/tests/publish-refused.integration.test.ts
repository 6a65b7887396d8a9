import { type Contract, ReleaseSlotV1, SlotHeldV1 } from '@prep/contracts'
import { sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_EVENT_BYTES } from '../envelope.ts'
import { type OutgoingMessage } from '../outbox/outgoing-message.ts'
import { outboxOf, type RelayRoom, relayRoom } from './relay-room.fixture.ts'

/** As the contract, but with nothing said of the data: no contract of today lets an event grow as large as is refused. */
const loose: Contract<Record<string, unknown>> = { ...(SlotHeldV1 as Contract<unknown>), schema: { type: 'object' } } as Contract<Record<string, unknown>>

let room: RelayRoom
beforeAll(async () => {
  room = await relayRoom()
})
afterAll(() => room?.close())

/** A use case that writes its aggregate, publishes a good message and then this one. */
async function publishAfterWriting(contract: Contract<never>, message: OutgoingMessage<never>): Promise<void> {
  await room.database.transaction(async tx => {
    await tx.query(`insert into aggregates (key, version) values ('refused', 1)`)
    await outboxOf().publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: 'refused' })
    await outboxOf().publish(tx, contract, message)
  })
}

const nothingStored = async () => {
  expect(await room.test.query('select 1 from aggregates')).toEqual([])
  expect(await room.depth()).toBe(0)
}

describe('publishing', () => {
  it.each<[string, Contract<unknown>, OutgoingMessage<unknown>, string]>([
    ['a type that no contract has', { ...(SlotHeldV1 as Contract<unknown>), type: 'booking.forgotten.v1' }, { data: sampleOf(SlotHeldV1), subject: 'a' }, 'MSG_CONTRACT_UNKNOWN'],
    ['data with a property too many', ReleaseSlotV1, { data: { ...sampleOf(ReleaseSlotV1), extra: 1 }, subject: 'a' }, 'MSG_CONTRACT_VIOLATED'],
    ['data that lacks a property', SlotHeldV1, { data: { bookingId: v7() }, subject: 'a' }, 'MSG_CONTRACT_VIOLATED'],
    ['an event over 256 KiB, in bytes and not in characters', loose, { data: { pad: 'é'.repeat(MAX_EVENT_BYTES / 2) }, subject: 'a' }, 'MSG_TOO_LARGE'],
    ['a message without a key', SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: '' }, 'MSG_ENVELOPE_INVALID'],
    ['a key with a NUL, which PostgreSQL cannot store', SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: 'a\0b' }, 'MSG_ENVELOPE_INVALID'],
  ])('%s fails in the caller with a code, and nothing of its transaction is stored', async (_what, contract, message, code) => {
    await expect(publishAfterWriting(contract as Contract<never>, message as OutgoingMessage<never>)).rejects.toMatchObject({ name: 'MessagingError', code })
    await nothingStored()
  })

  it('names what is wrong by its JSON pointer', async () => {
    const wrong = publishAfterWriting(SlotHeldV1 as Contract<never>, { data: { ...sampleOf(SlotHeldV1), heldUntil: 'soon' } as never, subject: 'a' })
    await expect(wrong).rejects.toThrow('/heldUntil')
  })

  it('a caller that catches the error may go on: what it published before is stored, the refused message is not', async () => {
    await room.database.transaction(async tx => {
      await outboxOf().publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1), subject: 'kept' })
      await outboxOf().publish(tx, loose, { data: { pad: 'x'.repeat(MAX_EVENT_BYTES) }, subject: 'kept' }).catch(() => undefined)
    })
    expect(await room.depth()).toBe(1)
    await room.test.empty('outbox')
  })

  it('the largest event that passes is stored as it is', async () => {
    const envelope = 700
    await room.database.transaction(tx => outboxOf().publish(tx, loose, { data: { pad: 'x'.repeat(MAX_EVENT_BYTES - envelope) }, subject: 'large' }))
    const [row] = await room.test.query<{ size: number; bytes: number }>('select size, octet_length(payload) as bytes from outbox')
    expect(row?.size).toBe(row?.bytes)
    expect(row?.size).toBeGreaterThan(MAX_EVENT_BYTES - envelope)
    expect(row?.size).toBeLessThanOrEqual(MAX_EVENT_BYTES)
    await room.test.empty('outbox')
  })
})
