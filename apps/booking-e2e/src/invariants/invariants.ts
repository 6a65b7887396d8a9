import { databaseNames } from '../world/databases.ts'
import type { World } from '../world/world.ts'

/** What is still under way: bookings neither confirmed nor rejected, sagas that told no end, events not sent. */
export async function openWork(world: World): Promise<{ openBookings: number, withoutEnd: number, unsentEvents: number }> {
  const [row] = await world.databases.query<{ open: number, without_end: number }>('booking', `
    SELECT count(*) FILTER (WHERE state NOT IN ('confirmed', 'rejected'))::int AS open,
      count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM booking_progress p WHERE p.booking_id = b.id AND p.type = 'orchestration.saga-ended.v1'))::int AS without_end
    FROM booking b`)
  return { openBookings: row?.open ?? 0, withoutEnd: row?.without_end ?? 0, unsentEvents: (await unsentEvents(world)).length }
}

/** Confirmed bookings of one kitchen whose times overlap. */
export function overlaps({ databases }: World): Promise<{ one: string, other: string }[]> {
  return databases.query('booking', `
    SELECT a.id AS one, b.id AS other FROM booking a JOIN booking b
      ON a.kitchen_id = b.kitchen_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    WHERE a.state = 'confirmed' AND b.state = 'confirmed'`)
}

/** Holds that still keep a slot for a booking that is not on its way to be used. */
export function holdsOfDeadBookings({ databases }: World): Promise<{ booking_id: string, hold: string, state: string }[]> {
  return databases.query('booking', `
    SELECT h.booking_id, h.state AS hold, b.state FROM slot_hold h JOIN booking b ON b.id = h.booking_id
    WHERE h.state IN ('held', 'confirmed') AND b.state <> 'confirmed'`)
}

/** Events that have not left their service. */
async function unsentEvents({ databases }: World): Promise<string[]> {
  const rows = await Promise.all(databaseNames.map((name) =>
    databases.query<{ event_id: string, topic: string, state: string }>(name, 'SELECT event_id, topic, state FROM outbox')))
  return rows.flat().map(({ event_id: id, topic, state }) => `${topic} ${id} ${state}`)
}

/** Where the card provider's books and the bookings disagree, in words; empty when they agree to the cent. */
export async function moneyDifferences({ databases, cards }: World): Promise<string[]> {
  const bookings = await databases.query<{ id: string, state: string, amount_minor: string, currency: string }>('booking',
    'SELECT id, state, amount_minor, currency FROM booking')
  const captured = new Map<string, number>()
  const differences: string[] = []
  for (const line of await cards.ledger()) {
    if (!line.bookingId) differences.push(`payment ${line.intent} belongs to no booking`)
    else captured.set(line.bookingId, (captured.get(line.bookingId) ?? 0) + line.capturedMinor - line.refundedMinor)
    if (line.authorizedMinor > 0) differences.push(`payment ${line.intent} of booking ${line.bookingId} still holds ${line.authorizedMinor}`)
  }
  for (const { id, state, amount_minor: amount } of bookings) {
    const due = state === 'confirmed' ? Number(amount) : 0
    if ((captured.get(id) ?? 0) !== due) differences.push(`booking ${id} is ${state}: due ${due}, captured ${captured.get(id) ?? 0}`)
    captured.delete(id)
  }
  return [...differences, ...[...captured].filter(([, amount]) => amount !== 0).map(([id, amount]) => `captured ${amount} for ${id}, which is no booking`)]
}
