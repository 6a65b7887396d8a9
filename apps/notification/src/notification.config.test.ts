import { expect, it } from 'vitest'
import { notificationConfig } from './notification.config.ts'

const DATABASE_URL = 'postgres://prep:secret@127.0.0.1:4100/notification'

it('stores messages by default', () => {
  expect(notificationConfig({ DATABASE_URL })).toMatchObject({
    smtpUrl: undefined,
    mailFrom: 'Prep <bookings@prep.localhost>',
  })
})

it('names every setting that cannot be used, at once', () => {
  expect(() => notificationConfig({ SMTP_URL: 'http://mail', MAIL_FROM: 'Prep' })).toThrow(
    expect.objectContaining({
      problems: [
        'DATABASE_URL is required',
        expect.stringContaining('SMTP_URL must be an address'),
        expect.stringContaining('MAIL_FROM must match'),
      ],
    }),
  )
})
