import { Controller, Inject } from '@nestjs/common'
import { BookingConfirmedV1, type BookingConfirmedV1Data } from '@prep/contracts'
import { type Effect, type ExternalContext, Subscribe } from '@prep/messaging'
import { renderConfirmed } from '../domain/render-booking-message.ts'
import { SendMessage } from '../features/send-message/send-message.ts'
import { Templates } from '../features/send-message/templates.ts'
import { mailRetry } from './mail-retry.ts'

@Controller()
export class OnBookingConfirmedHandler {
  readonly #sendMessage: SendMessage
  readonly #templates: Templates

  constructor(@Inject(SendMessage) sendMessage: SendMessage, @Inject(Templates) templates: Templates) {
    this.#sendMessage = sendMessage
    this.#templates = templates
  }

  @Subscribe(BookingConfirmedV1, { effects: 'external', retry: mailRetry })
  async handle(data: BookingConfirmedV1Data, _context: ExternalContext<BookingConfirmedV1Data>): Promise<Effect> {
    const about = { bookingId: data.bookingId, kind: 'booking-confirmed', recipient: data.customer } as const
    return this.#sendMessage.run(about, () => renderConfirmed(this.#templates.of('booking-confirmed'), data))
  }
}
