import { Controller, Inject } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data, SlotHeldV1, SlotTakenV1 } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { type Booking } from '../domain/booking.ts'
import { decideHold } from '../domain/slot-hold.ts'
import { SlotHolds } from '../persistence/slot-holds.ts'
import { type Commanded, CommandedBooking } from './commanded-booking.ts'

/**
 * Answers `booking.slot-held.v1` or `booking.slot-taken.v1`. A command that comes after its undo or its deadline is
 * answered `slot-taken` as well: to the process that asked, both mean that the slot is not this booking's and that
 * there is nothing to release.
 */
@Controller()
export class OnHoldSlot {
  readonly #commands: CommandedBooking
  readonly #holds: SlotHolds

  constructor(@Inject(CommandedBooking) commands: CommandedBooking, @Inject(SlotHolds) holds: SlotHolds) {
    this.#commands = commands
    this.#holds = holds
  }

  @Subscribe(HoldSlotV1)
  async handle(data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    const commanded = await this.#commands.open(context, data.bookingId)
    const { booking, situation } = commanded
    const heldUntil = new Date(data.heldUntil)
    const decision = decideHold(situation, heldUntil)
    if (decision === 'again') return this.#held(context, commanded, situation.hold?.heldUntil ?? heldUntil)
    if (decision === 'try' && (await this.#holds.take(context.tx, booking, heldUntil))) {
      booking.hold()
      return this.#held(context, commanded, heldUntil)
    }
    if (situation.hold === null) {
      await this.#holds.refuse(context.tx, booking)
      booking.note()
    }
    return this.#commands.answer(context, commanded, SlotTakenV1, slotOf(booking))
  }

  #held(context: MessageContext, commanded: Commanded, heldUntil: Date): Promise<void> {
    const data = { ...slotOf(commanded.booking), heldUntil: heldUntil.toISOString() }
    return this.#commands.answer(context, commanded, SlotHeldV1, data)
  }
}

function slotOf({ id, facts }: Booking) {
  const { startsAt, endsAt } = facts.slot
  return { bookingId: id, kitchenId: facts.kitchen.id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }
}
