import { Controller, Inject } from '@nestjs/common'
import { BookingRejectedV1, type BookingRejectedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnBookingRejected {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(BookingRejectedV1)
  async handle(data: BookingRejectedV1Data, { tx, envelope }: MessageContext<BookingRejectedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(BookingRejectedV1, envelope))
  }
}
