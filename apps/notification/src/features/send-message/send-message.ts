import { Inject, Injectable } from '@nestjs/common'
import { type Effect, PermanentError } from '@prep/messaging'
import { v7 } from 'uuid'
import { NotificationError } from '../../domain/errors.ts'
import { type Mailer } from '../../domain/mailer.ts'
import { type Message } from '../../domain/message.ts'
import { type RenderedText } from '../../domain/template.ts'
import { MessageRepository } from '../../persistence/message-repository.ts'

/** Token of the Mailer; null when no SMTP server is configured. */
export const MAILER = Symbol('mailer')

/** Keeps a message and, where there is a mail server, hands it over. */
@Injectable()
export class SendMessage {
  readonly #messages: MessageRepository
  readonly #mailer: Mailer | null

  constructor(@Inject(MessageRepository) messages: MessageRepository, @Inject(MAILER) mailer: Mailer | null) {
    this.#messages = messages
    this.#mailer = mailer
  }

  /**
   * Gives the effect that belongs to the message's transaction. SMTP knows no key: a crash between the server's answer
   * and that transaction sends the message again, with the same Message-ID.
   * Throws PermanentError when the text cannot be made, and what the Mailer throws.
   */
  async run(about: Pick<Message, 'bookingId' | 'kind' | 'recipient'>, render: () => RenderedText): Promise<Effect> {
    const kept = await this.#messages.keep({ id: v7(), ...about, ...rendered(render) })
    if (!this.#mailer || kept.status === 'sent') return async () => {}
    await this.#mailer.send(kept)
    return async (tx) => this.#messages.markSent(tx, kept.id)
  }
}

function rendered(render: () => RenderedText): RenderedText {
  try {
    return render()
  } catch (error) {
    if (error instanceof NotificationError) throw new PermanentError(error.code, error.message, { cause: error })
    throw error
  }
}
