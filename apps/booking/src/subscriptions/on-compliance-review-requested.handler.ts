import { Controller, Inject } from '@nestjs/common'
import { ComplianceReviewRequestedV1, type ComplianceReviewRequestedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { Bookings } from '../persistence/bookings.ts'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** The booking waits for a person. */
@Controller()
export class OnComplianceReviewRequested {
  readonly #bookings: Bookings
  readonly #log: ProgressLog

  constructor(@Inject(Bookings) bookings: Bookings, @Inject(ProgressLog) log: ProgressLog) {
    this.#bookings = bookings
    this.#log = log
  }

  @Subscribe(ComplianceReviewRequestedV1)
  async handle(
    data: ComplianceReviewRequestedV1Data,
    { tx, envelope }: MessageContext<ComplianceReviewRequestedV1Data>,
  ): Promise<void> {
    this.#bookings.advance(tx, data.bookingId, 'in-review')
    this.#log.append(tx, data.bookingId, progressEntry(ComplianceReviewRequestedV1, envelope))
  }
}
