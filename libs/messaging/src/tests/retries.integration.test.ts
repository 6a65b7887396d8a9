import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data, ReleaseSlotV1, type ReleaseSlotV1Data } from '@prep/contracts'
import { type Database, openDatabase } from '@prep/persistence'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MessageContext, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

/** Bookings whose message fails. */
const failing = new Set<string>()
/** What runs of a booking's messages do first. */
let before = (_bookingId: string, _attempt: number, _context: MessageContext): Promise<unknown> => Promise.resolve()

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1, { retry: { immediate: 0, delaysMs: [3_600_000], maxAttempts: 10 } })
  async hold(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
    await before(data.bookingId, context.attempt, context)
    if (failing.has(data.bookingId)) throw new Error('not yet')
  }

  @Subscribe(ReleaseSlotV1, { retry: { immediate: 0, delaysMs: [1], maxAttempts: 10 } })
  async release(data: ReleaseSlotV1Data, context: MessageContext<ReleaseSlotV1Data>): Promise<void> {
    await before(data.bookingId, context.attempt, context)
  }
}

let database: TestDatabase
let service: MessagingService
/** Connections of the test's own. */
let own: Database

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  own = await openDatabase({ url: database.url, service: 'test' })
  service = await startMessagingService({ url: database.url, controllers: [BookingHandlers], breakerAfter: 100 })
})

afterAll(async () => {
  await service?.stop()
  await own?.close()
  await database?.drop()
})

beforeEach(async () => {
  failing.clear()
  before = () => Promise.resolve()
  await database.empty('inbox', 'outbox', 'effects')
})

/** Eight messages that failed once and wait for an hour. @returns their bookings */
async function eightWait(): Promise<string[]> {
  const bookings = Array.from({ length: 8 }, () => v7())
  for (const bookingId of bookings) {
    failing.add(bookingId)
    await deliver(service.app, envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId })))
  }
  expect((await inboxOf(database)).map(row => row.state)).toEqual(bookings.map(() => 'retrying'))
  return bookings
}

const makeDue = () => database.query(`update inbox set next_attempt_at = clock_timestamp()`)
const transactionsOfHandled = () => database.query<{ xmin: string }>(`select distinct xmin::text from inbox where state = 'handled'`)
const effects = () => database.query<{ event_id: string }>('select event_id from effects')

describe('messages that are due again', () => {
  it('run in one transaction when many wait', async () => {
    await eightWait()
    failing.clear()
    await makeDue()
    await eventually(async () => expect(await effects()).toHaveLength(8))
    expect(await transactionsOfHandled()).toHaveLength(1)
  })

  it('run each by itself when one of them fails, and only that one goes on waiting', async () => {
    const [poison] = await eightWait()
    failing.clear()
    failing.add(poison as string)
    await makeDue()
    await eventually(async () => expect((await inboxOf(database)).filter(row => row.state === 'handled')).toHaveLength(7))
    const waiting = () => database.query(`select partition_key, attempts from inbox where state = 'retrying'`)
    await eventually(async () => expect(await waiting()).toEqual([{ partition_key: poison, attempts: 2 }]))
    expect(await effects()).toHaveLength(7)
    expect(await transactionsOfHandled()).toHaveLength(7)
  })

  it('are run by nobody else between the rollback of a failed run and its record', async () => {
    const [poison, other, third] = [v7(), v7(), v7()]
    const runs: string[] = []
    const held = new Map([poison, third].map(id => [id, Promise.withResolvers<void>()]))
    before = async (bookingId, attempt, { tx }) => {
      runs.push(`${bookingId} ${attempt}`)
      if (bookingId !== third) return attempt === 2 ? held.get(bookingId)?.promise : undefined
      if (attempt === 1) throw new Error('wakes the second loop')
      await tx.query('update inbox set next_attempt_at = clock_timestamp() where partition_key = $1', [other])
      return held.get(third)?.promise
    }
    failing.add(poison).add(other)
    for (const bookingId of [poison, other]) await deliver(service.app, envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId })))
    failing.delete(other)
    await database.query('update inbox set next_attempt_at = clock_timestamp() where partition_key = $1', [poison])
    await eventually(() => expect(runs).toContain(`${poison} 2`))
    await deliver(service.app, envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: third })))
    await eventually(() => expect(runs).toContain(`${third} 2`))
    // Rows may be looked for and locked, but not written: the failure waits for its record, and so does who took a row meanwhile.
    const looked = Promise.withResolvers<void>()
    const nobodyWrites = own.transaction(async tx => {
      await tx.query('lock table inbox in share row exclusive mode')
      await looked.promise
    })
    await eventually(async () => expect(await waitingForLocks()).toBe(1))
    held.get(poison)?.resolve()
    await eventually(async () => expect(await waitingForLocks()).toBe(2))
    held.get(third)?.resolve()
    await eventually(async () => expect(await statementsThatWait()).toEqual([expect.stringContaining("state = 'handled'"), expect.stringContaining('attempt_log')]))
    looked.resolve()
    await nobodyWrites
    await eventually(async () => expect(await database.query(`select attempts from inbox where state = 'retrying'`)).toEqual([{ attempts: 2 }]))
    await eventually(async () => expect((await inboxOf(database)).filter(row => row.state === 'handled')).toHaveLength(2))
    expect(runs.filter(run => run.startsWith(poison))).toEqual([`${poison} 1`, `${poison} 2`])
  })
})

const statementsThatWait = async () =>
  (await database.query<{ query: string }>(`select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))
    .map(({ query }) => query.trim())
    .sort((a, b) => Number(a.includes('attempt_log')) - Number(b.includes('attempt_log')))
const waitingForLocks = async () => (await statementsThatWait()).length
