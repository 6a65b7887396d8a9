import { Controller, Inject } from '@nestjs/common'
import { HoldExpiredV1, type HoldExpiredV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnHoldExpired {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(HoldExpiredV1)
  async handle(data: HoldExpiredV1Data, { tx, envelope }: MessageContext<HoldExpiredV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(HoldExpiredV1, envelope))
  }
}
