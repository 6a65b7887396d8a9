import { Controller, Inject } from '@nestjs/common'
import { SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** For the progress of the booking. */
@Controller()
export class OnSlotHeld {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(SlotHeldV1)
  async handle(data: SlotHeldV1Data, { tx, envelope }: MessageContext<SlotHeldV1Data>): Promise<void> {
    this.#log.append(tx, data.bookingId, progressEntry(SlotHeldV1, envelope))
  }
}
