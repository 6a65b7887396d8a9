import { Controller } from '@nestjs/common'
import {
  AuthorizePaymentV1, type AuthorizePaymentV1Data, DeadLetterReplayedV1, DeadLetterSkippedV1, HoldSlotV1, type HoldSlotV1Data, ReplayDeadLetterV1, SkipDeadLetterV1,
} from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Effect, type Envelope, ExternalContext, MessageContext, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

const retry = { immediate: 2, delaysMs: [10], maxAttempts: 1 }
/** What the handlers throw, until it is mended. */
let broken: Error | undefined
let runs: number[] = []

@Controller()
class Handlers {
  @Subscribe(HoldSlotV1, { retry })
  async hold(data: HoldSlotV1Data, { tx, envelope, attempt }: MessageContext<HoldSlotV1Data>): Promise<void> {
    runs.push(attempt)
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, data.bookingId])
    if (broken) throw broken
  }

  @Subscribe(AuthorizePaymentV1, { effects: 'external', retry })
  async authorize(_data: AuthorizePaymentV1Data, { envelope, attempt }: ExternalContext<AuthorizePaymentV1Data>): Promise<Effect> {
    runs.push(attempt)
    if (broken) throw broken
    return async tx => void (await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'external']))
  }
}

const room = messagingRoom({ controllers: [Handlers], tables: ['inbox', 'outbox', 'effects', 'letter_decision'] })

beforeEach(() => {
  broken = new TypeError('not mended')
  runs = []
})

const COMMANDS = 'prep.booking.commands'
const HOLD = 'booking/booking.hold-slot'

async function letter(): Promise<Envelope<HoldSlotV1Data>> {
  const message = envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }))
  await deliver(room.app, message)
  await until(message.id, 'dead')
  runs = []
  return message
}

const replayOf = (consumer: string, eventId: string) => envelopeOf(ReplayDeadLetterV1, { consumer, eventId, operator: 'ada' }, { subject: eventId })
const skipOf = (consumer: string, eventId: string) => envelopeOf(SkipDeadLetterV1, { consumer, eventId, operator: 'ada', reason: 'Cancelled by phone.' }, { subject: eventId })
const rowOf = async (id: string) => (await room.database.query<Record<string, unknown>>('select * from inbox where event_id = $1', [id]))[0]
const until = (id: string, state: string) => eventually(async () => expect(await rowOf(id)).toMatchObject({ state }))
const answers = async () => (await publishedBy(room.database, DeadLetterReplayedV1)).map(({ causationid, data }) => [causationid, data.outcome, data.code])

describe('a replay', () => {
  it('runs a mended handler once and leaves the same row handled', async () => {
    const message = await letter()
    broken = undefined
    const command = replayOf(HOLD, message.id)
    await deliver(room.app, command, COMMANDS)
    await until(message.id, 'handled')
    expect(runs).toEqual([2])
    expect(await room.database.query('select event_id, note from effects')).toEqual([{ event_id: message.id, note: message.data.bookingId }])
    expect(await rowOf(message.id)).toMatchObject({ attempts: 2, envelope: null })
    expect(await answers()).toEqual([[command.id, 'handled', null]])
    await deliver(room.app, [message, command] as Envelope[], COMMANDS)
    expect(await room.database.query('select 1 from effects')).toHaveLength(1)
  })

  it('that fails leaves it dead with one more attempt, after the immediate retries only', async () => {
    const message = await letter()
    const before = await rowOf(message.id)
    broken = Object.assign(new RangeError('otherwise broken'), { code: 'OTHER' })
    const command = replayOf(HOLD, message.id)
    await deliver(room.app, command, COMMANDS)
    await eventually(async () => expect(await answers()).toEqual([[command.id, 'dead', 'OTHER']]))
    const row = await rowOf(message.id)
    expect(row).toMatchObject({ state: 'dead', attempts: 2, error_code: 'OTHER', error_class: 'RangeError' })
    expect(row?.['group_id']).not.toBe(before?.['group_id'])
    expect((row?.['attempt_log'] as object[]).slice(1)).toMatchObject([{ code: 'OTHER', replay: command.id }])
    expect(await room.database.query('select 1 from effects')).toEqual([])
  })

  it('is refused when another one has the letter', async () => {
    const message = await letter()
    broken = undefined
    const [one, two] = [replayOf(HOLD, message.id), replayOf(HOLD, message.id)]
    await deliver(room.app, [one, two], COMMANDS)
    await until(message.id, 'handled')
    expect(new Set(await answers())).toEqual(new Set([[one.id, 'handled', null], [two.id, 'refused', 'MSG_LETTER_NOT_DEAD']]))
    expect(runs).toHaveLength(1)
  })

  it.each([
    ['of a letter that nobody knows', HOLD, v7(), 'MSG_LETTER_UNKNOWN'],
    ['of what could not be read', 'booking/raw', undefined, 'MSG_LETTER_UNREADABLE'],
  ])('%s is refused', async (_what, consumer, id, code) => {
    await deliver(room.app, { ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1)), id: 'seven' } as Envelope)
    const command = replayOf(consumer, id ?? ((await inboxOf(room.database))[0]?.event_id as string))
    await deliver(room.app, command, COMMANDS)
    expect(await answers()).toEqual([[command.id, 'refused', code]])
  })

  it('of an external handler runs it without a transaction and writes its effect with the row', async () => {
    const message = envelopeOf(AuthorizePaymentV1, sampleOf(AuthorizePaymentV1, { bookingId: v7() }))
    await deliver(room.app, message)
    await until(message.id, 'dead')
    broken = undefined
    await deliver(room.app, replayOf('booking/payment.authorize', message.id), COMMANDS)
    await until(message.id, 'handled')
    expect(await room.database.query('select note from effects')).toEqual([{ note: 'external' }])
  })

  it('whose process died is taken up again', async () => {
    const message = await letter()
    broken = undefined
    await room.database.query(`update inbox set state = 'replaying' where event_id = $1`, [message.id])
    await room.database.query(
      `insert into letter_decision (command_id, action, consumer, event_id, operator, correlation_id, claimed_by, claimed_until)
       values ($1, 'replay', $2, $3, 'ada', 'c', 'a dead process', clock_timestamp() + interval '300 ms')`,
      [v7(), HOLD, message.id],
    )
    await until(message.id, 'handled')
    expect(runs).toEqual([2])
  })

  it('of a letter that still breaks its contract never reaches the handler', async () => {
    const message = { ...envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1)), data: {} as HoldSlotV1Data }
    await deliver(room.app, message)
    await deliver(room.app, replayOf(HOLD, message.id), COMMANDS)
    await eventually(async () => expect(await answers()).toMatchObject([[expect.anything(), 'dead', 'MSG_CONTRACT_VIOLATED']]))
    expect(runs).toEqual([])
  })
})

describe('a skip', () => {
  it('settles a letter with who and why, and a replay is refused from then on', async () => {
    const message = await letter()
    const command = skipOf(HOLD, message.id)
    await deliver(room.app, command, COMMANDS)
    expect(await rowOf(message.id)).toMatchObject({ state: 'skipped', decided_by: 'ada', decided_why: 'Cancelled by phone.' })
    expect((await publishedBy(room.database, DeadLetterSkippedV1)).map(({ causationid, data }) => [causationid, data.outcome])).toEqual([[command.id, 'skipped']])
    await deliver(room.app, replayOf(HOLD, message.id), COMMANDS)
    expect(await answers()).toMatchObject([[expect.anything(), 'refused', 'MSG_LETTER_NOT_DEAD']])
  })

  it('of a letter that is not dead is refused', async () => {
    await deliver(room.app, skipOf(HOLD, v7()), COMMANDS)
    expect((await publishedBy(room.database, DeadLetterSkippedV1)).map(({ data }) => [data.outcome, data.code])).toEqual([['refused', 'MSG_LETTER_UNKNOWN']])
  })
})
