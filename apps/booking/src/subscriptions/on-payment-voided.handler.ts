import { Controller, Inject } from '@nestjs/common'
import { PaymentVoidedV1, type PaymentVoidedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnPaymentVoided {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(PaymentVoidedV1)
  async handle(data: PaymentVoidedV1Data, { tx, envelope }: MessageContext<PaymentVoidedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(PaymentVoidedV1, envelope))
  }
}
