import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MessageContext, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

/** Bookings whose message fails. */
const failing = new Set<string>()

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1, { retry: { immediate: 0, delaysMs: [3_600_000], maxAttempts: 10 } })
  async hold(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
    if (failing.has(data.bookingId)) throw new Error('not yet')
  }
}

let database: TestDatabase
let service: MessagingService

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  service = await startMessagingService({ url: database.url, controllers: [BookingHandlers], breakerAfter: 100 })
})

afterAll(async () => {
  await service?.stop()
  await database?.drop()
})

beforeEach(async () => {
  failing.clear()
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
})
