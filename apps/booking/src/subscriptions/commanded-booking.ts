import { Inject, Injectable } from '@nestjs/common'
import { type Contract } from '@prep/contracts'
import { type MessageContext, Outbox, PermanentError } from '@prep/messaging'
import { type Booking } from '../domain/booking.ts'
import { type Situation } from '../domain/slot-hold.ts'
import { Bookings } from '../persistence/bookings.ts'
import { SlotHolds } from '../persistence/slot-holds.ts'

/** A booking, locked, and all that decides how a command about it is answered. */
export interface Commanded {
  readonly booking: Booking
  readonly situation: Situation
}

/** What every command to a booking begins and ends with. */
@Injectable()
export class CommandedBooking {
  readonly #bookings: Bookings
  readonly #holds: SlotHolds
  readonly #outbox: Outbox

  constructor(
    @Inject(Bookings) bookings: Bookings,
    @Inject(SlotHolds) holds: SlotHolds,
    @Inject(Outbox) outbox: Outbox,
  ) {
    this.#bookings = bookings
    this.#holds = holds
    this.#outbox = outbox
  }

  /** @throws PermanentError booking_unknown: commands are about bookings that were requested here */
  async open(context: MessageContext, bookingId: string): Promise<Commanded> {
    const { tx, deadline } = context
    // One round trip, two statements: the hold is read as it is once the lock was waited for.
    const [booking, { hold, now }] = await Promise.all([
      this.#bookings.lock(tx, bookingId),
      this.#holds.look(tx, bookingId),
    ])
    if (booking === undefined) throw new PermanentError('booking_unknown', `there is no booking ${bookingId}`)
    return { booking, situation: { booking: booking.state, hold, now, deadline } }
  }

  /** Stores the booking when the command changed it, then tells of it. The answer to a repeated command tells again. */
  async answer<T>({ tx }: MessageContext, { booking }: Commanded, contract: Contract<T>, data: T): Promise<void> {
    const message = { data, subject: booking.id, sequence: booking.version }
    if (booking.changed) this.#bookings.save(tx, booking)
    await this.#outbox.publish(tx, contract, message)
  }
}
