import { Controller, Inject } from '@nestjs/common'
import { PaymentCaptureFailedV1, type PaymentCaptureFailedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentCaptureFailed {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentCaptureFailedV1)
  async handle(
    data: PaymentCaptureFailedV1Data,
    { tx, envelope }: MessageContext<PaymentCaptureFailedV1Data>,
  ): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentCaptureFailedV1, envelope))
  }
}
