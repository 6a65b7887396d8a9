import { Controller } from '@nestjs/common'
import { BookingConfirmedV1, type BookingConfirmedV1Data, DeadLetterRecordedV1, HoldSlotV1, type HoldSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, publishedBy, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { Announcer, SINGLE_A_SECOND } from '../dead-letters/announcer.ts'
import { type DeadLetter } from '../dead-letters/dead-letter.ts'
import { recordLetter, recordLetters } from '../dead-letters/record-letter.ts'
import { type Envelope, MessageContext, PermanentError, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1)
  async hold(): Promise<void> {
    throw new PermanentError('HOLD_IMPOSSIBLE', 'ada@example.org will never pass')
  }

  @Subscribe(BookingConfirmedV1, { retry: { immediate: 1, delaysMs: [20], maxAttempts: 4 } })
  async confirmed(_data: BookingConfirmedV1Data, context: MessageContext<BookingConfirmedV1Data>): Promise<void> {
    throw new TypeError(`attempt ${context.attempt}`)
  }
}

const room = messagingRoom({ controllers: [BookingHandlers], tables: ['inbox', 'outbox'] })

const hold = (): Envelope<HoldSlotV1Data> => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }))
const letters = () => room.database.query<Record<string, unknown>>(`select * from inbox where state = 'dead' order by event_id`)

describe('a dead letter', () => {
  it('has every attempt with its time, the cause, and the group of its cause', async () => {
    const message = envelopeOf(BookingConfirmedV1, sampleOf(BookingConfirmedV1, { bookingId: v7() }))
    await deliver(room.app, message)
    await eventually(async () => expect(await letters()).toHaveLength(1))
    const [letter] = await letters()
    expect(letter).toMatchObject({ attempts: 4, error_code: 'MSG_HANDLER_FAILED', error_class: 'TypeError', error_message: 'attempt 4' })
    expect(letter?.['error_frame']).toContain('dead-letters.integration.test.ts')
    expect(letter?.['group_id']).toMatch(/^[0-9a-f]{12}$/)
    const log = letter?.['attempt_log'] as Array<{ at: string; message: string }>
    expect(log.map(entry => entry.message)).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'attempt 4'])
    expect([...log].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(log)
  })

  it('shares its group with letters of the same cause, and with no other', async () => {
    await deliver(room.app, [hold(), hold()])
    await deliver(room.app, { ...hold(), data: {} as HoldSlotV1Data })
    const groups = (await letters()).map(letter => `${letter['error_code']} ${letter['group_id']}`)
    expect(groups).toHaveLength(3)
    expect(new Set(groups).size).toBe(2)
  })

  it('is announced without its payload or the error\'s text, in the transaction that records it', async () => {
    const message = hold()
    await deliver(room.app, message)
    const [letter] = await letters()
    const [announcement] = await publishedBy(room.database, DeadLetterRecordedV1)
    expect(announcement).toMatchObject({
      subject: letter?.['group_id'], causationid: message.id, correlationid: message.correlationid, source: '/prep/booking',
      data: {
        consumer: 'booking/booking.hold-slot', eventId: message.id, eventType: HoldSlotV1.type, group: letter?.['group_id'], code: 'HOLD_IMPOSSIBLE',
        errorClass: 'PermanentError', count: 1, attempts: 1,
      },
    })
    expect(JSON.stringify(announcement)).not.toContain('ada@')
    const [row] = await room.database.query<{ same: boolean }>(`select (select xmin from inbox)::text = (select xmin from outbox)::text as same`)
    expect(row?.same).toBe(true)
  })

  it('is announced when no handler could ever see it', async () => {
    await deliver(room.app, { ...hold(), id: 'seven' } as Envelope)
    expect((await publishedBy(room.database, DeadLetterRecordedV1)).map(({ data }) => data)).toMatchObject([
      { consumer: 'booking/raw', code: 'MSG_ENVELOPE_INVALID', eventType: 'unreadable', attempts: 0 },
    ])
  })

  it('is announced in a number with others when its group floods, and every one is recorded', async () => {
    const count = 3 * SINGLE_A_SECOND
    for (let i = 0; i < 3; i++) await deliver(room.app, Array.from({ length: SINGLE_A_SECOND }, hold))
    expect(await letters()).toHaveLength(count)
    const told = async () => (await publishedBy(room.database, DeadLetterRecordedV1)).map(({ data }) => data)
    await eventually(async () => expect((await told()).reduce((sum, data) => sum + data.count, 0)).toBe(count))
    const many = (await told()).filter(data => data.eventId === null)
    expect(many.length).toBeGreaterThan(0)
    expect((await told()).length).toBeLessThan(count)
    expect(many[0]).toMatchObject({ consumer: 'booking/booking.hold-slot', code: 'HOLD_IMPOSSIBLE', eventType: null, attempts: null })
  })

  it('counts once for its group when it is recorded alone because many could not be recorded together', async () => {
    const { database, outbox } = room.service
    const announcer = new Announcer(database, outbox)
    const many = Array.from({ length: SINGLE_A_SECOND }, (): DeadLetter => ({
      consumer: 'booking/booking.hold-slot', eventId: v7(), eventType: HoldSlotV1.type, group: 'abcdef012345', code: 'A_CODE', errorClass: 'Error', attempts: 1, correlationId: undefined,
    }))
    await expect(recordLetters(database, announcer, many, () => Promise.reject(new Error('one cannot be stored')))).rejects.toThrow('one cannot be stored')
    for (const letter of many) expect(await recordLetter(database, announcer, letter, () => Promise.resolve(1))).toBe(true)
    await announcer.stop()
    const told = await publishedBy(room.database, DeadLetterRecordedV1)
    expect(told.map(({ data }) => data.eventId)).toEqual(many.map(({ eventId }) => eventId))
  })

  it('that was an announcement itself is not announced', async () => {
    const echo = { ...envelopeOf(DeadLetterRecordedV1, sampleOf(DeadLetterRecordedV1)), type: DeadLetterRecordedV1.type, data: {} }
    await deliver(room.app, echo as Envelope)
    expect(await publishedBy(room.database)).toEqual([])
  })
})
