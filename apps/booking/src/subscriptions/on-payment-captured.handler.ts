import { Controller, Inject } from '@nestjs/common'
import { PaymentCapturedV1, type PaymentCapturedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentCaptured {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentCapturedV1)
  async handle(data: PaymentCapturedV1Data, { tx, envelope }: MessageContext<PaymentCapturedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentCapturedV1, envelope))
  }
}
