import { messagingMigrations } from '@prep/messaging'
import { openDatabase, type Database } from '@prep/persistence'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { Booking, type BookingRequest } from './domain/booking.ts'
import { Bookings } from './persistence/bookings.ts'
import { bookingMigrations } from './persistence/migrations.ts'

const HOUR_MS = 3_600_000
/** Tomorrow, on the hour: tests book relative to it. */
const BASE = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS

/** A slot that starts `fromHours` after tomorrow's base and ends `toHours` after it. */
export function slotAt(fromHours: number, toHours: number) {
  return { startsAt: new Date(BASE + fromHours * HOUR_MS), endsAt: new Date(BASE + toHours * HOUR_MS) }
}

export function aKitchen(id: string = uuidv7()) {
  return { id, name: 'Dockside', timeZone: 'Europe/Lisbon', hourlyRateMinor: 4500, currency: 'EUR' }
}

export function aBooking(changes: Partial<BookingRequest> = {}): Booking {
  return Booking.request({
    id: uuidv7(),
    kitchen: aKitchen(),
    slot: slotAt(0, 2),
    attendees: 3,
    paymentMethod: 'pm_card_visa',
    customer: { name: 'Ana Example', email: 'ana@example.org' },
    now: new Date(),
    ...changes,
  })
}

/** Stores a booking as it was requested. */
export async function storedBooking(database: Database, changes: Partial<BookingRequest> = {}): Promise<Booking> {
  const booking = aBooking(changes)
  await database.transaction((tx) => new Bookings().insert(tx, booking))
  return booking
}

export interface BookingDatabase {
  readonly database: Database
  readonly url: string
  close(): Promise<void>
}

/** A fresh database with this service's own tables, and room for concurrent transactions. */
export async function bookingDatabase(): Promise<BookingDatabase> {
  const fresh: TestDatabase = await testDatabase([...messagingMigrations, ...bookingMigrations])
  const database = await openDatabase({ url: fresh.url, service: 'booking-test', poolSize: 24 })
  const close = async () => {
    await database.close()
    await fresh.drop()
  }
  return { database, url: fresh.url, close }
}
