import { type BookingState } from '../domain/booking-state.ts'
import { Booking } from '../domain/booking.ts'

/** A row of `booking` as the driver gives it; bigint comes as text. */
export interface BookingRow {
  id: string
  kitchen_id: string
  kitchen_name: string
  time_zone: string
  starts_at: Date
  ends_at: Date
  attendees: number
  state: BookingState
  amount_minor: string
  currency: string
  payment_method: string
  customer_name: string
  customer_email: string
  reason_code: string | null
  reason_detail: string | null
  version: number
  created_at: Date
  updated_at: Date
}

export function bookingFrom(row: BookingRow): Booking {
  const facts = {
    id: row.id,
    kitchen: { id: row.kitchen_id, name: row.kitchen_name, timeZone: row.time_zone },
    slot: { startsAt: row.starts_at, endsAt: row.ends_at },
    attendees: row.attendees,
    price: { amountMinor: Number(row.amount_minor), currency: row.currency },
    paymentMethod: row.payment_method,
    customer: { name: row.customer_name, email: row.customer_email },
    requestedAt: row.created_at,
  }
  const reason = row.reason_code === null ? null : { code: row.reason_code, detail: row.reason_detail ?? '' }
  return Booking.restore(facts, row.state, row.version, reason)
}
