import { Controller, Inject } from '@nestjs/common'
import { PaymentAuthorizedV1, type PaymentAuthorizedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { Bookings } from '../persistence/bookings.ts'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** The money is reserved. */
@Controller()
export class OnPaymentAuthorized {
  readonly #bookings: Bookings
  readonly #log: ProgressLog

  constructor(@Inject(Bookings) bookings: Bookings, @Inject(ProgressLog) log: ProgressLog) {
    this.#bookings = bookings
    this.#log = log
  }

  @Subscribe(PaymentAuthorizedV1)
  async handle(
    data: PaymentAuthorizedV1Data,
    { tx, envelope }: MessageContext<PaymentAuthorizedV1Data>,
  ): Promise<void> {
    this.#bookings.advance(tx, data.bookingId, 'authorized')
    this.#log.append(tx, data.bookingId, progressEntry(PaymentAuthorizedV1, envelope))
  }
}
