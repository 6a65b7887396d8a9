/** An error of compliance; `code` is stable and documented in the README. */
export class ComplianceError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ComplianceError'
    this.code = code
  }
}

/** A time zone this runtime does not know. */
export function unknownTimeZone(timeZone: string, cause: unknown): ComplianceError {
  return new ComplianceError(
    'COMPLIANCE_TIME_ZONE_UNKNOWN',
    `'${timeZone}' is not a time zone this runtime knows. Correct the kitchen in listing, then replay.`,
    { cause },
  )
}
