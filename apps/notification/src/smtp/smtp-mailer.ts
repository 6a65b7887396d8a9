import { type OnApplicationShutdown } from '@nestjs/common'
import { PermanentError, TransientError } from '@prep/messaging'
import { createTransport, type Transporter } from 'nodemailer'
import { type Mailer } from '../domain/mailer.ts'
import { type Message } from '../domain/message.ts'

export interface SmtpSettings {
  /** `smtp://user:password@host:port` or `smtps://...`. */
  readonly url: string
  /** Sender as people see it: `Prep <bookings@example.org>`. */
  readonly from: string
}

/** All of one attempt stays well under the 30 s a handler has. */
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 }

/** What a server says about this one message, not about us or itself. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE'])

interface SmtpFailure {
  readonly code?: string
  /** SMTP's three digits; 5xx is for good (RFC 5321, 4.2.1). */
  readonly responseCode?: number
}

/**
 * Sends over SMTP with a small pool of connections. `send` throws PermanentError NOTIFICATION_MAIL_REFUSED when the
 * server refuses this message for good, else TransientError NOTIFICATION_MAIL_UNAVAILABLE.
 */
export class SmtpMailer implements Mailer, OnApplicationShutdown {
  readonly #transport: Transporter
  readonly #from: string
  readonly #domain: string

  constructor({ url, from }: SmtpSettings) {
    this.#transport = createTransport({ url, pool: true, maxConnections: 4, ...TIMEOUTS })
    this.#from = from
    this.#domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'prep.localhost'
  }

  async send({ id, recipient, subject, body }: Message): Promise<void> {
    try {
      await this.#transport.sendMail({
        from: this.#from,
        to: { name: recipient.name, address: recipient.email },
        // Stable: a reader's mail program shows a message that was sent twice once.
        messageId: `<${id}@${this.#domain}>`,
        subject,
        text: body,
        // Nothing in a message may make this process read a file or fetch an address.
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (cause) {
      throw failureOf(id, cause)
    }
  }

  onApplicationShutdown(): void {
    this.#transport.close()
  }
}

function failureOf(messageId: string, cause: unknown): PermanentError | TransientError {
  const { code = '', responseCode = 0 } = (cause ?? {}) as SmtpFailure
  if (ABOUT_THE_MESSAGE.has(code) && responseCode >= 500) {
    const text = `The mail server refused message ${messageId} for good (${responseCode}). Correct the address, then replay.`
    return new PermanentError('NOTIFICATION_MAIL_REFUSED', text, { cause })
  }
  const text = `Message ${messageId} could not be handed to the mail server (${code || 'no code'} ${responseCode || ''}). It is tried again.`
  return new TransientError('NOTIFICATION_MAIL_UNAVAILABLE', text, { cause })
}
