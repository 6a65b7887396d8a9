import { Controller, Inject } from '@nestjs/common'
import { BookingConfirmedV1, type BookingConfirmedV1Data, HoldSlotV1, type HoldSlotV1Data, SlotHeldV1 } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Envelope, MessageContext, Outbox, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

/** What the handlers are to do next: fail so often for a message. */
const failures = new Map<string, { times: number; error: () => Error }>()
let runs: string[] = []
/** Who waits here goes on when so many have come. */
let meeting: { missing: number; all: Promise<void>; come: () => void } | undefined

function meet(missing: number): void {
  const { promise: all, resolve: come } = Promise.withResolvers<void>()
  meeting = { missing, all, come }
}

/** Runs under way in a transaction, and how many that were at most. */
const underWay = new Map<MessageContext['tx'], number>()
let together = 0

@Controller()
class BookingHandlers {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  @Subscribe(HoldSlotV1, { sideBySide: true })
  async hold(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    runs.push(context.envelope.id)
    if (meeting && --meeting.missing === 0) meeting.come()
    await meeting?.all
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, data.bookingId])
    await this.outbox.publish(context.tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: data.bookingId }), subject: data.bookingId, sequence: 2 })
    const failure = failures.get(context.envelope.id)
    if (failure && failure.times-- > 0) throw failure.error()
  }

  @Subscribe(BookingConfirmedV1, { retry: { immediate: 0, delaysMs: [50], maxAttempts: 3 } })
  async confirmed(_data: BookingConfirmedV1Data, context: MessageContext<BookingConfirmedV1Data>): Promise<void> {
    runs.push(context.envelope.id)
    underWay.set(context.tx, (underWay.get(context.tx) ?? 0) + 1)
    together = Math.max(together, underWay.get(context.tx) ?? 0)
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, `attempt ${context.attempt}`])
    underWay.set(context.tx, (underWay.get(context.tx) ?? 0) - 1)
    const failure = failures.get(context.envelope.id)
    if (failure && failure.times-- > 0) throw failure.error()
  }
}

const room = messagingRoom({ controllers: [BookingHandlers], tables: ['inbox', 'outbox', 'effects'], lanes: 2 })

beforeEach(() => {
  failures.clear()
  runs = []
  together = 0
  meeting = undefined
})

const hold = (bookingId = v7()): Envelope<HoldSlotV1Data> => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId }), { subject: bookingId, sagaStep: 'hold-slot' })
const confirmed = (): Envelope<BookingConfirmedV1Data> => envelopeOf(BookingConfirmedV1, sampleOf(BookingConfirmedV1, { bookingId: v7() }))
const effects = () => room.database.query<{ event_id: string; note: string }>('select event_id, note from effects order by id')

describe('a delivery', () => {
  it('runs it once when the same id stands twice in one batch, upper case or not', async () => {
    const message = hold()
    expect(await deliver(room.app, [message, { ...message, id: message.id.toUpperCase() }, hold()])).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(runs).toHaveLength(2)
  })

  it('hands correlation, cause, saga step and tenant on to what the handler publishes', async () => {
    const message = hold()
    await deliver(room.app, message)
    const [published] = await publishedBy(room.database, SlotHeldV1)
    expect(published).toMatchObject({
      type: 'booking.slot-held.v1', source: '/prep/booking', subject: message.subject, partitionkey: message.subject, sequence: '000000000002',
      correlationid: message.correlationid, causationid: message.id, sagastep: 'hold-slot', tenantid: 'default',
    })
  })

  it('tries a failed message again by its policy, then makes it a dead letter that tells why', async () => {
    const message = confirmed()
    failures.set(message.id, { times: Infinity, error: () => Object.assign(new TypeError('no mail for ada@example.org'), { code: 'MAIL_AWAY' }) })
    expect(await deliver(room.app, message)).toEqual(['SUCCESS'])
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'dead', attempts: 3 }]))
    expect(await deliver(room.app, message)).toEqual(['SUCCESS'])
    const [row] = await room.database.query<Record<string, unknown>>('select * from inbox')
    expect(row).toMatchObject({ error_code: 'MAIL_AWAY', error_class: 'TypeError', next_attempt_at: null })
    expect(row?.['error_message']).not.toContain('ada@')
    expect(row?.['error_frame']).toContain('delivery.integration.test.ts')
    expect(row?.['attempt_log']).toHaveLength(3)
    expect(JSON.parse(row?.['envelope'] as string)).toMatchObject({ id: message.id, data: message.data })
    expect(runs).toHaveLength(3)
    expect(await effects()).toEqual([])
  })

  it('handles a retried message in the end, and forgets its body', async () => {
    const message = confirmed()
    failures.set(message.id, { times: 2, error: () => new Error('not yet') })
    await deliver(room.app, message)
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'handled', attempts: 3 }]))
    expect(await effects()).toEqual([{ event_id: message.id, note: 'attempt 3' }])
    expect(await room.database.query('select envelope, next_attempt_at from inbox')).toEqual([{ envelope: null, next_attempt_at: null }])
  })

  it('keeps the order of a key within a batch larger than a lane', async () => {
    const keys = [v7(), v7(), v7()]
    const messages = Array.from({ length: 180 }, (_, i) => hold(keys[i % 3]))
    const statuses = await deliver(room.app, messages)
    expect(new Set(statuses)).toEqual(new Set(['SUCCESS']))
    for (const key of keys) {
      const order = (await effects()).filter(row => row.note === key).map(row => row.event_id)
      expect(order).toEqual(messages.filter(message => message.subject === key).map(message => message.id))
    }
  })

  it('handles different keys of a batch side by side where the handler says that it may be, so that none waits for what another asks of the database', async () => {
    // Three keys and two lanes: two of them share a transaction.
    const messages = Array.from({ length: 3 }, () => hold())
    meet(messages.length)
    expect(await deliver(room.app, messages)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(await effects()).toHaveLength(3)
    expect(runs).toHaveLength(3)
  })

  it('handles those of a batch one after the other where the handler does not say so: no row lock holds within a transaction', async () => {
    const messages = Array.from({ length: 12 }, confirmed)
    expect(new Set(await deliver(room.app, messages))).toEqual(new Set(['SUCCESS']))
    expect(await effects()).toHaveLength(12)
    expect((await room.database.query('select distinct xmin::text from effects')).length).toBeLessThan(12)
    expect(together).toBe(1)
  })

  it('survives two lanes that wait for each other', async () => {
    const messages = Array.from({ length: 40 }, () => hold())
    const [first, second] = await Promise.all([deliver(room.app, messages), deliver(room.app, [...messages].reverse())])
    expect(new Set([...first, ...second])).toEqual(new Set(['SUCCESS']))
    expect(await effects()).toHaveLength(40)
    expect(await publishedBy(room.database)).toHaveLength(40)
  })
})

describe('a message that no handler may see', () => {
  it('is acknowledged and leaves no row when its type has no handler here', async () => {
    expect(await deliver(room.app, envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1)))).toEqual(['SUCCESS'])
    expect(await inboxOf(room.database)).toEqual([])
  })

  it('is a dead letter with the pointers when it breaks its contract, and the next one is handled', async () => {
    const broken = hold()
    const statuses = await deliver(room.app, [{ ...broken, data: { bookingId: 'none' } as unknown as HoldSlotV1Data }, hold()])
    expect(statuses).toEqual(['SUCCESS', 'SUCCESS'])
    const rows = await room.database.query('select state, error_code, error_message from inbox order by state')
    expect(rows).toMatchObject([{ state: 'dead', error_code: 'MSG_CONTRACT_VIOLATED' }, { state: 'handled' }])
    expect(rows[0]?.['error_message']).toMatch(/\/bookingId .*\/heldUntil|\/heldUntil .*\/bookingId/)
    expect(runs).toHaveLength(1)
  })

  it('is a dead letter when its version is newer than any that is handled here', async () => {
    await deliver(room.app, { ...hold(), type: 'booking.hold-slot.v7' }, HoldSlotV1.topic)
    expect(await inboxOf(room.database)).toMatchObject([{ consumer: 'booking/booking.hold-slot', event_type: 'booking.hold-slot.v7', state: 'dead', error_code: 'MSG_VERSION_UNKNOWN' }])
  })

  it.each([
    ['no CloudEvents version', { specversion: '0.3' }],
    ['an id that is no UUID', { id: 'seven' }],
    ['no partition key', { partitionkey: undefined }],
    ['a NUL in its key', { partitionkey: 'a\0b' }],
    ['a deadline that is no time', { deadline: 'soon' }],
    ['no data', { data: undefined }],
  ])('is recorded under its place on the broker when it has %s', async (_what, change) => {
    expect(await deliver(room.app, [{ ...hold(), ...change } as Envelope, hold()])).toEqual(['SUCCESS', 'SUCCESS'])
    const rows = await inboxOf(room.database)
    expect(rows.find(row => row.state === 'dead')).toMatchObject({ consumer: 'booking/raw', error_code: 'MSG_ENVELOPE_INVALID' })
    expect(rows.find(row => row.state === 'handled')).toBeDefined()
  })

  it('may carry properties that this build does not know', async () => {
    const message = hold()
    await deliver(room.app, { ...message, data: { ...message.data, addedLater: true } as HoldSlotV1Data })
    expect(await inboxOf(room.database)).toMatchObject([{ state: 'handled' }])
  })
})
