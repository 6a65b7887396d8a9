import { type ConfigOf, optionalUrl, readConfig, text, url } from '@prep/service'

export const notificationSettings = {
  databaseUrl: url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
  /** Mail server; without one, messages are only stored. */
  smtpUrl: optionalUrl('SMTP_URL', { protocols: ['smtp', 'smtps'] }),
  /** Sender as people see it. */
  mailFrom: text('MAIL_FROM', { default: 'Prep <bookings@prep.localhost>', pattern: /^[^\r\n]*[^\s@]+@[\w.-]+>?$/ }),
}

export type NotificationConfig = ConfigOf<typeof notificationSettings>

/** Throws ConfigError naming every setting that cannot be used. */
export function notificationConfig(env: NodeJS.ProcessEnv = process.env): NotificationConfig {
  return readConfig(notificationSettings, env)
}
