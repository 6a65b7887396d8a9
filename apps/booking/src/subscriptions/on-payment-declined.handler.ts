import { Controller, Inject } from '@nestjs/common'
import { PaymentDeclinedV1, type PaymentDeclinedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentDeclined {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentDeclinedV1)
  async handle(data: PaymentDeclinedV1Data, { tx, envelope }: MessageContext<PaymentDeclinedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentDeclinedV1, envelope))
  }
}
