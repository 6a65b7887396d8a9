import { Controller, Inject } from '@nestjs/common'
import { BookingConfirmedV1, type BookingConfirmedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnBookingConfirmed {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(BookingConfirmedV1)
  async handle(data: BookingConfirmedV1Data, { tx, envelope }: MessageContext<BookingConfirmedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(BookingConfirmedV1, envelope))
  }
}
