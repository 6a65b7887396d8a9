import { Controller, Inject } from '@nestjs/common'
import {
  BookingConfirmedV1,
  type BookingConfirmedV1Data,
  ConfirmBookingV1,
  type ConfirmBookingV1Data,
  HoldExpiredV1,
} from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { type Booking } from '../domain/booking.ts'
import { decideConfirm } from '../domain/slot-hold.ts'
import { SlotHolds } from '../persistence/slot-holds.ts'
import { CommandedBooking } from './commanded-booking.ts'

/**
 * Answers `booking.confirmed.v1` when the hold still kept others out and now does so for good, else
 * `booking.hold-expired.v1`: expired, released, or asked after the deadline.
 */
@Controller()
export class OnConfirm {
  readonly #commands: CommandedBooking
  readonly #holds: SlotHolds

  constructor(@Inject(CommandedBooking) commands: CommandedBooking, @Inject(SlotHolds) holds: SlotHolds) {
    this.#commands = commands
    this.#holds = holds
  }

  @Subscribe(ConfirmBookingV1)
  async handle(data: ConfirmBookingV1Data, context: MessageContext<ConfirmBookingV1Data>): Promise<void> {
    const commanded = await this.#commands.open(context, data.bookingId)
    const { booking, situation } = commanded
    const decision = decideConfirm(situation)
    if (decision === 'try' && (await this.#holds.confirm(context.tx, booking.id))) booking.confirm()
    if (booking.state === 'confirmed') {
      return this.#commands.answer(context, commanded, BookingConfirmedV1, bookingConfirmed(booking))
    }
    booking.note()
    return this.#commands.answer(context, commanded, HoldExpiredV1, { bookingId: booking.id })
  }
}

function bookingConfirmed({ id, facts }: Booking): BookingConfirmedV1Data {
  const { kitchen, slot, price, customer } = facts
  return {
    bookingId: id,
    kitchenId: kitchen.id,
    kitchenName: kitchen.name,
    timeZone: kitchen.timeZone,
    startsAt: slot.startsAt.toISOString(),
    endsAt: slot.endsAt.toISOString(),
    ...price,
    customer,
  }
}
