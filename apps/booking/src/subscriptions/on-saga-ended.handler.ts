import { Controller, Inject } from '@nestjs/common'
import { SagaEndedV1, type SagaEndedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { validate as isUuid } from 'uuid'
import { ProgressLog } from '../persistence/progress-log.ts'
import { progressEntry } from './progress-entry.ts'

/** The last line of a booking's progress. Other processes are not about bookings. */
@Controller()
export class OnSagaEnded {
  readonly #log: ProgressLog

  constructor(@Inject(ProgressLog) log: ProgressLog) {
    this.#log = log
  }

  @Subscribe(SagaEndedV1)
  async handle(data: SagaEndedV1Data, { tx, envelope }: MessageContext<SagaEndedV1Data>): Promise<void> {
    if (data.saga !== 'booking' || !isUuid(data.key)) return
    this.#log.append(tx, data.key, progressEntry(SagaEndedV1, envelope))
  }
}
