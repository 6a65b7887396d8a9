/** An error of notification's own; `code` is stable and documented in the README. */
export class NotificationError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotificationError'
    this.code = code
  }
}

/** A template that does not begin with its subject, or names something the message does not have. */
export function templateBroken(template: string, fault: string): NotificationError {
  return new NotificationError(
    'NOTIFICATION_TEMPLATE_BROKEN',
    `The template '${template}' ${fault}. Correct apps/notification/templates/${template}.txt.`,
  )
}

/** A value from an event that cannot be shown: a time zone or a currency that does not exist. */
export function notShowable(what: string, value: string, cause: unknown): NotificationError {
  return new NotificationError(
    'NOTIFICATION_VALUE_NOT_SHOWABLE',
    `'${value}' is no ${what} this runtime knows. Correct it where it was entered, then replay.`,
    { cause },
  )
}
