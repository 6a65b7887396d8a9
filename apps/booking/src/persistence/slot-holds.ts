import { Injectable } from '@nestjs/common'
import { type Tx } from '@prep/persistence'
import { type Booking } from '../domain/booking.ts'
import { type HoldState, type SlotHold } from '../domain/slot-hold.ts'

/**
 * The Calendar Conflict Engine, on the table `slot_hold`. Every method expects the booking to be locked.
 * Times are compared with the database's clock, and only a row's state decides: whoever changes it first, wins.
 */
@Injectable()
export class SlotHolds {
  /** The hold of a booking, and the database's clock. */
  async look(tx: Tx, bookingId: string): Promise<{ hold: SlotHold | null; now: Date }> {
    const [row] = await tx.query<{ now: Date; state: HoldState | null; held_until: Date | null }>(
      `SELECT clock_timestamp() AS now, h.state, h.held_until
       FROM (SELECT $1::uuid AS id) b LEFT JOIN slot_hold h ON h.booking_id = b.id`,
      [bookingId],
    )
    const { now, state, held_until: heldUntil } = row!
    return { now, hold: state === null ? null : { state, heldUntil } }
  }

  /**
   * Holds the booking's slot until `heldUntil`. False when another booking has it: of concurrent callers whose slots
   * overlap, the others wait for the first to commit and then get false; the transaction stays usable.
   */
  async take(tx: Tx, booking: Booking, heldUntil: Date): Promise<boolean> {
    if (await this.#insert(tx, booking, 'held', heldUntil)) return true
    // What is in the way may be a hold whose time is over.
    return (await this.#expireIn(tx, booking)) > 0 && (await this.#insert(tx, booking, 'held', heldUntil))
  }

  /** Leaves a tombstone, so that a booking once refused is never held later. */
  async refuse(tx: Tx, booking: Booking): Promise<void> {
    await this.#insert(tx, booking, 'refused', null)
  }

  /** From now on the hold has no end. False when it was released or is over. */
  async confirm(tx: Tx, bookingId: string): Promise<boolean> {
    const confirmed = await tx.query(
      `UPDATE slot_hold SET state = 'confirmed', updated_at = clock_timestamp()
       WHERE booking_id = $1 AND state = 'held' AND held_until > clock_timestamp() RETURNING 1`,
      [bookingId],
    )
    return confirmed.length > 0
  }

  /** Frees the slot if it is held, and leaves a tombstone in any case. */
  release(tx: Tx, booking: Booking): void {
    const { id, kitchen, slot } = booking.facts
    tx.send(
      `INSERT INTO slot_hold (booking_id, kitchen_id, starts_at, ends_at, state) VALUES ($1, $2, $3, $4, 'released')
       ON CONFLICT (booking_id) DO UPDATE SET state = 'released', updated_at = clock_timestamp()`,
      [id, kitchen.id, slot.startsAt, slot.endsAt],
    )
  }

  async #insert(tx: Tx, booking: Booking, state: HoldState, heldUntil: Date | null): Promise<boolean> {
    const { id, kitchen, slot } = booking.facts
    const inserted = await tx.query(
      `INSERT INTO slot_hold (booking_id, kitchen_id, starts_at, ends_at, state, held_until)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
      [id, kitchen.id, slot.startsAt, slot.endsAt, state, heldUntil],
    )
    return inserted.length > 0
  }

  async #expireIn(tx: Tx, booking: Booking): Promise<number> {
    const { kitchen, slot } = booking.facts
    const expired = await tx.query(
      `UPDATE slot_hold SET state = 'expired', updated_at = clock_timestamp()
       WHERE kitchen_id = $1 AND tstzrange(starts_at, ends_at, '[)') && tstzrange($2, $3, '[)')
         AND state = 'held' AND held_until <= clock_timestamp() RETURNING 1`,
      [kitchen.id, slot.startsAt, slot.endsAt],
    )
    return expired.length
  }
}
