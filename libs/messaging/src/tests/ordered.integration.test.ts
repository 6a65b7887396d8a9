import { Controller } from '@nestjs/common'
import { SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import fc from 'fast-check'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LetterStore } from '../dead-letters/letter-store.ts'
import { type Envelope, MessageContext, PermanentError, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

/** Runs that a message is to fail; Infinity: until somebody decides otherwise. */
const failures = new Map<string, number>()
let fatal = new Set<string>()

@Controller()
class Projection {
  @Subscribe(SlotHeldV1, { ordered: true, retry: { immediate: 0, delaysMs: [30], maxAttempts: 50 } })
  async held(data: SlotHeldV1Data, context: MessageContext<SlotHeldV1Data>): Promise<void> {
    const { id, sequence } = context.envelope
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [id, `${data.bookingId} ${Number(sequence)}`])
    if (fatal.has(id)) throw new PermanentError('NEVER', 'it will never pass')
    const left = failures.get(id) ?? 0
    failures.set(id, left - 1)
    if (left > 0) throw new Error('not yet')
  }
}

let database: TestDatabase
let service: MessagingService

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  service = await startMessagingService({ url: database.url, controllers: [Projection], parkedLimit: 20 })
})

afterAll(async () => {
  await service?.stop()
  await database?.drop()
})

beforeEach(async () => {
  failures.clear()
  fatal = new Set()
  await database.empty('inbox', 'inbox_order', 'outbox', 'effects')
})

const messages = (key: string, count: number): Envelope<SlotHeldV1Data>[] =>
  Array.from({ length: count }, (_, i) => envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), { subject: key, sequence: i + 1 }))
const sequencesOf = async (key: string) =>
  (await database.query<{ n: number }>(`select split_part(note, ' ', 2)::integer as n from effects where note like $1 order by id`, [`${key} %`])).map(row => row.n)
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const order = () => database.query('select state, parked from inbox_order')
const states = async () => (await inboxOf(database)).sort((a, b) => (a.event_id < b.event_id ? -1 : 1)).map(row => row.state)

async function skip(message: Envelope | undefined): Promise<void> {
  const decision = { commandId: v7(), action: 'skip', consumer: 'booking/booking.slot-held', eventId: message?.id as string, operator: 'ada', reason: 'a test', correlationId: v7() } as const
  await service.database.transaction(tx => new LetterStore(service.database).decide(tx, decision))
}

describe('an ordered handler', () => {
  it('runs the messages of a key in order and leaves the key open', async () => {
    const key = v7()
    expect(new Set(await deliver(service.app, messages(key, 10)))).toEqual(new Set(['SUCCESS']))
    expect(await sequencesOf(key)).toEqual(numbers(10))
    expect(await order()).toEqual([{ state: 'open', parked: 0 }])
  })

  it('parks behind a message that fails, by key, and runs all by sequence once that one passes', async () => {
    const [slow, quick] = [v7(), v7()]
    const behind = messages(slow, 6)
    failures.set(behind[1]?.id as string, 4)
    expect(new Set(await deliver(service.app, [...behind.slice(0, 4), ...messages(quick, 3)]))).toEqual(new Set(['SUCCESS']))
    expect(await sequencesOf(quick)).toEqual(numbers(3))
    expect(await sequencesOf(slow)).toEqual([1])
    // Out of their order, and twice.
    await deliver(service.app, [behind[5], behind[4], behind[3]] as Envelope[])
    await eventually(async () => expect(await sequencesOf(slow)).toEqual(numbers(6)), { timeoutMs: 10_000 })
    await eventually(async () => expect(await order()).toEqual([{ state: 'open', parked: 0 }, { state: 'open', parked: 0 }]))
    expect(new Set(await states())).toEqual(new Set(['handled']))
  })

  it('waits behind a dead letter until it is skipped, and skips what is parked too', async () => {
    const key = v7()
    const sent = messages(key, 5)
    fatal.add(sent[0]?.id as string)
    await deliver(service.app, sent)
    expect(await states()).toEqual(['dead', 'parked', 'parked', 'parked', 'parked'])
    expect(await order()).toEqual([{ state: 'blocked', parked: 4 }])
    await skip(sent[2])
    await skip(sent[0])
    await eventually(async () => expect(await states()).toEqual(['skipped', 'handled', 'skipped', 'handled', 'handled']), { timeoutMs: 10_000 })
    expect(await sequencesOf(key)).toEqual([2, 4, 5])
    expect(await database.query(`select decided_by, decided_why from inbox where state = 'skipped'`)).toEqual([
      { decided_by: 'ada', decided_why: 'a test' }, { decided_by: 'ada', decided_why: 'a test' },
    ])
    await eventually(async () => expect(await order()).toEqual([{ state: 'open', parked: 0 }]))
  })

  it('blocks again when a parked message fails in its turn', async () => {
    const key = v7()
    const sent = messages(key, 5)
    failures.set(sent[0]?.id as string, 2)
    fatal.add(sent[2]?.id as string)
    await deliver(service.app, sent)
    await eventually(async () => expect(await states()).toEqual(['handled', 'handled', 'dead', 'parked', 'parked']), { timeoutMs: 10_000 })
    expect(await order()).toEqual([{ state: 'blocked', parked: 2 }])
    await skip(sent[2])
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 2, 4, 5]), { timeoutMs: 10_000 })
  })

  it('holds back what comes after a letter that no handler ever saw, not what came before it', async () => {
    const key = v7()
    const sent = messages(key, 3)
    const broken = { ...(sent[1] as Envelope), data: { bookingId: 7 } }
    await deliver(service.app, [sent[0], broken, sent[2]] as Envelope[])
    expect(await states()).toEqual(['handled', 'dead', 'parked'])
    await skip(broken)
    await eventually(async () => expect(await sequencesOf(key)).toEqual([1, 3]), { timeoutMs: 10_000 })
  })

  it('parks no more than its limit; what is more becomes dead letters and loses nothing', async () => {
    const key = v7()
    const sent = messages(key, 25)
    fatal.add(sent[0]?.id as string)
    for (const message of sent) expect(await deliver(service.app, message)).toEqual(['SUCCESS'])
    const rows = await inboxOf(database)
    expect(rows.filter(row => row.state === 'parked')).toHaveLength(20)
    expect(rows.filter(row => row.error_code === 'MSG_PARKING_FULL')).toHaveLength(4)
    expect(rows).toHaveLength(25)
  })

  it('keeps each key in order whatever fails when, and however often things are delivered', async () => {
    const scenario = fc.array(fc.record({ fails: fc.integer({ min: 0, max: 3 }), twice: fc.boolean() }), { minLength: 3, maxLength: 12 })
    await fc.assert(fc.asyncProperty(scenario, fc.integer({ min: 1, max: 5 }), async (plan, size) => {
      const key = v7()
      const sent = messages(key, plan.length)
      plan.forEach(({ fails }, i) => failures.set(sent[i]?.id as string, fails))
      const offered = sent.flatMap((message, i) => (plan[i]?.twice ? [message, message] : [message]))
      while (offered.length > 0) expect(await deliver(service.app, offered.splice(0, size))).not.toContain('RETRY')
      await eventually(async () => expect(await sequencesOf(key)).toEqual(numbers(plan.length)), { timeoutMs: 20_000 })
    }), { numRuns: 8, endOnFailure: true })
  })
})
