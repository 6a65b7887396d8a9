import { SagaEndedV1 } from '@prep/contracts'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bookingDatabase, storedBooking, type BookingDatabase } from '../booking.fixture.ts'
import { ProgressBell } from './progress-bell.ts'
import { ProgressLog, type NumberedEntry, type ProgressEntry } from './progress-log.ts'

let place: BookingDatabase
let bell: ProgressBell
let log: ProgressLog

beforeAll(async () => {
  place = await bookingDatabase()
  bell = new ProgressBell()
  log = new ProgressLog(place.database, bell)
})
afterAll(() => place.close())

const anEntry = (changes: Partial<ProgressEntry> = {}): ProgressEntry => ({
  eventId: uuidv7(),
  type: 'booking.slot-held.v1',
  source: 'booking',
  sagaStep: 'hold-slot',
  occurredAt: new Date(),
  data: { some: 'thing' },
  ...changes,
})
const append = (bookingId: string, ...entries: ProgressEntry[]) =>
  place.database.transaction(async (tx) => {
    for (const entry of entries) log.append(tx, bookingId, entry)
  })

it('numbers in the order of the events what it finds together', async () => {
  const { id } = await storedBooking(place.database)
  const [early, late] = [anEntry({ occurredAt: new Date(1_000) }), anEntry({ occurredAt: new Date(2_000) })]
  await append(id, late, early)
  expect(await log.after(id, 0)).toEqual([
    { ...early, seq: 1 },
    { ...late, seq: 2 },
  ])
})

it('never changes a number: what is early but comes late gets the next one', async () => {
  const { id } = await storedBooking(place.database)
  const [early, late] = [anEntry({ occurredAt: new Date(1_000) }), anEntry({ occurredAt: new Date(2_000) })]
  await append(id, late)
  expect(await log.after(id, 0)).toEqual([{ ...late, seq: 1 }])
  await append(id, early)
  expect(await log.after(id, 1)).toEqual([{ ...early, seq: 2 }])
})

it('keeps an event once, and nothing about bookings of others', async () => {
  const { id } = await storedBooking(place.database)
  const entry = anEntry()
  await append(id, entry)
  await append(id, entry)
  expect(await log.after(id, 0)).toHaveLength(1)
  const unknown = uuidv7()
  await append(unknown, anEntry())
  expect(await log.after(unknown, 0)).toEqual([])
})

it('knows by which number the process had ended', async () => {
  const { id } = await storedBooking(place.database)
  await append(id, anEntry({ occurredAt: new Date(1_000) }), anEntry({ type: SagaEndedV1.type }))
  await log.after(id, 0)
  expect(await log.endedBy(id, 1)).toBe(false)
  expect(await log.endedBy(id, 2)).toBe(true)
})

it('rings the bell after the commit, not after a rollback', async () => {
  const { id } = await storedBooking(place.database)
  const ear = bell.listen(id)
  const undone = place.database.transaction(async (tx) => {
    log.append(tx, id, anEntry())
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await ear.wait(1)).toBe(false)
  await append(id, anEntry())
  expect(await ear.wait(1)).toBe(true)
  ear.close()
})

it('gives readers at several replicas the same numbers without gaps while lanes write in any order', async () => {
  const [one, two] = [await storedBooking(place.database), await storedBooking(place.database)]
  const LANES = 8
  const EACH = 15
  let writing = true
  const read = async (bookingId: string): Promise<NumberedEntry[]> => {
    const replica = new ProgressLog(place.database, new ProgressBell())
    const seen: NumberedEntry[] = []
    for (let more = true; more;) {
      more = writing
      for (const entry of await replica.after(bookingId, seen.length)) {
        expect(entry.seq).toBe(seen.length + 1)
        seen.push(entry)
      }
    }
    return seen
  }
  // Each lane writes about both bookings in one transaction, half of the lanes in the other order: no deadlock.
  const lane = async (index: number) => {
    for (let i = 0; i < EACH; i++) {
      const pair = index % 2 === 0 ? [one.id, two.id] : [two.id, one.id]
      await place.database.transaction(async (tx) => {
        for (const id of pair) log.append(tx, id, anEntry())
      })
    }
  }
  const readers = [read(one.id), read(one.id), read(two.id), read(two.id)]
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
  writing = false
  const [first, again, other] = await Promise.all(readers)
  expect(first).toHaveLength(LANES * EACH)
  expect(again).toEqual(first)
  expect(other).toHaveLength(LANES * EACH)
})
