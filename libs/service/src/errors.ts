/** Every error that leaves this package, with what happened and what to do. README.md has the same table. */
export const SERVICE_ERRORS = {
  SVC_CONFIG_INVALID: 'The settings cannot be used. Mend the environment variables named and start again.',
  SVC_PORT_IN_USE: 'Another process listens on the port. Stop it or set PORT to a free one.',
  SVC_DATABASE_AWAY: 'The database did not answer at start. Start it, or correct DATABASE_URL.',
  SVC_START_FAILED: 'The service could not start. The cause is in the log.',
  SVC_DRAIN_TIMEOUT: 'The service was ended before everything in flight was finished; what was left is taken up again at the next start.',
} as const

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS

/** Exit codes of a service, where sysexits.h has a number for the case. */
export const EXIT = { ok: 0, failed: 1, databaseAway: 69, configuration: 78 } as const

export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode

  constructor(code: ServiceErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(options.detail ? `${SERVICE_ERRORS[code]} (${options.detail})` : SERVICE_ERRORS[code], { cause: options.cause })
    this.code = code
  }
}

/** All that is wrong with the settings, one sentence a variable. */
export class ConfigError extends ServiceError {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('SVC_CONFIG_INVALID', { detail: problems.join('; ') })
    this.problems = problems
  }
}
