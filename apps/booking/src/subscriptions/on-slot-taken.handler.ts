import { Controller, Inject } from '@nestjs/common'
import { SlotTakenV1, type SlotTakenV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnSlotTaken {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(SlotTakenV1)
  async handle(data: SlotTakenV1Data, { tx, envelope }: MessageContext<SlotTakenV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(SlotTakenV1, envelope))
  }
}
