import { Controller, Inject } from '@nestjs/common'
import { PaymentRefundFailedV1, type PaymentRefundFailedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentRefundFailed {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentRefundFailedV1)
  async handle(
    data: PaymentRefundFailedV1Data,
    { tx, envelope }: MessageContext<PaymentRefundFailedV1Data>,
  ): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentRefundFailedV1, envelope))
  }
}
