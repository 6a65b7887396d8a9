import { Controller, Inject } from '@nestjs/common'
import { SlotReleasedV1, type SlotReleasedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnSlotReleased {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(SlotReleasedV1)
  async handle(data: SlotReleasedV1Data, { tx, envelope }: MessageContext<SlotReleasedV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(SlotReleasedV1, envelope))
  }
}
