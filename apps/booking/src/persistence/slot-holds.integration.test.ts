import { type Database } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aKitchen, bookingDatabase, slotAt, storedBooking, type BookingDatabase } from '../booking.fixture.ts'
import { type Booking } from '../domain/booking.ts'
import { SlotHolds } from './slot-holds.ts'

const holds = new SlotHolds()
const inMs = (ms: number) => new Date(Date.now() + ms)
let place: BookingDatabase
let database: Database

beforeAll(async () => {
  place = await bookingDatabase()
  database = place.database
})
afterAll(() => place.close())

const take = (booking: Booking, heldUntil = inMs(60_000)) =>
  database.transaction((tx) => holds.take(tx, booking, heldUntil))
const confirm = (booking: Booking) => database.transaction((tx) => holds.confirm(tx, booking.id))
const look = (booking: Booking) => database.transaction((tx) => holds.look(tx, booking.id))
const stored = (kitchenId: string, from: number, to: number) =>
  storedBooking(database, { kitchen: aKitchen(kitchenId), slot: slotAt(from, to) })

/** A hold whose time was over a second ago. */
async function expiredHold(kitchenId: string, from: number, to: number): Promise<Booking> {
  const booking = await stored(kitchenId, from, to)
  expect(await take(booking)).toBe(true)
  await database.query(`UPDATE slot_hold SET held_until = clock_timestamp() - interval '1 s' WHERE booking_id = $1`, [
    booking.id,
  ])
  return booking
}

describe('the calendar', () => {
  it('gives a slot to exactly one of many that ask at once', async () => {
    for (let round = 0; round < 5; round++) {
      const kitchen = uuidv7()
      // All of them share the hour from 5 to 6.
      const rivals = await Promise.all(Array.from({ length: 20 }, (_, i) => stored(kitchen, i % 6, 6 + (i % 4))))
      const held = await Promise.all(rivals.map((booking) => take(booking)))
      expect(held.filter(Boolean)).toHaveLength(1)
    }
  })

  it('leaves the transaction of the loser usable', async () => {
    const kitchen = uuidv7()
    const [winner, loser] = [await stored(kitchen, 0, 2), await stored(kitchen, 1, 3)]
    expect(await take(winner)).toBe(true)
    await database.transaction(async (tx) => {
      expect(await holds.take(tx, loser, inMs(60_000))).toBe(false)
      await holds.refuse(tx, loser)
    })
    expect((await look(loser)).hold?.state).toBe('refused')
  })

  it('gives the slot to the next when the first one rolls back', async () => {
    const kitchen = uuidv7()
    const [first, second] = [await stored(kitchen, 0, 2), await stored(kitchen, 0, 2)]
    let waiting: Promise<boolean> | undefined
    const failed = database.transaction(async (tx) => {
      expect(await holds.take(tx, first, inMs(60_000))).toBe(true)
      waiting = take(second)
      await tx.query('SELECT 1')
      throw new Error('undone')
    })
    await expect(failed).rejects.toThrow('undone')
    expect(await waiting).toBe(true)
  })

  it('is half-open, and each kitchen has its own', async () => {
    const kitchen = uuidv7()
    expect(await take(await stored(kitchen, 0, 2))).toBe(true)
    expect(await take(await stored(kitchen, 2, 4))).toBe(true)
    expect(await take(await stored(uuidv7(), 1, 3))).toBe(true)
    expect(await take(await stored(kitchen, 1, 3))).toBe(false)
  })
})

describe('a hold past its end', () => {
  it('does not block: exactly one of the next gets the slot, even where it lies over several such holds', async () => {
    const kitchen = uuidv7()
    const old = [await expiredHold(kitchen, 0, 2), await expiredHold(kitchen, 2, 4), await expiredHold(kitchen, 6, 7)]
    const rivals = await Promise.all(Array.from({ length: 12 }, () => stored(kitchen, 1, 3)))
    const held = await Promise.all(rivals.map((booking) => take(booking)))
    expect(held.filter(Boolean)).toHaveLength(1)
    const states = await Promise.all(old.map(async (booking) => (await look(booking)).hold?.state))
    expect(states).toEqual(['expired', 'expired', 'held'])
  })

  it('cannot be confirmed', async () => {
    expect(await confirm(await expiredHold(uuidv7(), 0, 2))).toBe(false)
  })

  it('is either confirmed or given away when both are tried at its end, never both', async () => {
    for (let round = 0; round < 10; round++) {
      const kitchen = uuidv7()
      const [first, second] = [await stored(kitchen, 0, 2), await stored(kitchen, 0, 2)]
      expect(await take(first, inMs(15))).toBe(true)
      const results = await Promise.all([confirm(first), take(second), confirm(first), take(second)])
      const active = await database.query(
        `SELECT booking_id FROM slot_hold WHERE kitchen_id = $1 AND state IN ('held', 'confirmed')`,
        [kitchen],
      )
      expect(active).toHaveLength(1)
      expect(results[0] && results[1]).toBe(false)
    }
  })
})

describe('a confirmed hold', () => {
  it('has no end', async () => {
    const kitchen = uuidv7()
    const booking = await stored(kitchen, 0, 2)
    expect(await take(booking)).toBe(true)
    expect(await confirm(booking)).toBe(true)
    await database.query(`UPDATE slot_hold SET held_until = now() - interval '1 day' WHERE booking_id = $1`, [
      booking.id,
    ])
    expect(await take(await stored(kitchen, 0, 2))).toBe(false)
  })
})

describe('a release', () => {
  it('frees the slot for others, and for ever closes it to this booking', async () => {
    const kitchen = uuidv7()
    const [first, second] = [await stored(kitchen, 0, 2), await stored(kitchen, 0, 2)]
    expect(await take(first)).toBe(true)
    await database.transaction(async (tx) => holds.release(tx, first))
    await database.transaction(async (tx) => holds.release(tx, first))
    expect(await take(second)).toBe(true)
    expect(await take(first)).toBe(false)
    expect(await confirm(first)).toBe(false)
  })

  it('before the hold leaves a tombstone', async () => {
    const booking = await stored(uuidv7(), 0, 2)
    await database.transaction(async (tx) => holds.release(tx, booking))
    expect(await take(booking)).toBe(false)
    expect((await look(booking)).hold?.state).toBe('released')
  })
})

it('PostgreSQL itself refuses two active holds of one slot', async () => {
  const kitchen = uuidv7()
  const [first, second] = [await stored(kitchen, 0, 2), await stored(kitchen, 1, 3)]
  await take(first)
  const forced = database.query(
    `INSERT INTO slot_hold (booking_id, kitchen_id, starts_at, ends_at, state) VALUES ($1, $2, $3, $4, 'confirmed')`,
    [second.id, kitchen, second.facts.slot.startsAt, second.facts.slot.endsAt],
  )
  await expect(forced).rejects.toMatchObject({ code: '23P01', constraint: 'slot_hold_never_overlaps' })
})
