import { Controller, Inject } from '@nestjs/common'
import { ComplianceApprovedV1, type ComplianceApprovedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { Bookings } from '../persistence/bookings.ts'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** The booking goes on to its payment. */
@Controller()
export class OnComplianceApproved {
  readonly #bookings: Bookings
  readonly #log: ProgressLog

  constructor(@Inject(Bookings) bookings: Bookings, @Inject(ProgressLog) log: ProgressLog) {
    this.#bookings = bookings
    this.#log = log
  }

  @Subscribe(ComplianceApprovedV1)
  async handle(
    data: ComplianceApprovedV1Data,
    { tx, envelope }: MessageContext<ComplianceApprovedV1Data>,
  ): Promise<void> {
    this.#bookings.advance(tx, data.bookingId, 'authorizing')
    this.#log.append(tx, data.bookingId, progressEntry(ComplianceApprovedV1, envelope))
  }
}
