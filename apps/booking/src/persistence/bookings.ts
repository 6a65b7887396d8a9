import { Injectable } from '@nestjs/common'
import { type Tx, whereGiven } from '@prep/persistence'
import { type BookingState, type RoadState, statesBefore } from '../domain/booking-state.ts'
import { type Booking } from '../domain/booking.ts'
import { type BookingRow, bookingFrom } from './booking-row.ts'

export interface BookingFilter {
  readonly kitchenId?: string | undefined
  readonly state?: BookingState | undefined
  /** Only bookings older than the one with this id. */
  readonly olderThan?: string | undefined
  readonly limit: number
}

/** What reads need of a connection; `Database` and `Tx` both have it. */
export type Reader = Pick<Tx, 'query'>

/** The table `booking`. */
@Injectable()
export class Bookings {
  async insert(tx: Tx, booking: Booking): Promise<BookingRow> {
    const { kitchen, slot, price, customer, ...facts } = booking.facts
    const [row] = await tx.query<BookingRow>(
      `INSERT INTO booking (id, kitchen_id, kitchen_name, time_zone, starts_at, ends_at, attendees, state, amount_minor,
         currency, payment_method, customer_name, customer_email, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15) RETURNING *`,
      [
        facts.id,
        kitchen.id,
        kitchen.name,
        kitchen.timeZone,
        slot.startsAt,
        slot.endsAt,
        facts.attendees,
        booking.state,
        price.amountMinor,
        price.currency,
        facts.paymentMethod,
        customer.name,
        customer.email,
        booking.version,
        facts.requestedAt,
      ],
    )
    return row!
  }

  /** The booking, locked until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<Booking | undefined> {
    const [row] = await tx.query<BookingRow>('SELECT * FROM booking WHERE id = $1 FOR NO KEY UPDATE', [id])
    return row && bookingFrom(row)
  }

  /** Stores what may change of a booking that `lock` gave. */
  save(tx: Tx, booking: Booking): void {
    tx.send(
      `UPDATE booking SET state = $2, version = $3, reason_code = $4, reason_detail = $5, updated_at = clock_timestamp()
       WHERE id = $1`,
      [booking.id, booking.state, booking.version, booking.reason?.code ?? null, booking.reason?.detail ?? null],
    )
  }

  /** Moves a booking forward to `to` in one statement; leaves it alone when it is there, past it, or off the road. */
  advance(tx: Tx, id: string, to: RoadState | 'in-review'): void {
    tx.send(
      `UPDATE booking SET state = $2, version = version + 1, updated_at = clock_timestamp()
       WHERE id = $1 AND state = ANY ($3)`,
      [id, to, statesBefore(to)],
    )
  }

  async find(reader: Reader, id: string): Promise<BookingRow | undefined> {
    const [row] = await reader.query<BookingRow>('SELECT * FROM booking WHERE id = $1', [id])
    return row
  }

  /** Newest first. */
  async list(reader: Reader, { kitchenId, state, olderThan, limit }: BookingFilter): Promise<BookingRow[]> {
    const { where, params } = whereGiven({ 'kitchen_id = ?': kitchenId, 'state = ?': state, 'id < ?': olderThan })
    return reader.query<BookingRow>(`SELECT * FROM booking ${where} ORDER BY id DESC LIMIT $${params.push(limit)}`, params)
  }
}
