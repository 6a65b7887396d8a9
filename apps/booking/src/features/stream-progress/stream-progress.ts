import { Inject, Injectable } from '@nestjs/common'
import { SagaEndedV1 } from '@prep/contracts'
import { type BookingConfig, BOOKING_CONFIG } from '../../booking.config.ts'
import { type BookingRow } from '../../persistence/booking-row.ts'
import { ProgressBell } from '../../persistence/progress-bell.ts'
import { type NumberedEntry, ProgressLog } from '../../persistence/progress-log.ts'
import { progressItem, serverSentEvent } from './progress-item.ts'

/**
 * Streams what happens about one booking, until its process has ended. All it knows stands in the database, so that a
 * client may go on at any replica with the last number it has seen.
 */
@Injectable()
export class StreamProgress {
  readonly #log: ProgressLog
  readonly #bell: ProgressBell
  readonly #config: BookingConfig

  constructor(
    @Inject(ProgressLog) log: ProgressLog,
    @Inject(ProgressBell) bell: ProgressBell,
    @Inject(BOOKING_CONFIG) config: BookingConfig,
  ) {
    this.#log = log
    this.#bell = bell
    this.#config = config
  }

  /** Chunks of `text/event-stream` for what came after number `seq`; undefined when nothing will come any more. */
  async after(booking: BookingRow, seq: number): Promise<AsyncGenerator<string> | undefined> {
    const first = await this.#log.after(booking.id, seq)
    if (first.length === 0 && (await this.#log.endedBy(booking.id, seq))) return undefined
    return this.#stream(booking, seq, first)
  }

  async *#stream(booking: BookingRow, seq: number, first: NumberedEntry[]): AsyncGenerator<string> {
    // Listens from here on; the round without a wait catches what came between the first read and this line.
    const ear = this.#bell.listen(booking.id)
    let [seen, entries, mayWait, spokeAt] = [seq, first, false, performance.now()]
    try {
      yield `retry: ${this.#config.streamRetryMs}\n\n`
      while (!this.#bell.closed) {
        for (const entry of entries) {
          yield serverSentEvent(progressItem(entry, booking.created_at))
          seen = entry.seq
          spokeAt = performance.now()
        }
        if (entries.some((entry) => entry.type === SagaEndedV1.type)) return
        if (mayWait) await ear.wait(this.#config.streamPollMs)
        mayWait = true
        entries = await this.#log.after(booking.id, seen)
        if (entries.length === 0 && performance.now() - spokeAt >= this.#config.streamHeartbeatMs) {
          yield ': nothing new\n\n'
          spokeAt = performance.now()
        }
      }
    } finally {
      ear.close()
    }
  }
}
