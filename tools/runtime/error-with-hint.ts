export interface ErrorWithHintOptions {
  /** What happened, one sentence. */
  readonly message: string
  /** What the user can do; a command where there is one. */
  readonly hint?: string
  /** More for the curious: the tail of a log, a command's output. */
  readonly detail?: string
  readonly cause?: unknown
}

/** An error that a person meets on the command line: a stable code, what happened, and what to do about it. */
export class ErrorWithHint<Code extends string> extends Error {
  readonly code: Code
  readonly hint: string | undefined
  readonly detail: string | undefined

  constructor(code: Code, { message, hint, detail, cause }: ErrorWithHintOptions) {
    super(hint === undefined ? message : `${message} ${hint}`, { cause })
    this.name = new.target.name
    this.code = code
    this.hint = hint
    this.detail = detail
  }
}
