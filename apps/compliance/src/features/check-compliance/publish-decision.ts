import { Inject, Injectable } from '@nestjs/common'
import { ComplianceApprovedV1, ComplianceRejectedV1, ComplianceReviewRequestedV1 } from '@prep/contracts'
import { Outbox } from '@prep/messaging'
import { type Tx } from '@prep/persistence'
import { type BookingToCheck } from '../../domain/booking-to-check.ts'
import { type Decision } from '../../domain/decision.ts'

/** A check has one decision so far; the review of a person will be its second. */
const FIRST_DECISION = 1

/** Tells the decision about a booking; it answers the command being handled. */
@Injectable()
export class PublishDecision {
  readonly #outbox: Outbox

  constructor(@Inject(Outbox) outbox: Outbox) {
    this.#outbox = outbox
  }

  async run(tx: Tx, { bookingId, kitchenId }: BookingToCheck, decision: Decision): Promise<void> {
    const about = { subject: bookingId, sequence: FIRST_DECISION }
    const { ruleSet } = decision
    if (decision.outcome === 'approved') {
      const data = { bookingId, kitchenId, ruleSet, checks: [...decision.checks] }
      await this.#outbox.publish(tx, ComplianceApprovedV1, { ...about, data })
      return
    }
    const contract = decision.outcome === 'rejected' ? ComplianceRejectedV1 : ComplianceReviewRequestedV1
    const data = { bookingId, kitchenId, ruleSet, reasons: [...decision.reasons] }
    await this.#outbox.publish(tx, contract, { ...about, data })
  }
}
