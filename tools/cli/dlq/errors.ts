/** What ./prep dlq may say; README.md has the same table. A refusal of the owner comes with the owner's own code. */
export const dlqErrorCodes = {
  DLQ_LETTER_UNKNOWN: 'No service has such a dead letter. ./prep dlq list shows those there are.',
  DLQ_LETTER_AMBIGUOUS: 'More than one letter fits. Give the whole id, and --consumer when two handlers failed on one message.',
  DLQ_SERVICE_UNKNOWN: 'There is no such service with messages.',
  DLQ_WHY_MISSING: 'A letter is skipped with --why, a sentence of 3 to 1,000 characters.',
  DLQ_OWNER_AWAY: "The owner's sidecar did not take the command; nothing was changed. ./prep status shows what is away.",
  DLQ_NO_ANSWER: 'The owner has not answered yet. The command is on its way and will be carried out: look again with ./prep dlq show.',
} as const

export type DlqErrorCode = keyof typeof dlqErrorCodes

export class DlqError extends Error {
  readonly code: DlqErrorCode
  readonly detail: string | undefined

  constructor(code: DlqErrorCode, detail?: string, options?: ErrorOptions) {
    super(dlqErrorCodes[code], options)
    this.name = 'DlqError'
    this.code = code
    this.detail = detail
  }
}

/** The owner's own refusal: nothing was changed. */
export class RefusedError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'RefusedError'
    this.code = code
  }
}
