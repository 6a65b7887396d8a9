import { Module } from '@nestjs/common'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { type Mailer } from './domain/mailer.ts'
import { ListMessagesRoute } from './features/list-messages/list-messages.route.ts'
import { MAILER, SendMessage } from './features/send-message/send-message.ts'
import { Templates } from './features/send-message/templates.ts'
import { notificationConfig } from './notification.config.ts'
import { MessageRepository } from './persistence/message-repository.ts'
import { OnBookingConfirmedHandler } from './subscriptions/on-booking-confirmed.handler.ts'
import { OnBookingRejectedHandler } from './subscriptions/on-booking-rejected.handler.ts'

@Module({
  imports: [
    PersistenceModule.forRoot({ service: 'notification' }),
    MessagingModule.forRoot({ service: 'notification', context: 'notification' }),
  ],
  controllers: [ListMessagesRoute, OnBookingConfirmedHandler, OnBookingRejectedHandler],
  providers: [MessageRepository, SendMessage, Templates, { provide: MAILER, useFactory: mailer }],
})
export class NotificationModule {}

/** The SMTP client is loaded only where there is a server to talk to. */
async function mailer(): Promise<Mailer | null> {
  const { smtpUrl, mailFrom } = notificationConfig()
  if (!smtpUrl) return null
  const { SmtpMailer } = await import('./smtp/smtp-mailer.ts')
  return new SmtpMailer({ url: smtpUrl, from: mailFrom })
}
