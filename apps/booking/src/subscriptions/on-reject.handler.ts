import { Controller, Inject } from '@nestjs/common'
import {
  BookingRejectedV1,
  type BookingRejectedV1Data,
  RejectBookingV1,
  type RejectBookingV1Data,
} from '@prep/contracts'
import { MessageContext, PermanentError, Subscribe } from '@prep/messaging'
import { type Booking } from '../domain/booking.ts'
import { BookingError } from '../domain/errors.ts'
import { SlotHolds } from '../persistence/slot-holds.ts'
import { CommandedBooking } from './commanded-booking.ts'

/**
 * Answers `booking.rejected.v1`. A rejected booking holds no slot, whether a release came before or not. Repeated, it
 * answers with the first reason; a booking that can no longer be rejected makes a dead letter.
 */
@Controller()
export class OnReject {
  readonly #commands: CommandedBooking
  readonly #holds: SlotHolds

  constructor(@Inject(CommandedBooking) commands: CommandedBooking, @Inject(SlotHolds) holds: SlotHolds) {
    this.#commands = commands
    this.#holds = holds
  }

  @Subscribe(RejectBookingV1)
  async handle(data: RejectBookingV1Data, context: MessageContext<RejectBookingV1Data>): Promise<void> {
    const commanded = await this.#commands.open(context, data.bookingId)
    const { booking, situation } = commanded
    if (booking.state !== 'rejected') {
      reject(booking, data)
      const stillActive = situation.hold?.state === 'held' || situation.hold?.state === 'confirmed'
      if (stillActive) this.#holds.release(context.tx, booking)
    }
    await this.#commands.answer(context, commanded, BookingRejectedV1, bookingRejected(booking))
  }
}

function reject(booking: Booking, { reasonCode, detail }: RejectBookingV1Data): void {
  try {
    booking.reject({ code: reasonCode, detail })
  } catch (error) {
    if (error instanceof BookingError) throw new PermanentError(error.code, error.message, { cause: error })
    throw error
  }
}

function bookingRejected({ id, facts, reason }: Booking): BookingRejectedV1Data {
  const { kitchen, slot, customer } = facts
  return {
    bookingId: id,
    kitchenId: kitchen.id,
    kitchenName: kitchen.name,
    timeZone: kitchen.timeZone,
    startsAt: slot.startsAt.toISOString(),
    endsAt: slot.endsAt.toISOString(),
    reasonCode: reason?.code ?? '',
    detail: reason?.detail ?? '',
    customer,
  }
}
