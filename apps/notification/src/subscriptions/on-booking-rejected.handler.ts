import { Controller, Inject } from '@nestjs/common'
import { BookingRejectedV1, type BookingRejectedV1Data } from '@prep/contracts'
import { type Effect, type ExternalContext, Subscribe } from '@prep/messaging'
import { renderRejected } from '../domain/render-booking-message.ts'
import { SendMessage } from '../features/send-message/send-message.ts'
import { Templates } from '../features/send-message/templates.ts'
import { mailRetry } from './mail-retry.ts'

@Controller()
export class OnBookingRejectedHandler {
  readonly #sendMessage: SendMessage
  readonly #templates: Templates

  constructor(@Inject(SendMessage) sendMessage: SendMessage, @Inject(Templates) templates: Templates) {
    this.#sendMessage = sendMessage
    this.#templates = templates
  }

  @Subscribe(BookingRejectedV1, { effects: 'external', retry: mailRetry })
  async handle(data: BookingRejectedV1Data, _context: ExternalContext<BookingRejectedV1Data>): Promise<Effect> {
    const about = { bookingId: data.bookingId, kind: 'booking-rejected', recipient: data.customer } as const
    return this.#sendMessage.run(about, () => renderRejected(this.#templates.of('booking-rejected'), data))
  }
}
