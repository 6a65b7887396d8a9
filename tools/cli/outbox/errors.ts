/** What ./prep outbox may say; README.md has the same table. */
export const outboxErrorCodes = {
  OUTBOX_ROW_UNKNOWN: 'No outbox has such a blocked message. ./prep outbox list shows those there are.',
  OUTBOX_ROW_AMBIGUOUS: 'More than one blocked message fits. Give the whole id.',
  OUTBOX_SERVICE_UNKNOWN: 'There is no such service with messages.',
  OUTBOX_YES_MISSING: 'Nothing was dropped. A dropped message reaches nobody: say --yes if that is meant.',
} as const

export type OutboxErrorCode = keyof typeof outboxErrorCodes

export class OutboxError extends Error {
  readonly code: OutboxErrorCode
  readonly detail: string | undefined

  constructor(code: OutboxErrorCode, detail?: string) {
    super(outboxErrorCodes[code])
    this.name = 'OutboxError'
    this.code = code
    this.detail = detail
  }
}
