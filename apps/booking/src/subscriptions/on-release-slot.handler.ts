import { Controller, Inject } from '@nestjs/common'
import { ReleaseSlotV1, type ReleaseSlotV1Data, SlotReleasedV1 } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { SlotHolds } from '../persistence/slot-holds.ts'
import { CommandedBooking } from './commanded-booking.ts'

/**
 * Answers `booking.slot-released.v1` whatever is known of the hold: held, refused, or never asked for. It leaves a
 * tombstone, so that a hold command that was overtaken finds the slot closed to this booking.
 */
@Controller()
export class OnReleaseSlot {
  readonly #commands: CommandedBooking
  readonly #holds: SlotHolds

  constructor(@Inject(CommandedBooking) commands: CommandedBooking, @Inject(SlotHolds) holds: SlotHolds) {
    this.#commands = commands
    this.#holds = holds
  }

  @Subscribe(ReleaseSlotV1)
  async handle(data: ReleaseSlotV1Data, context: MessageContext<ReleaseSlotV1Data>): Promise<void> {
    const commanded = await this.#commands.open(context, data.bookingId)
    if (commanded.situation.hold?.state !== 'released') {
      this.#holds.release(context.tx, commanded.booking)
      commanded.booking.note()
    }
    const { bookingId, reason } = data
    await this.#commands.answer(context, commanded, SlotReleasedV1, { bookingId, reason })
  }
}
