import { Controller, Inject } from '@nestjs/common'
import { BookingRequestedV1, type BookingRequestedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnBookingRequested {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(BookingRequestedV1)
  async handle(data: BookingRequestedV1Data, { tx, envelope }: MessageContext<BookingRequestedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(BookingRequestedV1, envelope))
  }
}
