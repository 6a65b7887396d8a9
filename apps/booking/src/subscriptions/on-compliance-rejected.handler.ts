import { Controller, Inject } from '@nestjs/common'
import { ComplianceRejectedV1, type ComplianceRejectedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnComplianceRejected {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(ComplianceRejectedV1)
  async handle(
    data: ComplianceRejectedV1Data,
    { tx, envelope }: MessageContext<ComplianceRejectedV1Data>,
  ): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(ComplianceRejectedV1, envelope))
  }
}
