import { Injectable } from '@nestjs/common'
import { type Tx } from '@prep/persistence'
import { type BookingToCheck } from '../domain/booking-to-check.ts'
import { type Decision } from '../domain/decision.ts'

/** The decisions taken: one for each booking, for good. */
@Injectable()
export class CheckRepository {
  /** The decision about a booking; undefined when none was taken. */
  async find(tx: Tx, bookingId: string): Promise<Decision | undefined> {
    const [row] = await tx.query<{ decision: Decision }>(
      'SELECT decision FROM compliance_check WHERE booking_id = $1',
      [bookingId],
    )
    return row?.decision
  }

  /**
   * Records a decision, unless one was taken meanwhile; gives the one that stands.
   * `kitchenVersion` is null when the kitchen was not known.
   */
  async record(tx: Tx, booking: BookingToCheck, decision: Decision, kitchenVersion: number | null): Promise<Decision> {
    const recorded = await tx.execute(
      `INSERT INTO compliance_check
         (booking_id, kitchen_id, kitchen_version, starts_at, ends_at, attendees, outcome, rule_set, decision)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (booking_id) DO NOTHING`,
      [
        booking.bookingId,
        booking.kitchenId,
        kitchenVersion,
        booking.startsAt,
        booking.endsAt,
        booking.attendees,
        decision.outcome,
        decision.ruleSet,
        JSON.stringify(decision),
      ],
    )
    return recorded === 1 ? decision : ((await this.find(tx, booking.bookingId)) ?? decision)
  }
}
