import { type BookingRow } from '../persistence/booking-row.ts'

/** A booking as clients see it. Times are RFC 3339 in UTC; the amount is in minor units of the currency. */
export interface BookingResource {
  id: string
  kitchen_id: string
  kitchen_name: string
  starts_at: string
  ends_at: string
  /** IANA, for display */
  time_zone: string
  attendees: number
  status: string
  amount_minor: number
  currency: string
  /** Why it was rejected or cancelled. */
  reason: { code: string; detail: string } | null
  customer: { name: string; email: string }
  created_at: string
  updated_at: string
  version: number
}

export function bookingResource(row: BookingRow): BookingResource {
  return {
    id: row.id,
    kitchen_id: row.kitchen_id,
    kitchen_name: row.kitchen_name,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    time_zone: row.time_zone,
    attendees: row.attendees,
    status: row.state,
    amount_minor: Number(row.amount_minor),
    currency: row.currency,
    reason: row.reason_code === null ? null : { code: row.reason_code, detail: row.reason_detail ?? '' },
    customer: { name: row.customer_name, email: row.customer_email },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
  }
}
