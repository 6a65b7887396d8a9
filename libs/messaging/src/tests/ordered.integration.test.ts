import { Controller } from '@nestjs/common'
import { type Contract, DeadLetterReplayedV1, DeadLetterSkippedV1, ReplayDeadLetterV1, SkipDeadLetterV1, SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf } from '@prep/testing'
import fc from 'fast-check'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { LetterStore } from '../dead-letters/letter-store.ts'
import { DrainWorker } from '../inbox/drain-worker.ts'
import { OrderStore } from '../inbox/order-store.ts'
import { type Envelope, MessageContext, PermanentError, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

const CONSUMER = 'booking/booking.slot-held'
/** Runs that a message is to fail; Infinity: until somebody decides otherwise. */
const failures = new Map<string, number>()
let fatal = new Set<string>()
/** What a run waits for before it fails. */
const beforeFailure = new Map<string, () => Promise<unknown>>()

@Controller()
class Projection {
  @Subscribe(SlotHeldV1, { ordered: true, retry: { immediate: 0, delaysMs: [30], maxAttempts: 50 } })
  async held(data: SlotHeldV1Data, context: MessageContext<SlotHeldV1Data>): Promise<void> {
    const { id, sequence } = context.envelope
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [id, `${data.bookingId} ${Number(sequence)}`])
    if (fatal.has(id)) throw new PermanentError('NEVER', 'it will never pass')
    const left = failures.get(id) ?? 0
    failures.set(id, left - 1)
    if (left > 0) await beforeFailure.get(id)?.()
    if (left > 0) throw new Error('not yet')
  }
}

@Controller()
class Unordered {
  @Subscribe(SlotHeldV1)
  async held(data: SlotHeldV1Data, { tx, envelope }: MessageContext<SlotHeldV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, `${data.bookingId} ${Number(envelope.sequence)}`])
  }
}

const room = messagingRoom({ controllers: [Projection], parkedLimit: 20, tables: ['inbox', 'inbox_order', 'outbox', 'effects', 'letter_decision'] })

beforeEach(() => {
  vi.restoreAllMocks()
  failures.clear()
  beforeFailure.clear()
  fatal = new Set()
})

const messages = (key: string, count: number): Envelope<SlotHeldV1Data>[] =>
  Array.from({ length: count }, (_, i) => envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), { subject: key, sequence: i + 1 }))
const sequencesOf = async (key: string) =>
  (await room.database.query<{ n: number }>(`select split_part(note, ' ', 2)::integer as n from effects where note like $1 order by id`, [`${key} %`])).map(row => row.n)
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const order = () => room.database.query('select state, parked from inbox_order')
const states = async () => (await inboxOf(room.database)).filter(({ consumer }) => consumer === CONSUMER).sort((a, b) => (a.event_id < b.event_id ? -1 : 1)).map(row => row.state)

/** Asks the owner, as an operator does. @returns outcome and code of its answer, or undefined while there is none */
async function ask<T extends object>(contract: Contract<T>, message: Envelope | undefined, more: object = {}): Promise<[string, string | null] | undefined> {
  const eventId = message?.id as string
  const command = envelopeOf(contract, { consumer: CONSUMER, eventId, operator: 'ada', ...more } as T, { subject: eventId })
  await deliver(room.app, command, 'prep.booking.commands')
  const answers = [...(await publishedBy(room.database, DeadLetterReplayedV1)), ...(await publishedBy(room.database, DeadLetterSkippedV1))]
  const answer = answers.find(({ causationid }) => causationid === command.id)
  return answer && [answer.data.outcome, answer.data.code]
}

const skip = (message: Envelope | undefined) => ask(SkipDeadLetterV1, message, { reason: 'a test' })
const replay = (message: Envelope | undefined) => ask(ReplayDeadLetterV1, message)

describe('an ordered handler', () => {
  it('runs the messages of a key in order and leaves the key open', async () => {
    const key = v7()
    expect(new Set(await deliver(room.app, messages(key, 10)))).toEqual(new Set(['SUCCESS']))
    expect(await sequencesOf(key)).toEqual(numbers(10))
    expect(await order()).toEqual([{ state: 'open', parked: 0 }])
  })

  it('parks behind a message that fails, by key, and runs all by sequence once that one passes', async () => {
    const [slow, quick] = [v7(), v7()]
    const behind = messages(slow, 6)
    failures.set(behind[1]?.id as string, 4)
    expect(new Set(await deliver(room.app, [...behind.slice(0, 4), ...messages(quick, 3)]))).toEqual(new Set(['SUCCESS']))
    expect(await sequencesOf(quick)).toEqual(numbers(3))
    expect(await sequencesOf(slow)).toEqual([1])
    // Out of their order, and twice.
    await deliver(room.app, [behind[5], behind[4], behind[3]] as Envelope[])
    await eventually(async () => expect(await sequencesOf(slow)).toEqual(numbers(6)), { timeoutMs: 10_000 })
    await eventually(async () => expect(await order()).toEqual([{ state: 'open', parked: 0 }, { state: 'open', parked: 0 }]))
    expect(new Set(await states())).toEqual(new Set(['handled']))
  })

  it('waits behind a dead letter until it is skipped, and skips what is parked too', async () => {
    const key = v7()
    const sent = messages(key, 5)
    fatal.add(sent[0]?.id as string)
    await deliver(room.app, sent)
    expect(await states()).toEqual(['dead', 'parked', 'parked', 'parked', 'parked'])
    expect(await order()).toEqual([{ state: 'blocked', parked: 4 }])
    expect(await skip(sent[2])).toEqual(['skipped', null])
    expect(await order()).toEqual([{ state: 'blocked', parked: 3 }])
    expect(await skip(sent[0])).toEqual(['skipped', null])
    await eventually(async () => expect(await states()).toEqual(['skipped', 'handled', 'skipped', 'handled', 'handled']), { timeoutMs: 10_000 })
    expect(await sequencesOf(key)).toEqual([2, 4, 5])
    expect(await room.database.query(`select decided_by, decided_why from inbox where state = 'skipped'`)).toEqual([
      { decided_by: 'ada', decided_why: 'a test' }, { decided_by: 'ada', decided_why: 'a test' },
    ])
    await eventually(async () => expect(await order()).toEqual([{ state: 'open', parked: 0 }]))
  })

  it('blocks again when a parked message fails in its turn', async () => {
    const key = v7()
    const sent = messages(key, 5)
    failures.set(sent[0]?.id as string, 2)
    fatal.add(sent[2]?.id as string)
    await deliver(room.app, sent)
    await eventually(async () => expect(await states()).toEqual(['handled', 'handled', 'dead', 'parked', 'parked']), { timeoutMs: 10_000 })
    expect(await order()).toEqual([{ state: 'blocked', parked: 2 }])
    await skip(sent[2])
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 2, 4, 5]), { timeoutMs: 10_000 })
  })

  it('holds back what comes after a letter that no handler ever saw, not what came before it', async () => {
    const key = v7()
    const sent = messages(key, 3)
    const broken = { ...(sent[1] as Envelope), data: { bookingId: 7 } }
    await deliver(room.app, [sent[0], broken, sent[2]] as Envelope[])
    expect(await states()).toEqual(['handled', 'dead', 'parked'])
    await skip(broken)
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 3]), { timeoutMs: 10_000 })
  })

  it('runs what was parked before such a letter, even when both wait behind another one', async () => {
    const key = v7()
    const sent = messages(key, 4)
    failures.set(sent[0]?.id as string, Infinity)
    await deliver(room.app, [sent[0], sent[1], { ...(sent[2] as Envelope), data: { bookingId: 7 } }, sent[3]] as Envelope[])
    expect(await states()).toEqual(['retrying', 'parked', 'dead', 'parked'])
    failures.clear()
    await eventually(async () => expect(await states()).toEqual(['handled', 'handled', 'dead', 'parked']))
    expect(await skip(sent[2])).toEqual(['skipped', null])
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 2, 4]))
  })

  it('runs what waited as soon as a letter is replayed, after it', async () => {
    const key = v7()
    const sent = messages(key, 5)
    fatal.add(sent[0]?.id as string)
    await deliver(room.app, sent)
    await replay(sent[0])
    await eventually(async () => expect(await publishedBy(room.database, DeadLetterReplayedV1)).toMatchObject([{ data: { outcome: 'dead' } }]))
    expect(await states()).toEqual(['dead', 'parked', 'parked', 'parked', 'parked'])
    fatal.clear()
    const wakeFor = vi.spyOn(DrainWorker.prototype, 'wakeFor')
    await replay(sent[0])
    await eventually(async () => expect(await sequencesOf(key)).toEqual(numbers(5)))
    expect(wakeFor).toHaveBeenCalledWith(CONSUMER)
    expect(await states()).toEqual(['handled', 'handled', 'handled', 'handled', 'handled'])
  })

  it('wakes the drain with the transaction that skips', async () => {
    const sent = messages(v7(), 2)
    fatal.add(sent[0]?.id as string)
    await deliver(room.app, sent)
    const wakeFor = vi.spyOn(DrainWorker.prototype, 'wakeFor')
    await skip(sent[0])
    expect(wakeFor).toHaveBeenCalledWith(CONSUMER)
  })

  it('replays no letter before an earlier message of its key is settled', async () => {
    const key = v7()
    const sent = messages(key, 3)
    fatal.add(sent[0]?.id as string)
    await deliver(room.app, [sent[0], sent[1], { ...(sent[2] as Envelope), data: { bookingId: 7 } }] as Envelope[])
    expect(await states()).toEqual(['dead', 'parked', 'dead'])
    expect(await replay(sent[2])).toEqual(['refused', 'MSG_LETTER_NOT_NEXT'])
    expect(await replay(sent[1])).toEqual(['refused', 'MSG_LETTER_NOT_NEXT'])
    await skip(sent[0])
    await eventually(async () => expect(await states()).toEqual(['skipped', 'handled', 'dead']))
    expect(await replay(sent[2])).toBeUndefined()
    await eventually(async () => expect(await publishedBy(room.database, DeadLetterReplayedV1)).toHaveLength(3))
  })

  it('drains on when a parked message is skipped in the moment in which it would run', async () => {
    const key = v7()
    const sent = messages(key, 4)
    failures.set(sent[0]?.id as string, Infinity)
    await deliver(room.app, sent)
    const letters = new LetterStore(room.service.database, new OrderStore(20))
    await room.service.database.transaction(async tx => {
      await letters.decide(tx, { commandId: v7(), action: 'skip', consumer: CONSUMER, eventId: sent[1]?.id as string, operator: 'ada', reason: 'a test', correlationId: v7() })
      failures.clear()
      await eventually(async () => expect((await states())[0]).toBe('handled'))
      // The drain has looked at the key by now, once or more.
      const looks = vi.spyOn(OrderStore.prototype, 'nextKey')
      await eventually(() => expect(looks.mock.calls.length).toBeGreaterThan(0))
    })
    await eventually(async () => expect(await states()).toEqual(['handled', 'skipped', 'handled', 'handled']), { timeoutMs: 10_000 })
    expect(await sequencesOf(key)).toEqual([1, 3, 4])
  })

  it('runs nothing of a key that another drain has blocked between the look at it and its lock', async () => {
    const key = v7()
    const sent = messages(key, 3)
    failures.set(sent[0]?.id as string, Infinity)
    await deliver(room.app, sent)
    const store = new OrderStore(20)
    const next = await room.service.database.transaction(tx => store.nextParked(tx, { consumer: CONSUMER, partition_key: key }))
    expect(next).toBeUndefined()
    expect(await order()).toEqual([{ state: 'blocked', parked: 2 }])
    failures.clear()
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 2, 3]), { timeoutMs: 10_000 })
  })

  it('records the failure of a drained message while another transaction has its key and wants the message', async () => {
    const key = v7()
    const sent = messages(key, 2)
    const second = sent[1]?.id as string
    fatal.add(sent[0]?.id as string)
    failures.set(second, 1)
    await deliver(room.app, sent)
    const { database } = room.service
    let other: Promise<unknown> | undefined
    const oneWaits = () => eventually(async () => expect(await database.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).toHaveLength(1))
    // It has its place behind the run that fails, before that failure is recorded.
    beforeFailure.set(second, () => {
      other = database.transaction(async tx => {
        await tx.query('select 1 from inbox_order for update')
        await oneWaits()
        await tx.execute('update inbox set attempts = attempts where event_id = $1', [second])
      })
      return oneWaits()
    })
    await skip(sent[0])
    await eventually(async () => expect(await sequencesOf(key)).toEqual([2]), { timeoutMs: 10_000 })
    await other
    expect(await database.query('select state, attempts from inbox where event_id = $1', [second])).toEqual([{ state: 'handled', attempts: 2 }])
  })

  it('parks no more than its limit; what is more becomes dead letters and loses nothing', async () => {
    const key = v7()
    const sent = messages(key, 25)
    fatal.add(sent[0]?.id as string)
    for (const message of sent) expect(await deliver(room.app, message)).toEqual(['SUCCESS'])
    const rows = await inboxOf(room.database)
    expect(rows.filter(row => row.state === 'parked')).toHaveLength(20)
    expect(rows.filter(row => row.error_code === 'MSG_PARKING_FULL')).toHaveLength(4)
    expect(rows).toHaveLength(25)
    // What did not fit is retried in its order, once the others have run.
    const full = sent.slice(21)
    expect(await replay(full[0])).toEqual(['refused', 'MSG_LETTER_NOT_NEXT'])
    await skip(sent[0])
    for (const [i, letter] of full.entries()) {
      await eventually(async () => expect(await sequencesOf(key)).toEqual(numbers(21 + i).slice(1)), { timeoutMs: 10_000 })
      expect(await replay(letter)).toBeUndefined()
    }
    await eventually(async () => expect(await sequencesOf(key)).toEqual(numbers(25).slice(1)))
    await eventually(async () => expect(await order()).toEqual([{ state: 'open', parked: 0 }]))
  })

  it('keeps each key in order whatever fails when, and however often things are delivered', async () => {
    const scenario = fc.array(fc.record({ fails: fc.integer({ min: 0, max: 3 }), twice: fc.boolean() }), { minLength: 3, maxLength: 12 })
    await fc.assert(fc.asyncProperty(scenario, fc.integer({ min: 1, max: 5 }), async (plan, size) => {
      const key = v7()
      const sent = messages(key, plan.length)
      plan.forEach(({ fails }, i) => failures.set(sent[i]?.id as string, fails))
      const offered = sent.flatMap((message, i) => (plan[i]?.twice ? [message, message] : [message]))
      while (offered.length > 0) expect(await deliver(room.app, offered.splice(0, size))).not.toContain('RETRY')
      await eventually(async () => expect(await sequencesOf(key)).toEqual(numbers(plan.length)), { timeoutMs: 20_000 })
    }), { numRuns: 8, endOnFailure: true })
  })
})

describe('a handler that is ordered no more', () => {
  it('still runs what was parked before, by sequence', async () => {
    const key = v7()
    const sent = messages(key, 3)
    fatal.add(sent[0]?.id as string)
    await deliver(room.app, sent)
    expect(await states()).toEqual(['dead', 'parked', 'parked'])
    await room.restart({ controllers: [Unordered] })
    await skip(sent[0])
    await eventually(async () => expect(await sequencesOf(key)).toEqual([2, 3]))
    expect(await states()).toEqual(['skipped', 'handled', 'handled'])
  })
})
