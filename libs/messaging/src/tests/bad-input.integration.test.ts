import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data, ReleaseSlotV1, type ReleaseSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Envelope, MessageContext, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

let runs: string[] = []

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1)
  async hold(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    runs.push(`${data.bookingId} ${context.deadline === undefined ? 'in time' : 'late'}`)
    await context.tx.query('select 1')
  }

  @Subscribe(ReleaseSlotV1, { afterDeadline: 'dead' })
  async release(data: ReleaseSlotV1Data): Promise<void> {
    runs.push(data.bookingId)
    await Promise.resolve()
  }
}

const room = messagingRoom({ controllers: [BookingHandlers], tables: ['inbox', 'outbox'] })

beforeEach(() => {
  runs = []
})

const hold = (bookingId = v7()): Envelope<HoldSlotV1Data> => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId }))

describe('an id that comes again with other data', () => {
  it.each(['alone', 'together'])('is a letter of its own, each time the same; what came first stands (%s)', async way => {
    const first = hold()
    const second = { ...first, data: { ...first.data, heldUntil: '2030-01-01T00:00:00Z' } }
    const company = way === 'alone' ? [] : [hold()]
    expect(await deliver(room.app, [first, ...company])).not.toContain('RETRY')
    for (let i = 0; i < 2; i++) expect(await deliver(room.app, [second, ...company])).not.toContain('RETRY')
    expect(await deliver(room.app, [first, ...company])).not.toContain('RETRY')
    expect(runs).toHaveLength(1 + company.length)
    const rows = (await inboxOf(room.database)).filter(row => row.state === 'dead')
    expect(rows).toMatchObject([{ consumer: 'booking/booking.hold-slot', error_code: 'MSG_ID_REUSED' }])
    expect(rows[0]?.event_id).not.toBe(first.id)
    const [{ envelope } = { envelope: '' }] = await room.database.query<{ envelope: string }>(`select envelope from inbox where state = 'dead'`)
    expect(JSON.parse(envelope)).toMatchObject({ id: first.id, data: second.data })
  })

  it('is seen within one batch too', async () => {
    const first = hold()
    expect(await deliver(room.app, [first, { ...first, data: { ...first.data, bookingId: v7() } }, first])).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(runs).toHaveLength(1)
    expect((await inboxOf(room.database)).map(row => row.state).sort()).toEqual(['dead', 'handled'])
  })
})

describe('a command after its deadline', () => {
  it('is its handler\'s to refuse, unless it says that it takes none', async () => {
    const deadline = new Date(Date.now() - 1_000)
    const late = envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }), { deadline })
    const tooLate = envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: v7() }), { deadline })
    const inTime = envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: v7() }), { deadline: new Date(Date.now() + 60_000) })
    expect(await deliver(room.app, [late, tooLate, inTime])).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    // The refusal takes the batch back, and each runs again by itself.
    expect(new Set(runs)).toEqual(new Set([`${late.data.bookingId} late`, inTime.data.bookingId]))
    expect((await inboxOf(room.database)).map(row => [row.event_id, row.state, row.error_code])).toEqual(expect.arrayContaining([
      [late.id, 'handled', null], [tooLate.id, 'dead', 'MSG_DEADLINE_PASSED'], [inTime.id, 'handled', null],
    ]))
  })
})

describe('a batch with every kind of bad input in it', () => {
  it('loses none of them, and none of the good ones between', async () => {
    const nested = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as object
    const polluted = JSON.parse(JSON.stringify(hold()).replace('"data":{', '"data":{"__proto__":{"polluted":1},')) as Envelope
    const bad: [Envelope, string][] = [
      [{ ...hold(), more: 'x'.repeat(300_000) } as Envelope, 'MSG_TOO_LARGE'],
      [{ ...hold(), more: nested } as Envelope, 'MSG_TOO_DEEP'],
      [polluted, 'MSG_KEY_FORBIDDEN'],
      [{ ...hold(), specversion: '0.3' } as unknown as Envelope, 'MSG_ENVELOPE_INVALID'],
      [{ ...hold(), id: undefined } as unknown as Envelope, 'MSG_ENVELOPE_INVALID'],
      [{ ...hold(), id: crypto.randomUUID() }, 'MSG_ENVELOPE_INVALID'],
      [{ ...hold(), type: 'booking.hold-slot.v9' }, 'MSG_VERSION_UNKNOWN'],
      [{ ...hold(), data: { bookingId: 'x' } }, 'MSG_CONTRACT_VIOLATED'],
      [{ ...hold(), id: v7({ msecs: 0 }) }, 'MSG_TOO_OLD'],
      [{ ...hold(), id: v7({ msecs: Date.UTC(9999, 0) }) }, 'MSG_FROM_FUTURE'],
    ]
    const good = Array.from({ length: bad.length + 1 }, () => hold())
    const batch = good.flatMap((message, i) => [message, ...(bad[i] ? [bad[i][0]] : [])])
    expect(new Set(await deliver(room.app, [...batch, { ...hold(), type: 'nobody.knows-it.v1' }]))).toEqual(new Set(['SUCCESS']))
    const rows = await inboxOf(room.database)
    expect(rows.filter(row => row.state === 'handled')).toHaveLength(good.length)
    expect(rows.filter(row => row.state === 'dead').map(row => row.error_code).sort()).toEqual(bad.map(([, code]) => code).sort())
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
