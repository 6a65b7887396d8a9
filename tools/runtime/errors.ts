/** Every error of the local runtime: a stable code, what happened, and what to do about it. */
export const runtimeErrorCodes = [
  'RT_ALREADY_RUNNING',
  'RT_BUILD_FAILED',
  'RT_CHECKSUM_MISMATCH',
  'RT_INSTALL_FAILED',
  'RT_INTERRUPTED',
  'RT_MIGRATION_FAILED',
  'RT_NOT_RUNNING',
  'RT_NO_FREE_PORTS',
  'RT_PART_FAILED',
  'RT_PART_TIMEOUT',
  'RT_PART_UNKNOWN',
  'RT_PORT_IN_USE',
  'RT_PREREQUISITE_MISSING',
  'RT_TOPICS_FAILED',
  'RT_USER_MISSING',
] as const

export type RuntimeErrorCode = (typeof runtimeErrorCodes)[number]

export interface RuntimeErrorOptions {
  /** What happened, one sentence. */
  readonly message: string
  /** What the user can do; a command where there is one. */
  readonly hint?: string
  /** More for the curious: the tail of a log, a command's output. */
  readonly detail?: string
  readonly cause?: unknown
}

export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode
  readonly hint: string | undefined
  readonly detail: string | undefined

  constructor(code: RuntimeErrorCode, options: RuntimeErrorOptions) {
    const advice = options.hint === undefined ? '' : ` ${options.hint}`
    super(`${options.message}${advice}`, { cause: options.cause })
    this.name = 'RuntimeError'
    this.code = code
    this.hint = options.hint
    this.detail = options.detail
  }
}

export function interrupted(): RuntimeError {
  return new RuntimeError('RT_INTERRUPTED', { message: 'Interrupted; what had been started was ended again.' })
}
