import { Controller, Inject } from '@nestjs/common'
import { PaymentRefundedV1, type PaymentRefundedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentRefunded {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentRefundedV1)
  async handle(data: PaymentRefundedV1Data, { tx, envelope }: MessageContext<PaymentRefundedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentRefundedV1, envelope))
  }
}
