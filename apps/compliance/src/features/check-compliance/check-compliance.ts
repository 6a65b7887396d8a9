import { Inject, Injectable } from '@nestjs/common'
import { PermanentError, TransientError } from '@prep/messaging'
import { type Tx } from '@prep/persistence'
import { type BookingToCheck } from '../../domain/booking-to-check.ts'
import { type Decision, kitchenUnknown } from '../../domain/decision.ts'
import { ComplianceError } from '../../domain/errors.ts'
import { type Kitchen } from '../../domain/kitchen.ts'
import { decide } from '../../domain/reg-engine.ts'
import { ruleSetName } from '../../domain/rule-set.ts'
import { activeRuleSet } from '../../domain/rule-sets/active.ts'
import { CheckRepository } from '../../persistence/check-repository.ts'
import { KitchenProjection } from '../../persistence/kitchen-projection.ts'

/** Decides about a booking once; every later question about it gets the same answer. */
@Injectable()
export class CheckCompliance {
  readonly #kitchens: KitchenProjection
  readonly #checks: CheckRepository

  constructor(
    @Inject(KitchenProjection) kitchens: KitchenProjection,
    @Inject(CheckRepository) checks: CheckRepository,
  ) {
    this.#kitchens = kitchens
    this.#checks = checks
  }

  /**
   * There is no order across topics: the kitchen may become known a moment later. Until `deadline` an unknown kitchen
   * is a TransientError COMPLIANCE_KITCHEN_UNKNOWN, to be tried again; after it the booking is rejected.
   * PermanentError COMPLIANCE_TIME_ZONE_UNKNOWN when the kitchen's days cannot be told.
   */
  async run(tx: Tx, booking: BookingToCheck, deadline: Date): Promise<Decision> {
    const taken = await this.#checks.find(tx, booking.bookingId)
    if (taken) return taken
    const kitchen = await this.#kitchens.find(tx, booking.kitchenId)
    if (!kitchen && Date.now() < deadline.getTime()) throw notYetKnown(booking.kitchenId)
    const decision = kitchen ? decided(kitchen, booking) : kitchenUnknown(booking.kitchenId, ruleSetName(activeRuleSet))
    return this.#checks.record(tx, booking, decision, kitchen?.version ?? null)
  }
}

function decided(kitchen: Kitchen, booking: BookingToCheck): Decision {
  try {
    return decide(activeRuleSet, kitchen, booking)
  } catch (error) {
    if (error instanceof ComplianceError) throw new PermanentError(error.code, error.message, { cause: error })
    throw error
  }
}

function notYetKnown(kitchenId: string): TransientError {
  return new TransientError(
    'COMPLIANCE_KITCHEN_UNKNOWN',
    `Kitchen ${kitchenId} is not known to compliance yet. It is tried again until the command's deadline.`,
  )
}
